"""Two values and their kinds in, what pandas computes of columns of them out: a value and its kind."""

from __future__ import annotations

import operator
from collections.abc import Callable
from math import copysign, inf
from typing import Any

import numpy as np

from .kinds import (
    BOOL,
    FLOAT,
    INT,
    INT32,
    LITERAL,
    MOMENT,
    MOMENTS,
    NAN,
    NUMBERS,
    OBJECT,
    SPAN,
    SPANS,
    STR,
    Category,
    Kind,
    array_of,
    missing,
)
from .moments import units
from .not_light import NotLight
from .stamp import read

Operation = Callable[[Any, Kind, Any, Kind], tuple[Any, Kind]]

COUNTED = (INT, FLOAT, BOOL, INT32)
MOST_DAYS = 106_000
"""Fewer than nanoseconds in 64 bits can tell."""
EXACT = 2**53
"""Up to here each integer is a float too."""

_ORDER = {operator.lt, operator.le, operator.gt, operator.ge}


def divide(a: Any, a_kind: Kind, b: Any, b_kind: Kind) -> tuple[Any, Kind]:
    """Return a / b as IEEE 754 has it: a division by zero is infinite, or NaN."""
    if a_kind not in NUMBERS or b_kind not in NUMBERS:
        return _other(operator.truediv, a, a_kind, b, b_kind)
    a, b = float(a), float(b)
    if b:
        return a / b, FLOAT
    if a != a or not a:
        return NAN, FLOAT
    return copysign(inf, a) * copysign(1.0, b), FLOAT


def _plain(compute: Callable[[Any, Any], Any]) -> Operation:
    """Return addition, subtraction or multiplication."""

    def run(a: Any, a_kind: Kind, b: Any, b_kind: Kind) -> tuple[Any, Kind]:
        if a_kind == FLOAT and b_kind in NUMBERS or b_kind == FLOAT and a_kind == INT:
            return compute(float(a), float(b)), FLOAT
        if a_kind == INT and b_kind == INT:
            result = compute(a, b)
            if not -(2**63) <= result < 2**63:
                raise NotLight("an integer beyond int64")
            return result, INT
        return _other(compute, a, a_kind, b, b_kind)

    return run


def _other(
    compute: Callable[[Any, Any], Any], a: Any, a_kind: Kind, b: Any, b_kind: Kind
) -> tuple[Any, Kind]:
    """Compute with booleans among numbers, texts, and moments."""
    kinds = {str(a_kind), str(b_kind)}
    if (BOOL in kinds or INT32 in kinds) and kinds <= {INT, FLOAT, BOOL, INT32}:
        return _by_numpy(compute, a, a_kind, b, b_kind)
    if kinds <= {STR, OBJECT, LITERAL}:
        return _texts(compute, a, a_kind, b, b_kind)
    if kinds & set(MOMENTS + SPANS):
        return _moments(compute, a, a_kind, b, b_kind)
    raise NotLight(f"{compute.__name__} of {a_kind} and {b_kind}")


def _by_numpy(
    compute: Callable[[Any, Any], Any], a: Any, a_kind: Kind, b: Any, b_kind: Kind
) -> tuple[Any, Kind]:
    """Compute with booleans, or parts of dates, among numbers."""
    if a_kind == b_kind == BOOL:
        raise NotLight(f"{compute.__name__} of booleans")
    kind = FLOAT if FLOAT in (a_kind, b_kind) or compute is operator.truediv else INT
    if a_kind == b_kind == INT32 and kind == INT:
        result = compute(a, b)
        if not -(2**31) <= result < 2**31:
            raise NotLight("an integer beyond int32")
        return result, INT32
    if INT32 in (a_kind, b_kind) and kind == INT:
        raise NotLight("parts of dates among integers")
    return OPERATIONS[compute.__name__](
        float(a) if kind == FLOAT else int(a), kind, float(b) if kind == FLOAT else int(b), kind
    )


def _texts(
    compute: Callable[[Any, Any], Any], a: Any, a_kind: Kind, b: Any, b_kind: Kind
) -> tuple[Any, Kind]:
    """Join texts; other arithmetic of them is left to pandas."""
    kind = {a_kind, b_kind} - {LITERAL}
    if compute is not operator.add or len(kind) != 1:
        raise NotLight(f"{compute.__name__} of texts")
    (result,) = kind
    if type(a) is str and type(b) is str:
        return a + b, result
    if missing(a) and type(b) is str or missing(b) and type(a) is str:
        return NAN, result
    raise NotLight("a sum of objects")


def _moments(
    compute: Callable[[Any, Any], Any], a: Any, a_kind: Kind, b: Any, b_kind: Kind
) -> tuple[Any, Kind]:
    """Return the time between two moments, or one moment as far from another as a time says."""
    a_kind, b_kind = _adapted(a_kind, b_kind), _adapted(b_kind, a_kind)
    if compute is operator.truediv and a_kind in SPANS and a_kind == b_kind:
        return _ratio(a, b, a_kind)
    if compute is operator.sub and a_kind == b_kind and a_kind in MOMENTS:
        kind = SPANS[MOMENTS.index(a_kind)]
    elif (
        compute in (operator.add, operator.sub)
        and a_kind in MOMENTS
        and b_kind == SPANS[MOMENTS.index(a_kind)]
    ):
        kind = a_kind
    else:
        raise NotLight(f"{compute.__name__} of {a_kind} and {b_kind}")
    if a is None or b is None:
        return None, kind
    result = compute(a, b)
    days = abs(result).days if kind in SPANS else abs(result.year - 1970) * 366
    if "ns" in kind and days > MOST_DAYS:
        raise NotLight("more nanoseconds than 64 bits can count")
    return result, kind


def _adapted(kind: Kind, other: Kind) -> Kind:
    """Return the kind of a moment, or a time, of the code that meets a column."""
    if kind == MOMENT and other in MOMENTS + SPANS:
        return other if other in MOMENTS else MOMENTS[SPANS.index(other)]
    if kind == SPAN and other in MOMENTS + SPANS:
        return other if other in SPANS else SPANS[MOMENTS.index(other)]
    return kind


def _ratio(a: Any, b: Any, kind: Kind) -> tuple[Any, Kind]:
    if a is None or b is None:
        return NAN, FLOAT
    return divide(units(a, kind), FLOAT, units(b, kind), FLOAT)


def _by_array(compute: Callable[[Any, Any], Any], by_scalar: bool = False) -> Operation:
    """Return an operation that NumPy carries out, so that it rounds as pandas' columns do.

    A power by a number of the code is another thing for NumPy than one by a column.
    """

    def run(a: Any, a_kind: Kind, b: Any, b_kind: Kind) -> tuple[Any, Kind]:
        if a_kind not in NUMBERS or b_kind not in NUMBERS:
            raise NotLight(f"{compute.__name__} of {a_kind} and {b_kind}")
        if compute is not operator.pow and not b:
            raise NotLight("a division by zero")
        whole = compute is operator.pow and a_kind == b_kind == INT
        if whole and (b < 0 or (b > 63 and abs(a) > 1) or not -(2**63) <= a**b < 2**63):
            raise NotLight("a power of integers that is none")
        with np.errstate(all="ignore"):
            result = compute(array_of([a], a_kind), b if by_scalar else array_of([b], b_kind))
        return result.item(), result.dtype.name

    return run


def compare(compute: Callable[[Any, Any], Any]) -> Operation:
    """Return a comparison."""

    def run(a: Any, a_kind: Kind, b: Any, b_kind: Kind) -> tuple[Any, Kind]:
        if a_kind in COUNTED and b_kind in COUNTED:
            if a_kind != b_kind and (_inexact(a, a_kind) or _inexact(b, b_kind)):
                raise NotLight("an integer that is no float")
            return compute(a, b), BOOL
        return _compare_others(compute, a, a_kind, b, b_kind), BOOL

    return run


def _inexact(value: Any, kind: Kind) -> bool:
    return bool(kind == INT and not -EXACT <= value <= EXACT)


def _compare_others(
    compute: Callable[[Any, Any], Any], a: Any, a_kind: Kind, b: Any, b_kind: Kind
) -> bool:
    """Compare texts, categories and moments: what is missing differs from everything."""
    nothing = missing(a) or missing(b)
    if isinstance(a_kind, Category) and b_kind == LITERAL and compute not in _ORDER:
        return compute is operator.ne if nothing else bool(compute(a, b))
    texts = {STR, OBJECT, LITERAL}
    a_kind, b_kind = _adapted(a_kind, b_kind), _adapted(b_kind, a_kind)
    if b_kind == LITERAL and a_kind in MOMENTS:
        b, b_kind = read(b), a_kind
    if a_kind in MOMENTS and a_kind == b_kind or a_kind in SPANS and a_kind == b_kind:
        return compute is operator.ne if nothing else bool(compute(a, b))
    if isinstance(a_kind, str) and isinstance(b_kind, str) and a_kind in texts and b_kind in texts:
        if type(a) is str and type(b) is str:
            return bool(compute(a, b))
        if nothing and (compute not in _ORDER or a_kind == STR):
            return compute is operator.ne
    raise NotLight(f"{compute.__name__} of {a_kind} and {b_kind}")


def _logic(compute: Callable[[Any, Any], Any]) -> Operation:
    def run(a: Any, a_kind: Kind, b: Any, b_kind: Kind) -> tuple[Any, Kind]:
        if a_kind == BOOL and b_kind == BOOL:
            return compute(a, b), BOOL
        raise NotLight(f"{compute.__name__} of {a_kind} and {b_kind}")

    return run


POWER_BY_SCALAR = _by_array(operator.pow, by_scalar=True)

OPERATIONS: dict[str, Operation] = {
    "add": _plain(operator.add),
    "sub": _plain(operator.sub),
    "mul": _plain(operator.mul),
    "truediv": divide,
    "floordiv": _by_array(operator.floordiv),
    "mod": _by_array(operator.mod),
    "pow": _by_array(operator.pow),
    "lt": compare(operator.lt),
    "le": compare(operator.le),
    "gt": compare(operator.gt),
    "ge": compare(operator.ge),
    "eq": compare(operator.eq),
    "ne": compare(operator.ne),
    "and": _logic(operator.and_),
    "or": _logic(operator.or_),
    "xor": _logic(operator.xor),
}
"""By the name of Python's method, without underscores."""
