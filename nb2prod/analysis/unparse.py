"""An expression to its text: what ``ast.unparse`` gives, in a fraction of its time for what stands in calls most."""

from __future__ import annotations

import ast

_AS_REPR = frozenset((str, int, bool, bytes, type(None)))
"""Constants that ``repr`` writes; numbers with a point may be infinite, and strings can be told to be ``u"..."``."""


_COMPARED: dict[type[ast.cmpop], str] = {
    ast.Eq: "==", ast.NotEq: "!=", ast.Lt: "<", ast.LtE: "<=", ast.Gt: ">", ast.GtE: ">=",
}  # fmt: skip


def unparsed(node: ast.AST) -> str:
    """Return what ``ast.unparse`` gives."""
    if isinstance(node, ast.Compare) and len(node.ops) == 1 and type(node.ops[0]) in _COMPARED:  # df["age"] > 3
        left, right = _simple(node.left), _simple(node.comparators[0])
        if left and right:
            return f"{left} {_COMPARED[type(node.ops[0])]} {right}"
    return _simple(node) or _sliced(node) or _signed(node) or ast.unparse(node)


def _sliced(node: ast.AST) -> str:
    """Return the text of a slice between simple ends; empty for all else."""
    if not isinstance(node, ast.Slice):
        return ""
    lower, upper = _end(node.lower), _end(node.upper)
    step = "" if node.step is None else _end(node.step)
    if lower is None or upper is None or step is None:
        return ""
    return f"{lower}:{upper}:{step}" if node.step is not None else f"{lower}:{upper}"


def _end(node: ast.expr | None) -> str | None:
    """Return the text of a slice's end, which may not be there; ``None`` where it is not simple."""
    return "" if node is None else _simple(node) or _signed(node) or None


_SIGNS: dict[type[ast.unaryop], str] = {ast.USub: "-", ast.UAdd: "+", ast.Invert: "~"}


def _signed(node: ast.AST) -> str:
    """Return the text of something simple behind a sign, where nothing stands beside it; empty for all else."""
    operand = _simple(node.operand) if isinstance(node, ast.UnaryOp) and type(node.op) in _SIGNS else ""
    return f"{_SIGNS[type(node.op)]}{operand}" if operand and isinstance(node, ast.UnaryOp) else ""


def _simple(node: ast.AST) -> str:
    """Return the text of what needs no brackets wherever it stands; empty for all else."""
    if isinstance(node, ast.Name):
        return node.id
    if isinstance(node, ast.Constant):
        return repr(node.value) if type(node.value) in _AS_REPR and not node.kind else ""
    if isinstance(node, ast.Attribute):
        of = "" if isinstance(node.value, ast.Constant) else _simple(node.value)
        return f"{of}.{node.attr}" if of else ""
    if isinstance(node, ast.Subscript):
        of, place = _simple(node.value), _simple(node.slice)
        return f"{of}[{place}]" if of and place else ""
    if isinstance(node, ast.Call):
        function = _simple(node.func)
        given = [_simple(each) for each in node.args]
        given += [
            f"{each.arg}={value}" if each.arg and (value := _simple(each.value)) else "" for each in node.keywords
        ]
        return f"{function}({', '.join(given)})" if function and all(given) else ""
    return ""
