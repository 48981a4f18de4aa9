"""
## What it does
Finds keys, tokens, passwords and private keys in code, in comments, in commands, in Markdown, in raw cells and in
metadata: those of some fifty services by their look, others by the name that they are given (``api_key = "..."``). It
says which kind stands where, and never what it is. Placeholders (``YOUR_API_KEY``) are passed over.

## Why is this bad
Whoever sees the notebook has the secret, and so has whoever sees its history, a copy of it, or a repository that was
made of it. An export refuses to carry it along.

## Example
```python
client = connect(api_key="sk-...")
```

## Use instead
```python
client = connect(api_key=os.environ["API_KEY"])
```
And make a new one: this one has been seen.

## Fix safety
Unsafe: the notebook then stops where nobody has set the variable that the finding names: of two secrets each has its
own, and none is called as one that a system or a shell sets.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from itertools import groupby
from types import MappingProxyType
from typing import Any

from nb2prod.analysis.nodes import Placed, imported
from nb2prod.notebook.model import Notebook
from nb2prod.notebook.texts import joined
from nb2prod.rules.editing import replaced
from nb2prod.rules.json_texts import json_text
from nb2prod.rules.model import Finding, Fix, Fixing, Rule, Severity, Source
from nb2prod.rules.secret_kinds import Secret
from nb2prod.rules.secret_texts import find_secrets, secrets_in_cell
from nb2prod.rules.secret_variables import SecretText
from nb2prod.rules.stored_texts import closing_markdown

RULE = Rule("NB601", "secret-in-source", Severity.ERROR, Fixing.UNSAFE)
SEEN = "and make a new one: this one has been seen"
REMEDY = f"read it from the environment, `os.environ[...]`, {SEEN}"


def check(
    notebook: Notebook,
    document: Mapping[str, Any],
    secret_texts: Mapping[tuple[int, int], SecretText] = MappingProxyType({}),
) -> Iterator[Finding]:
    """Yield a finding for each secret; ``secret_texts`` have the variables that they can be read from."""
    for cell in notebook.cells:
        for each in find_secrets(cell.heading) if cell.heading else ():
            yield Finding(f"{_a(each)} stands in the Markdown above the cell", cell.index, 0, REMEDY, each.kind)
        for each in secrets_in_cell(cell.source):
            line = cell.source.count("\n", 0, each.start) + 1
            text = secret_texts.get((cell.index, each.start))
            remedy, subject = (_remedy(text), text.variable) if text else (REMEDY, each.kind)
            yield Finding(f"{_a(each)} stands in the source", cell.index, line, remedy, subject)
    for each in find_secrets(closing_markdown(notebook, document)):
        yield Finding(f"{_a(each)} stands in the Markdown below the last cell", None, 0, REMEDY, each.kind)
    yield from _elsewhere(notebook, document)


def _remedy(text: SecretText) -> str:
    what = "it" if text.whole else "the whole text that it stands in"
    return f'set the variable `{text.variable}` to {what}, read that, `os.environ["{text.variable}"]`, {SEEN}'


def _elsewhere(notebook: Notebook, document: Mapping[str, Any]) -> Iterator[Finding]:
    """Yield what stands in raw cells, in what is attached to cells, and in metadata."""
    index = {cell.position: cell.index for cell in notebook.cells}
    cells = document.get("cells")
    for position, raw in enumerate(cells if isinstance(cells, list) else ()):
        if isinstance(raw, (dict, Mapping)):
            kind = "the cell" if position in index else f"a {raw.get('cell_type')} cell, the {position + 1}. of all"
            if raw.get("cell_type") not in ("code", "markdown"):  # which a broken file need not have as a text
                for each in find_secrets(joined(raw.get("source"))):
                    yield Finding(f"{_a(each)} stands in {kind}", None, 0, REMEDY, each.kind)
            beside = json_text([raw.get("metadata"), _attached(raw.get("attachments"))])
            for each in find_secrets(beside) if beside else ():
                yield Finding(f"{_a(each)} stands in the metadata of {kind}", index.get(position), 0, REMEDY, each.kind)
    for each in find_secrets(json_text(document.get("metadata"))):
        yield Finding(f"{_a(each)} stands in the notebook's metadata", None, 0, REMEDY, each.kind)


def _attached(attachments: object) -> object:
    """Return what is attached to a cell without its pictures."""
    if not isinstance(attachments, Mapping):
        return None
    return {
        name: {kind: data for kind, data in bundle.items() if not str(kind).startswith("image/")}
        for name, bundle in attachments.items()
        if isinstance(bundle, Mapping)
    }


def _a(secret: Secret) -> str:
    return f"{'an' if secret.kind[0] in 'AO' or secret.kind.startswith('npm') else 'a'} {secret.kind}"


def fix(
    finding: Finding,
    notebook: Notebook,
    secret_texts: Mapping[tuple[int, int], SecretText],
    nodes: Mapping[type[ast.AST], Sequence[Placed]],
    own_names: frozenset[str],
) -> Fix | None:
    """Read the text that holds it from the environment, wherever that text stands."""
    if finding.cell is None or not finding.line:
        return None
    cell = notebook.cells[finding.cell]
    for secret in secrets_in_cell(cell.source):
        text = secret_texts.get((cell.index, secret.start))
        line = cell.source.count("\n", 0, secret.start) + 1
        if text and line == finding.line and finding.subject in {secret.kind, text.variable}:
            changed = _read(notebook, text, _Imports(nodes, own_names))
            if changed is not None and any(each.cell == cell.index for each in changed):
                return Fix(f"Read it from {text.variable}, which has to be set", changed)
    return None


class _Imports:
    """Where the notebook imports ``os``."""

    def __init__(self, nodes: Mapping[type[ast.AST], Sequence[Placed]], own_names: frozenset[str]) -> None:
        self._imports = [
            (each.statement.index, name)
            for each in nodes.get(ast.Import, ())
            for name, path in imported(each.node).items()
            if path == "os" and not each.deferred
        ]
        self._free = "os" not in own_names or any(name == "os" for _, name in self._imports)

    def name_above(self, statement: int) -> str:
        """Return the name that it has there; empty where it has to be imported first."""
        return next((name for index, name in self._imports if index < statement), "")

    @property
    def possible(self) -> bool:
        """Whether the name ``os`` is not used for something else."""
        return self._free


def _read(notebook: Notebook, text: SecretText, imports: _Imports) -> tuple[Source, ...] | None:
    """Return the cells with the variable for a text; ``None`` where that cannot be written in one of them."""
    changed = []
    for index, several in groupby(text.placed, key=lambda each: each.statement.cell):
        placed = list(several)
        name = imports.name_above(min(each.statement.index for each in placed))
        if not name and not imports.possible:
            return None
        cell = notebook.cells[index]
        for each in sorted(placed, key=_from_the_end):
            assert isinstance(each.node, ast.Constant)
            new = f'{name or "os"}.environ["{text.variable}"]'
            source, code = replaced(cell, each.node, new), replaced(replace(cell, source=cell.code), each.node, new)
            if source is None or code is None:
                return None
            cell = replace(cell, source=source, code=code)
        changed.append(Source(index, cell.source if name else _importing(cell.source)))
    return tuple(changed)


def _from_the_end(placed: Placed) -> tuple[int, int]:
    assert isinstance(placed.node, ast.Constant)
    return -placed.node.lineno, -placed.node.col_offset


def _importing(source: str) -> str:
    """Return a cell that imports ``os`` first; below what Python wants to come first."""
    lines = source.split("\n")
    last = max((at for at, line in enumerate(lines, 1) if line.startswith("from __future__")), default=0)
    return "\n".join([*lines[:last], "import os", *lines[last:]])
