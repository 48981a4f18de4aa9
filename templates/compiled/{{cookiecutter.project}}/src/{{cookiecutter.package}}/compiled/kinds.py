"""Which dtype pandas gives a value: the dtypes that are known here, by their names."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from importlib import metadata
from math import copysign, isnan
from typing import Any

import numpy as np

from .not_light import NotLight
from .stamp import Stamp, of_moment

INT, FLOAT, BOOL, OBJECT, STR = "int64", "float64", "bool", "object", "str"
INT32 = "int32"
"""What parts of a date are."""
NUMBERS = (INT, FLOAT)
MOMENTS = ("datetime64[us]", "datetime64[ns]")
SPANS = ("timedelta64[us]", "timedelta64[ns]")
MOMENT, SPAN = "a moment of the code", "a time of the code"
LITERAL = "a text of the code"
"""A text that is no column: it adapts to the column that it meets."""

NAN = float("nan")


@dataclass(frozen=True)
class Category:
    """The dtype of a column of which all possible values are known."""

    categories: tuple[Any, ...]
    ordered: bool = False

    def __eq__(self, other: object) -> bool:
        """A column is asked for its dtype by the name too."""
        if isinstance(other, str):
            return other == "category"
        if not isinstance(other, Category):
            return False
        return (self.categories, self.ordered) == (other.categories, other.ordered)

    def __str__(self) -> str:
        return "category"

    __hash__ = None  # type: ignore[assignment]


Kind = Any
"""One of the names above, or a Category."""

_VALUES: dict[type, tuple[str, type | None]] = {
    float: (FLOAT, None),
    int: (INT, None),
    bool: (BOOL, None),
    str: (LITERAL, None),
    datetime: (MOMENT, None),
    Stamp: (MOMENT, None),
    timedelta: (SPAN, None),
    np.float64: (FLOAT, float),
    np.int64: (INT, int),
    np.bool_: (BOOL, bool),
    np.str_: (LITERAL, str),
}


def _installed() -> int:
    try:
        return int(metadata.version("pandas").partition(".")[0])
    except metadata.PackageNotFoundError:
        return 3


_major = _installed()


def no_category() -> float:
    """Return what stands for a value that is none of the categories: pandas 3 warns that a later one will raise."""
    if _major > 3:
        raise NotLight("a value that is no category")
    return NAN


def text_kind() -> str:
    """Return the dtype that pandas infers for texts: ``str`` since version 3, ``object`` before."""
    return STR if _major >= 3 else OBJECT


def copies_on_write() -> bool:
    """Say whether a part of a table never changes with the table: since version 3."""
    return _major >= 3


def scalar(value: Any) -> tuple[Any, str]:
    """Return a value of the code, or of NumPy's, as Python's own value, and its kind."""
    found = _VALUES.get(type(value))
    if found is None:
        raise NotLight(f"a value of type {type(value).__name__}")
    kind, convert = found
    if convert is not None:
        value = convert(value)
    if kind == MOMENT and value.tzinfo is not None:
        raise NotLight("a moment in a time zone")
    if kind == INT and not -(2**63) <= value < 2**63:
        raise NotLight("an integer beyond int64")
    return value, kind


def inferred(value: Any) -> tuple[Any, str]:
    """Return a value and the kind of the column that pandas makes of it."""
    if value is None:
        return None, OBJECT
    if type(value) is np.str_:
        raise NotLight("a text of NumPy's")
    value, kind = scalar(value)
    if kind in (MOMENT, SPAN):
        raise NotLight("a column of moments of the code")
    return value, text_kind() if kind == LITERAL else kind


def missing(value: Any) -> bool:
    """Say whether pandas takes the value for missing."""
    return value is None or (type(value) is float and isnan(value))


def negative_zero(value: Any) -> bool:
    """Say whether the value is a zero with a sign, which sums and the like may lose."""
    return type(value) is float and not value and copysign(1.0, value) < 0


def common(kinds: Iterable[Kind]) -> Kind:
    """Return the dtype of an array that holds values of all these dtypes."""
    found = list(dict.fromkeys(_in_arrays(kind) for kind in kinds))
    if len(found) == 1:
        if found[0] in ("category", LITERAL):
            raise NotLight("one array of categories")
        return found[0]
    if not found:
        return OBJECT
    if set(found) <= {INT, FLOAT, INT32}:
        return FLOAT if FLOAT in found else INT
    if "category" in found or any(kind in MOMENTS + SPANS for kind in found):
        raise NotLight(f"one array of {', '.join(found)}")
    return OBJECT


def _in_arrays(kind: Kind) -> str:
    if isinstance(kind, Category) and kind.categories and type(kind.categories[0]) is str:
        return LITERAL
    return str(kind)


def array_of(values: list[Any], kind: Kind) -> np.ndarray[Any, Any]:
    """Return the values as the array, of one dimension, that pandas gives for such a column."""
    if kind in (STR, OBJECT):
        result = np.empty(len(values), dtype=object)
        result[:] = values
        return result
    if kind in (INT, FLOAT, BOOL, INT32):
        return np.array(values, dtype=str(kind))
    if isinstance(kind, str) and kind in MOMENTS + SPANS:
        return np.array(["NaT" if value is None else value for value in values], dtype=kind)
    raise NotLight(f"an array of {kind}")


def of_array(array: np.ndarray[Any, Any]) -> tuple[list[Any], str]:
    """Return an array of one dimension as Python's values, and the dtype that its column would have."""
    name = array.dtype.name
    if name in (INT, FLOAT, BOOL):
        return array.tolist(), name
    if array.dtype.kind == "U":
        return array.tolist(), text_kind()
    raise NotLight(f"an array of {name}")


def boxed(value: Any, kind: Kind) -> Any:
    """Return the scalar that pandas hands out for one value of a column."""
    if kind == FLOAT:
        return np.float64(value)
    if kind == INT:
        return np.int64(value)
    if kind == BOOL:
        return np.True_ if value else np.False_
    if kind == INT32:
        return np.int32(value)
    if kind in (STR, OBJECT):
        return value
    if isinstance(kind, str) and kind in MOMENTS and value is not None:
        return of_moment(value)
    raise NotLight(f"a single value of {kind}")


class TextDtype:
    """The dtype ``str``, as it is compared with others."""

    name, kind = STR, "O"
    __hash__ = None  # type: ignore[assignment]

    def __eq__(self, other: object) -> bool:
        if isinstance(other, str):
            return other in (STR, "string")
        if other in (object, float, int, bool, np.number, np.float64, np.int64):
            return False
        raise NotLight("a dtype compared")

    def __getattr__(self, name: str) -> Any:
        if name.startswith("__"):
            raise AttributeError(name)
        raise NotLight(f"dtype.{name}")


def dtype_of(kind: Kind) -> Any:
    """Return the dtype of a column, to be compared with others."""
    if kind == STR:
        return TextDtype()
    return kind if isinstance(kind, Category) else np.dtype(kind)
