"""
## What it does
Finds imports of names that the notebook never reads. Imports that are known to do something by themselves, and those
that a comment marks with ``noqa``, are passed over; so are names that only a text or a magic reads. ruff's F401 knows
nothing of these.

## Why is this bad
Whoever sets the notebook up has to install the library, and a reader looks for what it is used for.

## Example
```python
from sklearn.ensemble import RandomForestClassifier  # nothing reads it
```

## Use instead
Take it out.

## Fix safety
Unsafe: an import may do something by itself, such as registering an extension.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator, Mapping, Sequence

from nb2prod.analysis.nodes import Placed
from nb2prod.notebook.model import SKIP, Notebook
from nb2prod.rules.model import Finding, Fix, Fixing, Rule, Severity, Source
from nb2prod.rules.unknown_names import named_unseen
from nb2prod.rules.whole_lines import is_written, with_lines

RULE = Rule("NB709", "unused-import", Severity.ADVICE, Fixing.UNSAFE)
BY_THEMSELVES = frozenset(
    {"__future__", "blackcellmagic", "cufflinks", "fireducks", "google", "hvplot",
     "intel_extension_for_pytorch", "ipympl", "janitor", "jupyter_black", "lab_black", "lxml", "mpl_toolkits",
     "nb2prod", "nb_black", "openpyxl", "pandas_bokeh", "pandas_flavor", "pandas_profiling", "pandas_ta",
     "pint_pandas", "pyarrow", "pyjanitor", "qbstyles", "rioxarray", "scienceplots", "seaborn", "sklearnex",
     "spacy_transformers", "swifter", "tensorflow_addons", "tensorflow_text", "torch_directml", "torch_npu",
     "xlrd", "ydata_profiling"}
)  # fmt: skip
"""Packages whose import changes others (accessors of tables, magics, styles), or that others look for."""


def check(
    nodes: Mapping[type[ast.AST], Sequence[Placed]],
    names: Mapping[str, Sequence[tuple[Placed, ast.Name]]],
    notebook: Notebook,
    words_in_texts: frozenset[str],
) -> Iterator[Finding]:
    """Yield a finding for each import statement that brings names which nothing reads."""
    imports = [*nodes.get(ast.Import, ()), *nodes.get(ast.ImportFrom, ())]
    if not imports or notebook.refused:
        return
    bound = {_bound(alias) for each in imports for alias in getattr(each.node, "names", ())}
    read = {name for name in bound if any(not isinstance(node.ctx, ast.Store) for _, node in names.get(name, ()))}
    read |= set(named_unseen(notebook)) | words_in_texts
    for placed in sorted(imports, key=lambda each: (each.statement.index, getattr(each.node, "lineno", 0))):
        node = placed.node
        if placed.statement.node is not node or notebook.cells[placed.statement.cell].section == SKIP:
            continue  # in a `try`, an `if` or a function it may be there to see whether it works
        if not is_written(notebook.cells[placed.statement.cell], placed.statement.node):
            continue
        unread = [_bound(each) for each in _unread(node, read)]
        if unread and "noqa" not in placed.statement.source:
            listed = ", ".join(f"`{name}`" for name in unread)
            what = f"{listed} {'is' if len(unread) == 1 else 'are'} imported and not read"
            yield Finding(what, placed.statement.cell, placed.statement.line, "take it out", subject=" ".join(unread))


def fix(finding: Finding, nodes: Mapping[type[ast.AST], Sequence[Placed]], notebook: Notebook) -> Fix | None:
    """Take the names out of the import, or the whole of it."""
    unread = set(finding.subject.split())
    for placed in (*nodes.get(ast.Import, ()), *nodes.get(ast.ImportFrom, ())):
        node, cell = placed.node, notebook.cells[placed.statement.cell]
        if not isinstance(node, ast.Import | ast.ImportFrom) or placed.statement.node is not node:
            continue
        if (cell.index, placed.statement.line) != (finding.cell, finding.line):
            continue
        names = [each for each in node.names if _bound(each) not in unread]
        source = with_lines(cell, node, [ast.unparse(_with(node, names))] if names else [])
        listed = ", ".join(sorted(unread))
        return Fix(f"Do not import {listed}", (Source(cell.index, source),)) if source is not None else None
    return None


def _with(node: ast.Import | ast.ImportFrom, names: list[ast.alias]) -> ast.stmt:
    return ast.Import(names) if isinstance(node, ast.Import) else ast.ImportFrom(node.module, names, node.level)


def _bound(alias: ast.alias) -> str:
    return alias.asname or alias.name.split(".")[0]


def _unread(node: ast.AST, read: set[str]) -> Iterator[ast.alias]:
    """Yield the names of an import that nothing reads and that are not known to do something by themselves."""
    if not isinstance(node, ast.Import | ast.ImportFrom):
        return
    module = (node.module or "") if isinstance(node, ast.ImportFrom) else ""
    for alias in node.names:
        path = f"{module}.{alias.name}" if module else alias.name
        acts = path.split(".")[0] in BY_THEMSELVES or path.startswith("sklearn.experimental.")
        brings_more = isinstance(node, ast.Import) and "." in alias.name and alias.asname is None
        if alias.name != "*" and _bound(alias) not in read and not acts and not brings_more and _bound(alias)[0] != "_":
            yield alias
