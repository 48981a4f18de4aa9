"""Whether it matters in which order things come that have none of their own: file listings, sets."""

from __future__ import annotations

import ast
from collections.abc import Iterable, Mapping, Sequence

from nb2prod.analysis.children import walked
from nb2prod.analysis.nodes import ancestors_of
from nb2prod.notebook.called import called_name

INDIFFERENT = frozenset((
    "sorted", "len", "set", "frozenset", "sum", "min", "max", "any", "all", "Counter", "bool", "isin", "shuffle",
    "difference", "union", "intersection", "issubset", "issuperset", "update", "print", "display", "natsorted",
    "value_counts", "nunique", "unique", "dict", "isdisjoint", "pprint", "remove", "rmtree", "median", "mean",
))  # fmt: skip
"""Functions and methods that give the same in whatever order things are handed to them, or only show them."""
_Parents = Mapping[ast.AST, ast.AST]


def order_matters(node: ast.expr, parents: _Parents, sorted_names: Iterable[str] = ()) -> bool:
    """Say whether what becomes of an expression in its statement may depend on the order of what is in it.

    ``sorted_names`` are variables that the notebook sorts somewhere.
    """
    inside: ast.AST = node
    for outer in ancestors_of(node, parents):
        if isinstance(outer, ast.Call) and called_name(outer) in INDIFFERENT:
            return False
        if isinstance(outer, ast.Compare):
            return False
        if isinstance(outer, ast.For | ast.AsyncFor):
            return inside is outer.iter and body_depends(outer.body)
        if isinstance(outer, ast.comprehension):
            inside = outer
            continue
        if isinstance(outer, ast.SetComp):
            return False
        if isinstance(outer, ast.Subscript) and inside is outer.value:
            return True
        if isinstance(outer, ast.Assign):
            names = [each.id for each in outer.targets if isinstance(each, ast.Name)]
            return not any(name in set(sorted_names) for name in names)
        if isinstance(outer, ast.Expr):
            return False
        if isinstance(outer, ast.stmt):
            return isinstance(outer, ast.Return | ast.AugAssign | ast.AnnAssign)
        inside = outer
    return False


def body_depends(body: Sequence[ast.stmt]) -> bool:
    """Say whether a loop leaves something behind that depends on the order of its turns."""
    for statement in body:
        for node in walked(statement):
            if isinstance(node, ast.Call) and called_name(node) in {
                "append",
                "extend",
                "insert",
                "concat",
                "vstack",
                "hstack",
            }:
                return True
            if isinstance(node, ast.Yield | ast.Return):
                return True
    return False


def sorted_names(calls: Iterable[ast.Call]) -> frozenset[str]:
    """Return the variables that are sorted: ``files.sort()``, ``sorted(files)``; and those that are shuffled."""
    found = set()
    for call in calls:
        function = call.func
        if isinstance(function, ast.Attribute) and isinstance(function.value, ast.Name) and function.attr == "sort":
            found.add(function.value.id)
        if called_name(call) in {"sorted", "natsorted", "shuffle"} and call.args and isinstance(call.args[0], ast.Name):
            found.add(call.args[0].id)
    return frozenset(found)
