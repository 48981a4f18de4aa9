"""Whether a notebook fits rows together by labels that it gave them itself, which a record alone does not have."""

from __future__ import annotations

import ast
from collections.abc import Iterable, Iterator

from nb2prod.notebook.called import called_name

GROUPING = frozenset({"groupby", "value_counts", "pivot_table", "crosstab", "resample"})
"""What gives a column, or a table, with labels of its own."""

FITTING = frozenset(
    {"fillna", "join", "merge", "combine_first", "update", "add", "sub", "mul", "div", "where", "mask", "corrwith"}
)
"""Methods that fit what they are given to the rows by their labels, unless it is a single value."""

BY_LABEL = frozenset({"left_index", "right_index", "level"})


def fits_by_labels(before: Iterable[ast.stmt], after: Iterable[ast.stmt]) -> str:
    """Return the text of what fits rows together by labels in the statements behind one that labels the rows, with what
    stands ``before`` it or there; empty where nothing does."""
    behind = list(after)
    long = {name for node in (*before, *behind) for name in _labelled(node)}
    for node in behind:
        for each in _trouble(node, long):
            return ast.unparse(each)
    return ""


def _labelled(node: ast.stmt) -> Iterator[str]:
    """Yield the names that a statement gives what has labels of its own."""
    if isinstance(node, ast.Assign) and any(_called(n) in GROUPING for n in ast.walk(node.value)):
        yield from (target.id for target in node.targets if isinstance(target, ast.Name))


def _trouble(node: ast.stmt, long: set[str]) -> Iterator[ast.AST]:
    for each in ast.walk(node):
        if isinstance(each, ast.Call):
            keywords = {keyword.arg for keyword in each.keywords}
            given = [*each.args, *(keyword.value for keyword in each.keywords)]
            dropped = any(k.arg == "drop" and getattr(k.value, "value", None) is True for k in each.keywords)
            labels = keywords & BY_LABEL or (_called(each) == "reset_index" and not dropped)
            if labels or (_called(each) in FITTING and any(_is_long(value, long) for value in given)):
                yield each
        elif isinstance(each, ast.BinOp) and (_is_long(each.left, long) or _is_long(each.right, long)):
            yield each
    stored = isinstance(node, ast.Assign) and isinstance(node.targets[0], ast.Subscript | ast.Attribute)
    if stored and _is_long(node.value, long):  # type: ignore[attr-defined]
        yield node


def _is_long(node: ast.expr, long: set[str]) -> bool:
    """Return whether an expression is a labelled value, or is made of one by anything but looking values up in it."""
    if isinstance(node, ast.Call) and _called(node) in {"map", "replace", "transform", "isin"}:
        return False
    if isinstance(node, ast.Name):
        return node.id in long
    if _called(node) in GROUPING:
        return True
    return any(_is_long(child, long) for child in ast.iter_child_nodes(node) if isinstance(child, ast.expr))


def _called(node: ast.AST) -> str:
    return called_name(node) if isinstance(node, ast.Call) else ""
