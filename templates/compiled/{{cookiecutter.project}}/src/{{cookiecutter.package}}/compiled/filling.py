"""A value and its kind in, and what is put in its place by fillna, where, clip, replace or map; out comes the same."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from math import isinf
from operator import gt, lt
from typing import Any

import numpy as np

from .kinds import (
    BOOL,
    FLOAT,
    INT,
    LITERAL,
    MOMENTS,
    NAN,
    NUMBERS,
    OBJECT,
    STR,
    Category,
    Kind,
    boxed,
    inferred,
    missing,
    scalar,
    text_kind,
)
from .not_light import NotLight

Known = tuple[Any, Kind]


def put(value: Any, kind: Kind, other: Any, other_kind: Kind) -> Known:
    """Return ``other`` as it stands in a column of the kind once it has taken the value's place."""
    if kind == FLOAT and other_kind in NUMBERS:
        return float(other), FLOAT
    if kind == other_kind and kind in (INT, BOOL, STR):
        return other, kind
    if other_kind == LITERAL and (kind == STR or (kind == OBJECT and _textual(value))):
        return other, kind
    if kind == STR and other_kind == FLOAT and missing(other):
        return NAN, STR
    if isinstance(kind, Category) and other_kind == LITERAL and other in kind.categories:
        return other, kind
    raise NotLight(f"a value of {other_kind} in a column of {kind}")


def _textual(value: Any) -> bool:
    return type(value) is str or missing(value)


def fill(value: Any, kind: Kind, other: Any) -> Known:
    """Return what fillna makes of the value."""
    other, other_kind = scalar(other)
    if missing(value):
        return put(value, kind, other, other_kind)
    if kind == OBJECT and type(value) is not str:
        raise NotLight("objects that are no texts")
    if isinstance(kind, Category) and other not in kind.categories:
        raise NotLight("a value that is no category")
    return value, kind


def clip(value: Any, kind: Kind, lower: Any, upper: Any) -> Known:
    """Return the value, or the bound that it lies beyond."""
    if kind not in NUMBERS:
        raise NotLight(f"clip of {kind}")
    if lower is not None and upper is not None and lower > upper:
        raise NotLight("a lower bound above the upper one")
    for bound, beyond in ((lower, lt), (upper, gt)):
        if bound is None:
            continue
        bound, bound_kind = scalar(bound)
        if bound_kind not in NUMBERS or bound != bound:
            raise NotLight("a bound that is no number")
        if bound_kind != kind and abs(value) > 2**53:
            raise NotLight("a large integer clipped at a fraction")
        if beyond(value, bound):
            value, kind = clipped_at(bound, kind)
    return value, kind


def clipped_at(bound: Any, kind: Kind) -> Known:
    """Return a bound in a column's kind; integers become floats where the bound has a fraction."""
    if kind == FLOAT or not float(bound).is_integer():
        return float(bound), FLOAT
    if abs(bound) > 2**53:
        raise NotLight("an integer clipped at a large number")
    return int(bound), kind


def alike(value: Any, keys: Iterable[Any]) -> bool:
    """Say whether Python and pandas look the value up among the keys in the same way: all are of one type."""
    wanted = type(value)
    if wanted is float:
        return all(type(key) is float and key == key for key in keys)
    return wanted in (str, int, bool) and all(type(key) is wanted for key in keys)


def plain(values: Any) -> list[Any]:
    """Return the values of a list, a set or an array, as Python's own.

    Raises:
        NotLight: if they are of no known type.
    """
    if isinstance(values, np.ndarray) and values.ndim == 1:
        if values.dtype.name not in (INT, FLOAT, BOOL, OBJECT) and values.dtype.kind != "U":
            raise NotLight(f"values of {values.dtype}")
        values = values.tolist()
    if type(values) not in (list, tuple, set, frozenset) and not hasattr(values, "tolist"):
        values = list(values) if isinstance(values, type({}.keys()) | range) else _refuse(values)
    elif hasattr(values, "tolist"):
        values = values.tolist()
    return [value if value is None else scalar(value)[0] for value in values]


def _refuse(values: Any) -> Any:
    raise NotLight(f"values in a {type(values).__name__}")


def among(value: Any, kind: Kind, values: Any) -> bool:
    """Say whether the value is one of several."""
    known = plain(values)
    if missing(value):
        if kind in (STR, OBJECT, FLOAT) and not any(missing(each) for each in known):
            return False
        raise NotLight("a missing value among others")
    if type(value) in (int, float) and all(type(each) in (int, float) for each in known):
        if any(abs(each) > 2**53 for each in (value, *known)):
            raise NotLight("large integers and floats")
        return value in known
    if kind in (STR, OBJECT) and not all(type(each) is str for each in known):
        raise NotLight("a text among other values")
    if not alike(value, known):
        raise NotLight(f"{kind} among other values")
    return value in known


def look_up(value: Any, kind: Kind, table: Mapping[Any, Any], found_kind: Kind) -> Known:
    """Return what a table, whose values make a column of ``found_kind``, has for the value."""
    nothing = missing(value)
    if isinstance(kind, Category):
        raise NotLight("a look-up of categories")
    if not table:
        raise NotLight("a look-up in nothing")
    if not (alike("", table) and nothing and kind in (STR, OBJECT)) and not alike(value, table):
        raise NotLight(f"a look-up of {kind} among other values")
    if not nothing and value in table:
        found = table[value]
        if found_kind == OBJECT and type(found) is not str:
            raise NotLight("a look-up of objects")
        if found_kind == OBJECT:
            return found, text_kind()
        return (float(found) if found_kind == FLOAT else found), found_kind
    if found_kind in NUMBERS:
        return NAN, FLOAT
    if found_kind in (STR, text_kind()) and not _mixed(table):
        return NAN, found_kind
    raise NotLight(f"nothing found among {found_kind}")


def _mixed(table: Mapping[Any, Any]) -> bool:
    return not all(type(found) is str for found in table.values())


def kind_of_values(values: Iterable[Any]) -> Kind:
    """Return the dtype that pandas infers for a list of values."""
    types = {type(value) for value in values}
    if types == {int}:
        return INT
    if types and types <= {int, float}:
        return FLOAT
    if types == {bool}:
        return BOOL
    if types == {str}:
        return text_kind()
    return OBJECT


def mapped(value: Any, kind: Kind, by: Any, skips: bool) -> Known:
    """Return what a dict or a function makes of the value; a missing one stays, where it is to be skipped."""
    if type(by) is dict:
        table = {scalar(key)[0]: scalar(found)[0] for key, found in by.items()}
        return look_up(value, kind, table, kind_of_values(table.values()))
    if (
        not callable(by)
        or isinstance(by, np.ufunc | type)
        and by not in (str, int, float, bool, len)
    ):
        raise NotLight(f"map by a {type(by).__name__}")
    if skips and missing(value):
        raise NotLight("a missing value that is skipped")
    if isinstance(kind, str) and kind in MOMENTS:
        return inferred(by(boxed(value, kind)))
    if kind not in (INT, FLOAT, BOOL, STR, OBJECT):
        raise NotLight(f"map of {kind}")
    return inferred(by(value))


def replaced(value: Any, kind: Kind, table: Mapping[Any, Any]) -> Known:
    """Return what replace puts in the value's place, where both fit the column; else the value."""
    for old, new in table.items():
        old = scalar(old)[0]
        if _same(value, old, kind):
            new, new_kind = scalar(new)
            if new_kind == LITERAL and type(value) is not str:
                raise NotLight("a text for something else")
            if kind == INT and new_kind != INT:
                raise NotLight(f"{new_kind} for an integer")
            return put(value, kind, new, new_kind)
    if kind == OBJECT and type(value) is not str:
        raise NotLight("replace among objects")
    return value, kind


def _same(value: Any, old: Any, kind: Kind) -> bool:
    """Say whether the value is to be replaced."""
    if isinstance(kind, Category) or kind not in (INT, FLOAT, BOOL, STR, OBJECT):
        raise NotLight(f"replace in {kind}")
    if missing(old):
        if kind in (INT, BOOL):
            return False
        return missing(value)
    if missing(value):
        return False
    if type(value) is type(old):
        return bool(value == old)
    if kind == BOOL and type(old) in (int, float) and old not in (0, 1):
        return False
    if bool in (type(value), type(old)):
        raise NotLight("booleans and numbers")
    if type(value) is float and type(old) is int and abs(old) <= 2**53:
        return bool(value == old)
    if type(value) is int and type(old) is float:
        if isinf(old) or old != int(old):
            return False
        raise NotLight("a float among integers")
    return False
