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
from .hidden import arguments
from .rows import TracedLabelled, TracedRow
from .trace import current

TRACED = (TracedCell, TracedArray)


class _Tables(type):
    """The type of ``DataFrame``."""

    def __instancecheck__(cls, instance: object) -> bool:
        return type(instance) in (TracedRow, Row)

    def __call__(cls, data: Any = None, index: Any = None, columns: Any = None) -> Any:
        if type(data) is TracedRow and (index is None or type(index) is RowIndex):
            return data.copy() if columns is None else data[list(columns)]
        if type(data) is dict and index is columns is None:
            traced = {label for label, value in data.items() if type(value) in TRACED}
            if traced:
                row = TracedRow({}, {})
                for label, value in data.items():
                    if type(label) is not str or (label not in traced and type(value) is not list):
                        raise NotLight("a table of scalars")
                    row[label] = value
                return row
        return pandas_stand_in.DataFrame(data, index, columns)


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
