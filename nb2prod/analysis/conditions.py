"""Conditions and loops to what can be told of them beforehand: whether they hold, whether they run at all."""

from __future__ import annotations

import ast


def certainly(test: ast.expr) -> bool | None:
    """Return how a condition certainly comes out, if that can be told."""
    if isinstance(test, ast.Constant):
        return bool(test.value)
    if isinstance(test, ast.Compare) and isinstance(test.left, ast.Name) and test.left.id == "__name__":
        return isinstance(test.ops[0], ast.Eq)
    return None


def runs_at_least_once(source: ast.expr) -> bool:
    """Return whether a loop over ``source`` certainly has a first round."""
    if isinstance(source, ast.List | ast.Tuple | ast.Set):
        return any(not isinstance(each, ast.Starred) for each in source.elts)
    if isinstance(source, ast.Dict):
        return bool(source.keys)
    if isinstance(source, ast.Constant):
        return bool(source.value)
    if isinstance(source, ast.Call) and isinstance(source.func, ast.Name) and source.args:
        name = source.func.id
        if name == "range":
            return _range_is_filled(source.args)
        if name in {"enumerate", "tqdm", "list", "sorted", "reversed"}:
            return runs_at_least_once(source.args[0])
        return name == "zip" and all(map(runs_at_least_once, source.args))
    return False


def _range_is_filled(bounds: list[ast.expr]) -> bool:
    values = [each.value for each in bounds if isinstance(each, ast.Constant) and isinstance(each.value, int)]
    try:
        return len(values) == len(bounds) and bool(range(*values))
    except (TypeError, ValueError, OverflowError):
        return False
