"""What ``pd`` is to code that is read to be written down: ``pandas_stand_in``, and what it does with traced columns."""

from __future__ import annotations

from typing import Any

from .. import pandas_stand_in
from ..casting import to_number
from ..columns import RowIndex
from ..kinds import BOOL, NUMBERS
from ..not_light import NotLight
from ..row import Row
from .arrays import TracedArray
from .cells import TracedCell, column_of
from .hidden import arguments, holds
from .plain import PLAIN
from .rows import TracedLabelled, TracedRow, traced_column
from .trace import current

TRACED = (TracedCell, TracedArray)


class _Tables(type):
    """The type of ``DataFrame``."""

    def __instancecheck__(cls, instance: object) -> bool:
        return type(instance) in (TracedRow, Row)

    def __call__(cls, data: Any = None, index: Any = None, columns: Any = None) -> Any:
        if type(data) is TracedRow and (index is None or type(index) is RowIndex):
            return data.copy() if columns is None else data[list(columns)]
        if holds(data, (*TRACED, *PLAIN)):
            return table_of(named_columns(data, index, columns))
        return pandas_stand_in.DataFrame(data, index, columns)


def named_columns(data: Any, index: Any, columns: Any) -> dict[Any, Any]:
    """Return what stands in each column of a table of one row."""
    record = data[0] if type(data) is list and len(data) == 1 else None
    if type(record) in (list, tuple):
        labels = range(len(record)) if columns is None else list(columns)
        if len(set(labels)) == len(record) == len(labels):
            return dict(zip(labels, record, strict=True))
    elif index is None and columns is None and type(record) is dict:
        return record
    elif columns is None and type(data) is dict and (index is None or index == [0]):
        column = (list, *TRACED)
        if index is not None or any(type(value) in column for value in data.values()):
            return data
    raise NotLight("a table of something else")


def table_of(columns: dict[Any, Any]) -> TracedRow:
    """Return the table of one row that has these columns."""
    row = TracedRow({}, {})
    for label, value in columns.items():
        if type(label) not in (str, int) or (type(value) is list and len(value) != 1):
            raise NotLight("a table of several rows")
        row._cells[label], row._kinds[label] = traced_column(value)
    return row


class DataFrame(metaclass=_Tables):
    """Tables of one row."""


class _Columns(type):
    """The type of ``Series``."""

    def __instancecheck__(cls, instance: object) -> bool:
        return type(instance) in (TracedCell, TracedLabelled) or isinstance(
            instance, pandas_stand_in.Series
        )

    def __call__(cls, *given: Any, **named: Any) -> Any:
        return pandas_stand_in.Series(*given, **named)


class Series(metaclass=_Columns):
    """Columns of one row."""


def to_numeric(arg: Any, errors: str = "raise") -> Any:
    """Return texts of a column as numbers."""
    if type(arg) is not TracedCell or errors not in ("raise", "coerce"):
        return pandas_stand_in.to_numeric(arg, errors)
    if arg.kind in (*NUMBERS, BOOL):
        return arg.copy()
    value, kind = arg.trace.known(arg.trace.call(to_number, arg.value, arg.kind, errors))
    return TracedCell(arg.trace, value, kind, arg.name)


def isna(obj: Any) -> Any:
    """Say whether a value, or each one of a table, is missing."""
    return obj.isna() if type(obj) in (TracedCell, TracedRow) else pandas_stand_in.isna(obj)


def notna(obj: Any) -> Any:
    """Say whether a value, or each one of a table, is there."""
    return obj.notna() if type(obj) in (TracedCell, TracedRow) else pandas_stand_in.notna(obj)


isnull, notnull = isna, notna
OF_COLUMNS = ("to_datetime", "cut", "Categorical")


def __getattr__(name: str) -> Any:
    found = getattr(pandas_stand_in, name)
    if name not in OF_COLUMNS:
        return found

    def function(*given: Any, **named: Any) -> Any:
        if not any(type(each) is TracedCell for each in given):
            return found(*given, **named)
        trace = current()
        return column_of(trace, f"{trace.names.of(found)}({arguments(trace, given, named)})")

    return function
