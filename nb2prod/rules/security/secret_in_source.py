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
Unsafe: the notebook then stops where nobody has set the variable.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from nb2prod.analysis.nodes import Placed
from nb2prod.notebook.model import Cell, Notebook
from nb2prod.notebook.texts import joined
from nb2prod.rules.editing import replaced
from nb2prod.rules.json_texts import json_text
from nb2prod.rules.model import Finding, Fix, Fixing, Rule, Severity, Source
from nb2prod.rules.secret_kinds import Secret
from nb2prod.rules.secret_texts import find_secrets, secrets_in_cell
from nb2prod.rules.stored_texts import closing_markdown

RULE = Rule("NB601", "secret-in-source", Severity.ERROR, Fixing.UNSAFE)
REMEDY = "read it from the environment, `os.environ[...]`, and make a new one: this one has been seen"


def check(notebook: Notebook, document: Mapping[str, Any]) -> Iterator[Finding]:
    """Yield a finding for each secret."""
    for cell in notebook.cells:
        for each in find_secrets(cell.heading) if cell.heading else ():
            yield Finding(f"{_a(each)} stands in the Markdown above the cell", cell.index, 0, REMEDY, each.kind)
        for each in secrets_in_cell(cell.source):
            line = cell.source.count("\n", 0, each.start) + 1
            yield Finding(f"{_a(each)} stands in the source", cell.index, line, REMEDY, each.kind)
    for each in find_secrets(closing_markdown(notebook, document)):
        yield Finding(f"{_a(each)} stands in the Markdown below the last cell", None, 0, REMEDY, each.kind)
    yield from _elsewhere(notebook, document)


def _elsewhere(notebook: Notebook, document: Mapping[str, Any]) -> Iterator[Finding]:
    """Yield what stands in raw cells, in what is attached to cells, and in metadata."""
    index = {cell.position: cell.index for cell in notebook.cells}
    cells = document.get("cells")
    for position, raw in enumerate(cells if isinstance(cells, list) else ()):
        if isinstance(raw, Mapping):
            kind = "the cell" if position in index else f"a {raw.get('cell_type')} cell, the {position + 1}. of all"
            if raw.get("cell_type") not in ("code", "markdown"):  # which a broken file need not have as a text
                for each in find_secrets(joined(raw.get("source"))):
                    yield Finding(f"{_a(each)} stands in {kind}", None, 0, REMEDY, each.kind)
            beside = [raw.get("metadata"), _attached(raw.get("attachments"))]
            for each in find_secrets(json_text(beside)):
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
    nodes: Mapping[type[ast.AST], Sequence[Placed]],
    import_names: Mapping[str, str],
) -> Fix | None:
    """Read the text that holds it from the environment."""
    if finding.cell is None or not finding.line:
        return None
    cell = notebook.cells[finding.cell]
    for secret in secrets_in_cell(cell.source):
        line = cell.source.count("\n", 0, secret.start) + 1
        if line == finding.line and secret.kind == finding.subject:
            found = _fixed(cell, secret, line, nodes, import_names)
            if found is not None:
                return found
    return None


def _fixed(
    cell: Cell, secret: Secret, line: int, nodes: Mapping[type[ast.AST], Sequence[Placed]], names: Mapping[str, str]
) -> Fix | None:
    value = cell.source[secret.start : secret.end]
    joined = {id(part) for each in nodes.get(ast.JoinedStr, ()) for part in ast.walk(each.node)}
    for placed in nodes.get(ast.Constant, ()):
        node = placed.node
        if placed.statement.cell != cell.index or not isinstance(node, ast.Constant) or id(node) in joined:
            continue
        within = node.lineno <= line <= (node.end_lineno or node.lineno)
        if within and isinstance(node.value, str) and value in node.value:
            variable = _variable(placed, node, secret.kind)
            module = names.get("os", "os")
            new = replaced(cell, node, f'{module}.environ["{variable}"]')
            if new is None:
                return None
            return Fix(f"Read it from {variable}", (Source(cell.index, new if "os" in names else f"import os\n{new}"),))
    return None


def _variable(placed: Placed, node: ast.Constant, kind: str) -> str:
    """Return the environment variable's name: what the value is set to, or its kind."""
    name = ""
    for outer in ast.walk(placed.statement.node):
        if isinstance(outer, ast.keyword) and outer.value is node:
            name = outer.arg or ""
        elif isinstance(outer, ast.Assign) and outer.value is node:
            name = re.split(r"[.\[]", ast.unparse(outer.targets[0]))[-1]
        elif isinstance(outer, ast.Dict) and node in outer.values:
            key = outer.keys[outer.values.index(node)]
            name = key.value if isinstance(key, ast.Constant) and isinstance(key.value, str) else ""
    made = re.sub(r"[^A-Za-z0-9]+", "_", name or kind).strip("_").upper()
    return "DATABASE_URL" if not name and "address" in kind else made
