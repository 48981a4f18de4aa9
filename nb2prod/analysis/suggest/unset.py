"""Names that a cell reads though nothing has given them a value: no cell with one is ever written."""

from __future__ import annotations

import ast
import builtins

from nb2prod.analysis.model import Dataflow

OF_THE_KERNEL = frozenset({"display", "get_ipython"})
"""What notebooks can call without an import."""

SIMPLE = ast.Assign | ast.AnnAssign | ast.AugAssign | ast.Expr | ast.Return
"""Statements that read before they give a name its value."""


def unset_names(flow: Dataflow, cell: int) -> list[str]:
    """Return the names that a cell reads where nothing before has given them a value."""
    statements = [statement for statement in flow.statements if statement.cell == cell]
    found = {
        name
        for statement in statements
        for name in statement.facts.references
        if not name.startswith("<") and not flow.sources[statement.index].get(name)
        if not hasattr(builtins, name) and name not in OF_THE_KERNEL
    }
    for statement in statements:
        if isinstance(statement.node, ast.FunctionDef):
            found |= _unset_inside(statement.node)
    return sorted(found)


def _unset_inside(function: ast.FunctionDef) -> set[str]:
    """Return the variables of a function that it reads above all that gives them a value."""
    own = {name for each in function.body for name in _stored(each)}
    given = {n.arg for n in ast.walk(function.args) if isinstance(n, ast.arg)}
    found: set[str] = set()
    for each in function.body:
        if isinstance(each, SIMPLE):
            inner = {name for n in ast.walk(each) if isinstance(n, ast.comprehension) for name in _stored(n.target)}
            inner |= {n.arg for n in ast.walk(each) if isinstance(n, ast.arg)}
            read = {n.id for n in ast.walk(each) if isinstance(n, ast.Name) and isinstance(n.ctx, ast.Load)}
            if isinstance(each, ast.AugAssign):
                read |= _stored(each.target)
            found |= (read & own) - given - inner
        given |= _stored(each)
    return found


def _stored(node: ast.AST) -> set[str]:
    return {n.id for n in ast.walk(node) if isinstance(n, ast.Name) and isinstance(n.ctx, ast.Store)}
