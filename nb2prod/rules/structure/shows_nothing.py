"""
## What it does
Finds lines that look as if they showed something, such as ``df.head()``, and that are not the last of their cell.

## Why is this bad
Jupyter shows a cell's last expression and no other. What the line works out is seen by nobody, and whoever wrote it
believes to have looked.

## Example
```python
df.head()
df.describe()
```

## Use instead
```python
display(df.head())
df.describe()
```
"""

from __future__ import annotations

import ast
from collections.abc import Iterator, Mapping, Sequence

from nb2prod.analysis.model import Statement
from nb2prod.notebook.model import Cell
from nb2prod.rules.model import Finding, Rule, Severity

RULE = Rule("NB717", "shows-nothing", Severity.ADVICE)
LOOKING = frozenset({"corr", "count", "describe", "head", "isna", "isnull", "mean", "nunique", "sum", "tail", "unique",
                     "value_counts"})  # fmt: skip
"""Methods that are called to look at what they give."""
ALL_ARE_SHOWN = "ast_node_interactivity"
"""IPython's setting that shows every expression of a cell."""


def check(cells: Sequence[Cell], by_cell: Mapping[int, Sequence[Statement]]) -> Iterator[Finding]:
    """Yield a finding for each such line."""
    if any(ALL_ARE_SHOWN in cell.source for cell in cells):
        return
    for cell in cells:
        for statement in by_cell[cell.index][:-1]:
            if not statement.facts.effects and _looks(statement.node):
                what = f"`{_short(statement.node)}` shows nothing: it is not the last line of its cell"
                yield Finding(what, cell.index, statement.line, "write `display(...)` around it, or take it out")


def _looks(node: ast.stmt) -> bool:
    """Return whether a statement does nothing but give a value that people look at."""
    if not isinstance(node, ast.Expr):
        return False
    value = node.value
    if isinstance(value, ast.Call):
        return isinstance(value.func, ast.Attribute) and value.func.attr in LOOKING
    return isinstance(value, ast.Name | ast.Attribute | ast.Subscript | ast.Compare)


def _short(node: ast.stmt) -> str:
    text = ast.unparse(node)
    return text if len(text) <= 60 else f"{text[:57]}..."
