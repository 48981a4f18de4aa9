"""A value and its kind in, the value as another kind out: astype and to_numeric."""

from __future__ import annotations

import re
from collections.abc import Callable
from math import isfinite
from typing import Any

import numpy as np

from .kinds import (
    BOOL,
    FLOAT,
    INT,
    NAN,
    NUMBERS,
    OBJECT,
    STR,
    Category,
    Kind,
    missing,
    no_category,
    text_kind,
)
from .not_light import NotLight

WHOLE = re.compile(r"[+-]?\d{1,18}")
DECIMAL = re.compile(r"[+-]?(\d{1,15}(\.\d{0,15})?|\.\d{1,15})")
"""Numbers that are all read alike: no exponents, no spaces, few digits."""
SAYS_A_NUMBER = re.compile(r"(?i)nan|inf(inity)?|none|null|na|true|false")
"""Words that may be read as a number, or as none."""

NAMES: dict[Any, Kind] = {
    float: FLOAT,
    "float": FLOAT,
    "float64": FLOAT,
    np.float64: FLOAT,
    np.dtype("float64"): FLOAT,
    int: INT,
    "int": INT,
    "int64": INT,
    np.int64: INT,
    np.dtype("int64"): INT,
    bool: BOOL,
    "bool": BOOL,
    np.bool_: BOOL,
    np.dtype("bool"): BOOL,
    object: OBJECT,
    "object": OBJECT,
    "O": OBJECT,
    str: STR,
    "str": STR,
}


def cast(value: Any, kind: Kind, wanted: Any) -> tuple[Any, Kind]:
    """Return what astype makes of a value."""
    if isinstance(wanted, Category):
        return _category(value, wanted)
    try:
        name = NAMES.get(wanted)
    except TypeError:
        name = None
    if name is None:
        if isinstance(wanted, str) and wanted == "category" and kind != OBJECT:
            return _category_of(value, kind)
        raise NotLight(f"astype({wanted!r})")
    if kind == name and kind != OBJECT and kind != STR:
        return value, kind
    if kind not in (INT, FLOAT, BOOL, STR, OBJECT):
        raise NotLight(f"{kind} as {name}")
    return _TO[name](value, kind)


def _to_float(value: Any, kind: Kind) -> tuple[Any, Kind]:
    if kind in NUMBERS or kind == BOOL:
        return float(value), FLOAT
    if type(value) is str and DECIMAL.fullmatch(value) and value.isascii():
        return float(value), FLOAT
    if type(value) is float and value != value:
        return NAN, FLOAT
    raise NotLight("an object as a float")


def _to_int(value: Any, kind: Kind) -> tuple[Any, Kind]:
    if kind in NUMBERS or kind == BOOL:
        if isfinite(value) and -(2**63) <= value < 2**63:
            return int(value), INT
        raise NotLight("no integer")
    if type(value) is str and WHOLE.fullmatch(value) and value.isascii():
        return int(value), INT
    raise NotLight("an object as an integer")


def _to_bool(value: Any, kind: Kind) -> tuple[Any, Kind]:
    if kind in NUMBERS:
        return bool(value), BOOL
    raise NotLight(f"{kind} as a boolean")


def _to_object(value: Any, kind: Kind) -> tuple[Any, Kind]:
    return value, OBJECT


def _to_text(value: Any, kind: Kind) -> tuple[Any, Kind]:
    if kind == OBJECT and type(value) is not str and not missing(value):
        raise NotLight("an object as a text")
    result = text_kind()
    if missing(value) and result == STR:
        return NAN, STR
    return (value if type(value) is str else str(value)), result


_TO: dict[Kind, Callable[[Any, Kind], tuple[Any, Kind]]] = {
    FLOAT: _to_float,
    INT: _to_int,
    BOOL: _to_bool,
    OBJECT: _to_object,
    STR: _to_text,
}


def _category(value: Any, wanted: Category) -> tuple[Any, Kind]:
    types = {type(category) for category in wanted.categories}
    if missing(value):
        return NAN, wanted
    if types != {type(value)} or type(value) not in (str, int):
        raise NotLight("a value that is no category's type")
    return (value if value in wanted.categories else no_category()), wanted


def _category_of(value: Any, kind: Kind) -> tuple[Any, Kind]:
    if missing(value) or kind not in (INT, STR):
        raise NotLight(f"{kind} as a category")
    return value, Category((value,))


def to_number(value: Any, kind: Kind, errors: str) -> tuple[Any, Kind]:
    """Return what ``pd.to_numeric`` makes of a value of a column."""
    if kind in NUMBERS or kind == BOOL:
        return value, kind
    if kind not in (STR, OBJECT):
        raise NotLight(f"to_numeric of {kind}")
    if missing(value):
        return NAN, FLOAT
    if type(value) is not str or not value.isascii():
        raise NotLight("to_numeric of objects")
    if WHOLE.fullmatch(value):
        return int(value), INT
    if DECIMAL.fullmatch(value):
        return float(value), FLOAT
    word = value.strip()
    if errors != "coerce" or word[:1] in tuple("+-.0123456789") or SAYS_A_NUMBER.fullmatch(word):
        raise NotLight("to_numeric of something else")
    return NAN, FLOAT
