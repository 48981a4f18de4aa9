"""What the parts of a compound statement give values: assignments, loops, lists that are added to."""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterable

ROUNDS = 2
"""A loop's second round sees what the first has made."""


def names_made(block: ast.AST, wanted: Callable[[ast.expr, set[str]], bool], known: Iterable[str] = ()) -> set[str]:
    """Return ``known`` and the names below ``block`` that are given something ``wanted``, which is told the names found
    so far."""
    found = set(known)
    for _ in range(ROUNDS):
        for node in ast.walk(block):
            targets, value = _given(node)
            if value is not None and wanted(value, found):
                found |= {n.id for target in targets for n in ast.walk(target) if isinstance(n, ast.Name)}
    return found


def _given(node: ast.AST) -> tuple[list[ast.expr], ast.expr | None]:
    """Return what a node gives a value, and the value."""
    match node:
        case ast.Assign():
            return node.targets, node.value
        case ast.AugAssign() | ast.AnnAssign() | ast.NamedExpr():
            return [node.target], node.value
        case ast.For() | ast.comprehension():
            return [node.target], node.iter
        case ast.withitem(optional_vars=ast.expr() as target):
            return [target], node.context_expr
        case ast.Call(func=ast.Attribute(value=ast.Name() as receiver)) if node.args:
            return [receiver], node.args[0]  # rows.append(row)
    return [], None
