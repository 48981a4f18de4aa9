"""Loops in which an answer goes into the next request, as in a forecast step by step."""

from __future__ import annotations

import ast

from nb2prod.analysis.inference.expressions import root_name
from nb2prod.analysis.suggest.answers.following import Following, loaded

GROWING = frozenset({"append", "appendleft", "extend", "insert", "pop", "popleft"})


def feeds_back(following: Following, node: ast.stmt, index: int) -> str:
    """Return the name of what a loop asks about and moves on itself, empty where there is none.

    Row by row, each request comes from outside; here the next one is known only when the last is answered.
    """
    for loop in (n for n in ast.walk(node) if isinstance(n, ast.For | ast.While)):
        moved = _moved_on(loop)
        for _, rows in following.asks(loop, index):
            found = sorted(moved & _made_of(rows, loop))
            if found:
                return found[0]
    return ""


def _made_of(rows: ast.expr, loop: ast.For | ast.While) -> set[str]:
    """Return the names that an expression in a loop is made of, by what a turn assigns before."""
    found: set[str] = set()
    waiting = {n.id for n in loaded(rows)}
    while waiting:
        name = waiting.pop()
        found.add(name)
        for node in (n for n in ast.walk(loop) if isinstance(n, ast.Assign)):
            if any(isinstance(target, ast.Name) and target.id == name for target in node.targets):
                waiting |= {n.id for n in loaded(node.value)} - found
    return found


def _moved_on(loop: ast.For | ast.While) -> set[str]:
    """Return the names of which a turn makes what the next one starts with."""
    found: set[str] = set()
    fresh: set[str] = set()
    """Names that each turn gives a value of its own."""
    for node in (n for statement in loop.body for n in ast.walk(statement)):
        match node:
            case ast.Assign(targets=[ast.Name(id=name)], value=value):
                (found if name in {n.id for n in loaded(value)} else fresh).add(name)
            case ast.Assign(targets=[ast.Subscript(value=ast.Name(id=name), slice=place)]) if _is_place(place):
                found.add(name)
            case ast.AugAssign(target=ast.Name(id=name)):
                found.add(name)
            case ast.Call(func=ast.Attribute(value=ast.Name(id=name), attr=method)) if method in GROWING:
                found.add(name)
            case ast.Call(func=ast.Attribute(value=receiver, attr=method)) if method in GROWING:
                found.add(root_name(receiver))
    return found - fresh - {""}


def _is_place(node: ast.expr) -> bool:
    """Return whether it is the place of an item, and not the name of a column."""
    return not (isinstance(node, ast.Constant) and isinstance(node.value, str))
