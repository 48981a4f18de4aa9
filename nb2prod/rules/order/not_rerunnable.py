"""
## What it does
Finds statements that give something else when their cell is run a second time, since they change what they read:
``x += 1``, ``X = X / 255``, ``rows.append(row)``, ``df["sex"] = df["sex"].map({"m": 0, "f": 1})``. Only cells are
looked at that may have been run twice: the number before theirs in the saved run belongs to no cell any more.

## Why is this bad
Nothing fails. A picture is scaled down twice, a column becomes empty, a list has its rows twice, and what is saved
below comes from that. Run from the top, the notebook gives something else.

## Example
```python
X = X / 255
```

## Use instead
```python
X_scaled = X / 255
```
"""

from __future__ import annotations

import ast
from collections.abc import Iterator, Sequence

from nb2prod.analysis.makers import makers
from nb2prod.analysis.model import Dataflow, Statement
from nb2prod.notebook.called import called_name
from nb2prod.notebook.model import SKIP, Cell, Notebook
from nb2prod.rules.model import Finding, Rule, Severity

RULE = Rule("NB104", "not-rerunnable", Severity.WARNING)
MOVING = (ast.Add, ast.Sub, ast.Mult, ast.Div, ast.FloorDiv, ast.Pow, ast.MatMult)
"""Operators that move a value again each time."""
GROWING = frozenset({"append", "extend", "insert", "appendleft"})
JOINING = frozenset({"concat", "append", "vstack", "hstack", "concatenate", "column_stack", "row_stack"})
MOVED = frozenset({"diff", "shift", "cumsum", "cumprod", "pct_change", "log", "log1p", "log2", "log10", "exp", "expm1",
                   "sqrt", "square", "transpose"})  # fmt: skip
"""Functions and methods that give something else when they are given what they gave."""


def check(flow: Dataflow, notebook: Notebook) -> Iterator[Finding]:
    """Yield a finding for each such statement in a cell that may have been run twice."""
    twice = _may_have_run_twice(notebook.cells)
    for statement in flow.statements if twice else ():
        if statement.cell not in twice:
            continue
        changed = _changed(statement.node)
        root = _root(changed) if changed is not None else ""
        made = makers(flow, statement.index, root) if root else []
        if (
            changed is not None
            and any(each.cell != statement.cell for each in made)
            and not _by_itself(flow, statement, root)
        ):
            number = notebook.cells[statement.cell].execution_count or 0
            what = f"gives something else each time it is run, as it changes `{ast.unparse(changed)}`, which it reads"
            what += f"; run {number - 1}, right before this cell's {number}, may have been this cell too"
            remedy = "give the result a name of its own, or make what it changes in the same cell"
            yield Finding(what, statement.cell, statement.line, remedy, subject=root)


def _may_have_run_twice(cells: Sequence[Cell]) -> frozenset[int]:
    """Return the cells whose number follows one that no cell has; the first of the run is none of them."""
    numbers = {cell.execution_count for cell in cells if cell.execution_count is not None}
    first = min(numbers, default=0)
    return frozenset(
        cell.index
        for cell in cells
        if cell.execution_count is not None
        and cell.section != SKIP
        and cell.execution_count != first
        and cell.execution_count - 1 not in numbers
    )


def _by_itself(flow: Dataflow, statement: Statement, root: str) -> bool:
    """Return whether a statement works with figures that its cell takes of the same object, as scaling by its own mean
    and deviation does, which is the same the second time."""
    value = getattr(statement.node, "value", None)
    own = [each for each in ast.walk(value) if isinstance(each, ast.Name)] if isinstance(value, ast.BinOp) else []
    others = {each.id for each in own} - {root}
    sources = [flow.statements[index] for name in others for index in flow.sources[statement.index].get(name, ())]
    return sum(each.id == root for each in own) > 1 or any(
        each.cell == statement.cell and root in each.facts.references for each in sources
    )


def _changed(node: ast.stmt) -> ast.expr | None:
    """Return what a statement reads and changes so that a second time gives something else; ``None`` where nothing."""
    if isinstance(node, ast.AugAssign) and isinstance(node.op, MOVING):
        return node.target
    if isinstance(node, ast.Expr) and isinstance(node.value, ast.Call):
        called = node.value.func
        return called.value if isinstance(called, ast.Attribute) and called.attr in GROWING else None
    if isinstance(node, ast.Assign) and len(node.targets) == 1:
        target = node.targets[0]
        if isinstance(target, ast.Name | ast.Subscript | ast.Attribute) and _moves(node.value, ast.unparse(target)):
            return target
    return None


def _moves(value: ast.expr, target: str) -> bool:
    """Return whether an expression moves what ``target`` says."""
    if isinstance(value, ast.BinOp):
        sides = (value.left, value.right)
        return isinstance(value.op, MOVING) and any(
            ast.unparse(each) == target or _moves(each, target) for each in sides
        )
    if isinstance(value, ast.Subscript) and isinstance(value.slice, ast.Slice):
        cut = value.slice.lower is not None or isinstance(value.slice.upper, ast.UnaryOp)
        of = value.value
        if isinstance(of, ast.Attribute) and of.attr == "iloc":
            of = of.value
        return cut and ast.unparse(of) == target
    if not isinstance(value, ast.Call):
        return False
    called = value.func
    own = isinstance(called, ast.Attribute) and ast.unparse(called.value) == target
    name = called_name(value)
    if name in MOVED:
        return own or any(ast.unparse(each) == target for each in value.args[:1])
    if name in JOINING:
        joined = [part for each in value.args[:2] for part in getattr(each, "elts", [each])]
        return own or any(ast.unparse(each) == target for each in joined)
    return own and name == "map" and bool(value.args) and _maps_away(value.args[0])


def _maps_away(mapping: ast.expr) -> bool:
    """Return whether a dictionary that is written out maps to what it has no entry for."""
    if not isinstance(mapping, ast.Dict) or None in mapping.keys:
        return False
    keys = {ast.unparse(key) for key in mapping.keys if key is not None}
    return not any(ast.unparse(each) in keys for each in mapping.values)


def _root(node: ast.expr) -> str:
    """Return the variable that an expression begins with, empty where it begins with none."""
    while isinstance(node, ast.Attribute | ast.Subscript):
        node = node.value
    return node.id if isinstance(node, ast.Name) else ""
