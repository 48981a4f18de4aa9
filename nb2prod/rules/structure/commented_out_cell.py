"""
## What it does
Finds cells in which all code is commented out.

## Why is this bad
Nobody knows whether it still works or whether it was part of what was trained. What was tried and given up is kept
better by version control, which also says when and why.

## Example
```python
# model = XGBClassifier(max_depth=7)
# model.fit(X_train, y_train)
```

## Use instead
Delete the cell; say in a Markdown cell what was tried and what came of it.
"""

from __future__ import annotations

import ast
import warnings
from collections.abc import Iterator, Sequence

from nb2prod.notebook.model import Cell
from nb2prod.rules.model import Finding, Rule, Severity

RULE = Rule("NB715", "commented-out-cell", Severity.ADVICE)
CERTAIN = (ast.Assign, ast.AugAssign, ast.Import, ast.ImportFrom, ast.For, ast.With, ast.FunctionDef, ast.ClassDef)
"""Statements that no sentence looks like."""


def check(cells: Sequence[Cell]) -> Iterator[Finding]:
    """Yield a finding for each cell that holds nothing but code behind number signs."""
    for cell in cells:
        lines = [line.strip() for line in cell.source.splitlines() if line.strip()]
        if all(line.startswith("#") for line in lines) and _is_code("\n".join(map(_uncommented, lines))):
            yield Finding("all code here is commented out", cell.index, remedy="delete it; version control keeps it")


def _uncommented(line: str) -> str:
    text = line[1:]
    return text[1:] if text.startswith(" ") else text


def _is_code(text: str) -> bool:
    """Return whether a text is Python, and nothing that people write to each other."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            body = ast.parse(text).body
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return False
    return any(isinstance(node, CERTAIN) or _is_method_call(node) for node in body)


def _is_method_call(node: ast.stmt) -> bool:
    return (
        isinstance(node, ast.Expr) and isinstance(node.value, ast.Call) and isinstance(node.value.func, ast.Attribute)
    )
