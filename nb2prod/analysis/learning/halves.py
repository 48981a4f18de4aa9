"""Two choices of the same rows to whether they share none: ``X[:n]`` and ``X[n:]``, ``df[mask]`` and ``df[~mask]``."""

from __future__ import annotations

import ast
import re
from itertools import takewhile

from nb2prod.analysis.learning.model import HELD_OUT
from nb2prod.analysis.learning.values import Rows

DEEPEST = 4
"""Choices of places among places that are followed."""
APART = frozenset({("<", ">="), ("<", ">"), ("<=", ">"), ("<", "=="), (">", "=="), ("==", "!=")})
"""Comparisons with the same thing of which never both hold."""
DATE = re.compile(r"\d{4}(-\d\d)*")
SIGNS = {ast.Lt: "<", ast.LtE: "<=", ast.Gt: ">", ast.GtE: ">=", ast.Eq: "==", ast.NotEq: "!="}


def halves(learnt_from: Rows, asked: Rows) -> tuple[Rows, Rows] | None:
    """Return the choices by hand that part what was learnt from and what a model is scored on; ``None`` if none do."""
    own, other = _unparted(learnt_from), _unparted(asked)
    for first in own:
        for second in other:
            if first is not second and first.named not in HELD_OUT and apart(first, second):
                return first, second
    return None


def _unparted(rows: Rows) -> list[Rows]:
    """Return rows and those that they are a choice of, as far as nobody has said which part they are."""
    return list(takewhile(lambda each: each.part is None, rows.ancestry()))


def apart(first: Rows, second: Rows, depth: int = DEEPEST) -> bool:
    """Return whether two choices of the same rows are certain to have none in common."""
    if first.of != second.of or not first.of or depth == 0:
        return False
    if first.piece is not None and second.piece is not None:
        return first.piece[0] is second.piece[0] and first.piece[1] != second.piece[1]
    for one, rest in ((first, second), (second, first)):
        if rest.rest and rest.by is not None and (rest.by is one or (rest.by is one.by and not one.rest)):
            return True
    if first.by is not None and second.by is not None:
        return not first.rest and not second.rest and apart(first.by, second.by, depth - 1)
    if first.choice is None or second.choice is None:
        return False
    return _exclude(first.choice, second.choice)


def _exclude(first: ast.expr, second: ast.expr) -> bool:
    if isinstance(first, ast.Slice) and isinstance(second, ast.Slice):
        return _meet(first, second) or _meet(second, first)
    for one, other in ((first, second), (second, first)):
        if isinstance(one, ast.UnaryOp) and isinstance(one.op, ast.Invert):
            return ast.unparse(one.operand) == ast.unparse(other)
    if isinstance(first, ast.Compare) and isinstance(second, ast.Compare):
        return _compared(first, second)
    return False


def _meet(first: ast.Slice, second: ast.Slice) -> bool:
    """Return whether a slice ends where the other begins, or before."""
    if first.upper is None or second.lower is None or first.step is not None or second.step is not None:
        return False
    match first.upper, second.lower:
        case ast.Constant(value=int(end)), ast.Constant(value=int(begin)):
            return end <= begin
    return ast.unparse(first.upper) == ast.unparse(second.lower)


def _compared(first: ast.Compare, second: ast.Compare) -> bool:
    if len(first.ops) != 1 or len(second.ops) != 1 or ast.unparse(first.left) != ast.unparse(second.left):
        return False
    signs = SIGNS.get(type(first.ops[0]), ""), SIGNS.get(type(second.ops[0]), "")
    if ast.unparse(first.comparators[0]) == ast.unparse(second.comparators[0]):
        return signs in APART or signs[::-1] in APART
    match first.comparators[0], second.comparators[0]:
        case ast.Constant(value=int() | float() | str() as one), ast.Constant(value=int() | float() | str() as other):
            return _between(signs, one, other)
    return False


def _between(signs: tuple[str, str], one: float | str, other: float | str) -> bool:
    """Return whether ``< one`` and ``> other`` and the like leave a gap; texts are in order where they are dates."""
    if isinstance(one, str) != isinstance(other, str):
        return False
    if signs == ("==", "=="):
        return one != other
    if isinstance(one, str) and not (DATE.match(one) and DATE.match(str(other))):
        return False
    below, above = {"<", "<=", "=="}, {">", ">=", "=="}
    if signs[0] in below and signs[1] in above:
        return one < other  # type: ignore[operator]
    return signs[0] in above and signs[1] in below and other < one  # type: ignore[operator]
