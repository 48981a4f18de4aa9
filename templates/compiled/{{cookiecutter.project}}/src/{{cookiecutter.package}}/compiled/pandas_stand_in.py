"""What ``pd`` is to the light code: the part of pandas that is known for tables of one row."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from datetime import datetime, timedelta
from typing import Any

import numpy as np

from . import kinds
from .casting import cast, to_number
from .cell import Cell
from .columns import RowIndex
from .kinds import (
    BOOL,
    FLOAT,
    INT,
    INT32,
    MOMENTS,
    NAN,
    OBJECT,
    STR,
    Category,
    inferred,
    missing,
    scalar,
)
from .labelled import Labelled
from .not_light import NotLight
from .row import Row, column
from .stamp import ISO, Stamp

NaT = None
Timestamp = Stamp


def __getattr__(name: str) -> Any:
    if name.startswith("__"):
        raise AttributeError(name)
    raise NotLight(f"pandas.{name}")


class _Tables(type):
    """The type of ``DataFrame``: what is made of it is a Row."""

    def __instancecheck__(cls, instance: object) -> bool:
        return type(instance) is Row

    def __call__(cls, data: Any = None, index: Any = None, columns: Any = None) -> Row:
        labels = None if columns is None else list(columns)
        if type(data) is Row:
            if index is not None and type(index) is not RowIndex:
                raise NotLight("a table with an index of its own")
            return data.copy() if labels is None else data[labels]
        if type(data) is np.ndarray:
            return _of_array(data, labels, index)
        if type(data) is list and len(data) == 1:
            _only_new(index)
            return _of_record(data[0], labels)
        if type(data) is dict:
            return _of_columns(data, labels, index)
        raise NotLight(f"a table of a {type(data).__name__}")


class DataFrame(metaclass=_Tables):
    """Tables of one row."""


class _Columns(type):
    """The type of ``Series``: what is made of it is a Cell, or Labelled."""

    def __instancecheck__(cls, instance: object) -> bool:
        return type(instance) in (Cell, Labelled)

    def __call__(
        cls, data: Any = None, index: Any = None, name: Any = None, dtype: Any = None
    ) -> Any:
        _only_new(index)
        if dtype is not None or type(data) not in (list, np.ndarray, Cell):
            raise NotLight(f"a Series of a {type(data).__name__}")
        if type(data) is list and len(data) != 1:
            raise NotLight("a Series of several values")
        value, kind = column(data)
        if type(data) is Cell and name is None:
            name = data.name
        if type(data) is np.ndarray and data.dtype.kind == "U":
            raise NotLight("a Series of an array of texts")
        return Cell(value, kind, name)


class Series(metaclass=_Columns):
    """Columns of one row."""


class _Dtypes(type):
    def __instancecheck__(cls, instance: object) -> bool:
        return type(instance) is Category

    def __call__(cls, categories: Any = None, ordered: bool = False) -> Category:
        values = tuple(kinds.scalar(value)[0] for value in categories)
        if len({type(value) for value in values} | {len(values) - len(set(values))}) != 2:
            raise NotLight("categories of several types")
        if len(set(values)) != len(values):
            raise NotLight("a category twice")
        return Category(values, bool(ordered))


class CategoricalDtype(metaclass=_Dtypes):
    """Dtypes of columns of which all possible values are known."""


def _only_new(index: Any) -> None:
    """Refuse an index that is not the one of a new table of one row."""
    if (
        index is not None
        and type(index) is not RowIndex
        and not (type(index) is list and index == [0])
    ):
        raise NotLight("a table with an index of its own")


def _made(columns: dict[Any, tuple[Any, Any]], labels: list[Any] | None) -> Row:
    if not all(type(label) in (str, int) for label in columns):
        raise NotLight("columns with names that are no texts")
    row = Row(
        {k: found[0] for k, found in columns.items()}, {k: found[1] for k, found in columns.items()}
    )
    if labels is None:
        return row
    if not all(label in columns for label in labels):
        raise NotLight("columns that are not there")
    return row[labels]  # type: ignore[no-any-return]


def _of_array(data: np.ndarray[Any, Any], labels: list[Any] | None, index: Any) -> Row:
    _only_new(index)
    if data.ndim != 2 or data.shape[0] != 1 or data.dtype.kind == "U":
        raise NotLight(f"a table of an array of shape {data.shape}")
    names = list(range(data.shape[1])) if labels is None else labels
    if len(set(names)) != data.shape[1] or len(names) != data.shape[1]:
        raise NotLight("two columns of one name")
    values, kind = kinds.of_array(data[0])
    return _made({name: (value, kind) for name, value in zip(names, values, strict=True)}, None)


def _of_record(record: Any, labels: list[Any] | None) -> Row:
    if type(record) is dict:
        return _made({label: inferred(value) for label, value in record.items()}, labels)
    if type(record) in (list, tuple):
        names = list(range(len(record))) if labels is None else labels
        if len(set(names)) != len(record) or len(names) != len(record):
            raise NotLight("two columns of one name")
        return _made(
            {name: inferred(value) for name, value in zip(names, record, strict=True)}, None
        )
    raise NotLight(f"a table of a list of {type(record).__name__}")


def _of_columns(data: dict[Any, Any], labels: list[Any] | None, index: Any) -> Row:
    _only_new(index)
    several = [value for value in data.values() if type(value) in (list, np.ndarray, Cell)]
    if not several and index is None:
        raise NotLight("a table of scalars")
    if any(len(value) != 1 for value in several):
        raise NotLight("a table of several rows")
    return _made({label: column(value) for label, value in data.items()}, labels)


def to_numeric(arg: Any, errors: str = "raise") -> Cell:
    """Return texts of a column as numbers."""
    if type(arg) is not Cell or errors not in ("raise", "coerce"):
        raise NotLight(f"to_numeric of a {type(arg).__name__}")
    return Cell(*to_number(arg.value, arg.kind, errors), arg.name)


def to_datetime(arg: Any, errors: str = "raise") -> Cell:
    """Return texts of a column, in ISO 8601, as moments."""
    if type(arg) is not Cell or errors not in ("raise", "coerce"):
        raise NotLight(f"to_datetime of a {type(arg).__name__}")
    if arg.kind in MOMENTS:
        return arg.copy()
    if arg.kind not in (STR, OBJECT) or type(arg.value) is not str or not ISO.fullmatch(arg.value):
        raise NotLight("to_datetime of something else than ISO 8601")
    kind = MOMENTS[0] if kinds.text_kind() == STR else MOMENTS[1]
    value = datetime.fromisoformat(arg.value)
    if not 1678 <= value.year <= 2261:
        raise NotLight("a moment that nanoseconds cannot tell")
    return Cell(value, kind, arg.name)


def Timedelta(*arguments: Any, **named: Any) -> timedelta:
    """Return a time of whole weeks, days, hours, minutes or seconds."""
    known = {"weeks", "days", "hours", "minutes", "seconds"}
    if (
        arguments
        or not set(named) <= known
        or any(type(each) is not int for each in named.values())
    ):
        raise NotLight("a Timedelta of something else")
    return timedelta(**named)


def Categorical(values: Any, categories: Any = None, ordered: bool = False) -> Cell:
    """Return texts of a column, or of a list, as categories."""
    if type(values) not in (Cell, list) or categories is None or len(values) != 1:
        raise NotLight("categories that are not told")
    value, kind = column(values)
    return Cell(*cast(value, kind, CategoricalDtype(categories, ordered)))


def is_numeric_dtype(arr_or_dtype: Any) -> bool:
    """Say whether a column has numbers, or booleans."""
    if type(arr_or_dtype) is not Cell:
        raise NotLight("a dtype that is asked about")
    return str(arr_or_dtype.kind) in (INT, FLOAT, BOOL, INT32)


def is_bool_dtype(arr_or_dtype: Any) -> bool:
    """Say whether a column has booleans."""
    if type(arr_or_dtype) is not Cell or isinstance(arr_or_dtype.kind, Category):
        raise NotLight("a dtype that is asked about")
    return bool(arr_or_dtype.kind == BOOL)


class Namespace:
    """``pandas.api.types``, and what it is in."""

    def __init__(self, **names: Any) -> None:
        self.__dict__.update(names)

    def __getattr__(self, name: str) -> Any:
        if name.startswith("__"):
            raise AttributeError(name)
        raise NotLight(f"pandas.api.{name}")


types = Namespace(
    is_numeric_dtype=is_numeric_dtype,
    is_bool_dtype=is_bool_dtype,
    CategoricalDtype=CategoricalDtype,
)
api = Namespace(types=types)


def isna(obj: Any) -> Any:
    """Say whether a value, or each one of a table, is missing."""
    if type(obj) in (Cell, Row, Labelled):
        return obj.isna()
    if obj is None:
        return True
    return missing(scalar(obj)[0])


def notna(obj: Any) -> Any:
    """Say whether a value, or each one of a table, is there."""
    return obj.notna() if type(obj) in (Cell, Row, Labelled) else not isna(obj)


isnull, notnull = isna, notna


def concat(objs: Any, *, axis: Any = 0, ignore_index: bool = False) -> Row:
    """Return columns and tables side by side."""
    if axis not in (1, "columns") or ignore_index:
        raise NotLight("tables below each other")
    cells: dict[Any, tuple[Any, Any]] = {}
    count = 0
    for each in objs:
        if type(each) is Cell and type(each.name) is str:
            found = [(each.name, each)]
        elif type(each) is Row:
            found = list(each.items())
        else:
            raise NotLight(f"concat of a {type(each).__name__}")
        count += len(found)
        cells |= {label: (cell.value, cell.kind) for label, cell in found}
    if len(cells) != count:
        raise NotLight("two columns of one name")
    return _made(cells, None)


def cut(
    x: Any, bins: Any, right: bool = True, labels: Any = None, include_lowest: bool = False
) -> Cell:
    """Return which of some intervals a number lies in, as a label or a position."""
    edges = [float(edge) for edge in bins]
    named = (
        type(labels) is list and len(labels) == len(edges) - 1 and len(set(labels)) == len(labels)
    )
    if type(x) is not Cell or x.kind not in (INT, FLOAT) or not (named or labels is False):
        raise NotLight("cut without labels")
    if sorted(set(edges)) != edges or (x.kind == INT and abs(x.value) > 2**53):
        raise NotLight("edges that do not grow")
    place = bisect_left(edges, x.value) if right else bisect_right(edges, x.value)
    if include_lowest and right and x.value == edges[0]:
        place = 1
    elif include_lowest and not right:
        raise NotLight("the lowest of intervals that hold it")
    outside = x.value != x.value or place in (0, len(edges))
    if labels is False:
        return Cell(NAN, FLOAT, x.name) if outside else Cell(place - 1, INT, x.name)
    kind = CategoricalDtype(labels, True)
    return Cell(NAN if outside else labels[place - 1], kind, x.name)  # type: ignore[arg-type]


def get_dummies(
    data: Any,
    prefix: Any = None,
    prefix_sep: str = "_",
    columns: Any = None,
    drop_first: bool = False,
    dtype: Any = bool,
) -> Row:
    """Return a column of booleans, or numbers, for each value that a column has, or can have."""
    as_kind = {bool: BOOL, int: INT, float: FLOAT}.get(dtype)
    if as_kind is None or prefix is not None or type(data) is not Row:
        raise NotLight("get_dummies with options")
    encoded = list(columns) if columns is not None else [k for k, c in data.items() if _encoded(c)]
    made = {k: (c.value, c.kind) for k, c in data.items() if k not in encoded}
    count = len(made)
    for label in encoded:
        names = _levels(data[label])[1 if drop_first else 0 :]
        count += len(names)
        for level in names:
            found = {BOOL: bool, INT: int, FLOAT: float}[as_kind](level == data[label].value)
            made[f"{label}{prefix_sep}{level}"] = (found, as_kind)
    if len(made) != count:
        raise NotLight("two columns of one name")
    return _made(made, None)


def _encoded(cell: Cell) -> bool:
    return isinstance(cell.kind, Category) or cell.kind in (STR, OBJECT)


def _levels(cell: Cell) -> list[Any]:
    """Return the values for which there are columns."""
    if isinstance(cell.kind, Category):
        return list(cell.kind.categories)
    if missing(cell.value):
        return []
    if cell.kind not in (STR, OBJECT, INT) or type(cell.value) not in (str, int):
        raise NotLight(f"get_dummies of {cell.kind}")
    return [cell.value]
