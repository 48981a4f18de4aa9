"""A checked JSON record in, the Row out that the schema's ``to_input`` makes a DataFrame of."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from typing import Any

from .kinds import BOOL, FLOAT, INT, MOMENTS, NAN, OBJECT, STR, Category, Kind, no_category
from .not_light import NotLight
from .row import Row

Convert = Callable[[Any], Any]

ISO = re.compile(r"\d{4}-\d\d-\d\d([T ]\d\d:\d\d(:\d\d(\.\d{1,6})?)?)?")
"""The moments that pandas and Python read alike."""

FIRST, LAST = datetime(1678, 1, 1), datetime(2262, 1, 1)
"""Well within what nanoseconds can tell in 64 bits."""


def row_of(record: Mapping[str, Any], fields: Sequence[Mapping[str, Any]]) -> Row:
    """Return a record, which has passed ``schema.check``, as a table of one row.

    Raises:
        NotLight: if a column or its value is of a kind that is not known here.
    """
    return row_maker(fields)(record)


def row_maker(fields: Sequence[Mapping[str, Any]]) -> Callable[[Mapping[str, Any]], Row]:
    """Return the function that makes the rows of records with these fields.

    Raises:
        NotLight: if a column is of a kind that is not known here.
    """
    columns = columns_of(fields)
    kinds = {label: kind for label, _, kind, _ in columns}
    taken = [(label, name, convert) for label, name, _, convert in columns]

    def make(record: Mapping[str, Any]) -> Row:
        return Row({label: convert(record[name]) for label, name, convert in taken}, kinds.copy())

    return make


def columns_of(fields: Sequence[Mapping[str, Any]]) -> list[tuple[Any, str, Kind, Convert]]:
    """Return of each column its label, the field's name, its kind and what makes its value of a JSON value.

    Raises:
        NotLight: if a column is of a kind that is not known here.
    """
    columns = [(_label(field), field["name"], *_converter(field)) for field in fields]
    if len({label for label, *_ in columns}) != len(columns):
        raise NotLight("two columns of one name")
    return columns


def _label(field: Mapping[str, Any]) -> Any:
    label = field.get("label", field["name"])
    if type(label) not in (str, int):
        raise NotLight(f"a column whose name is a {type(label).__name__}")
    return label


def _converter(field: Mapping[str, Any]) -> tuple[Kind, Convert]:
    """Return the kind of a column, and what makes its value of a JSON value."""
    dtype, type_ = field["dtype"], field["type"]
    if type_ == "datetime":
        if dtype not in MOMENTS:
            raise NotLight(f"a column of {dtype}")
        return dtype, _moment
    integer = type_ == "integer"
    if dtype == "category":
        return _category(field, integer)
    if dtype == OBJECT:
        return OBJECT, _object(None if field.get("null") == "none" else NAN, integer)
    known = {
        (INT, "integer"): _integer,
        (FLOAT, "number"): _number,
        (FLOAT, "integer"): _number,
        (BOOL, "boolean"): _boolean,
        (STR, "string"): _text,
    }
    if (dtype, type_) not in known:
        raise NotLight(f"a column of {dtype} for a field of type {type_}")
    return {kind: kind for kind in (INT, FLOAT, BOOL, STR)}[dtype], known[dtype, type_]


def _category(field: Mapping[str, Any], integer: bool) -> tuple[Kind, Convert]:
    categories = tuple(field["categories"])
    if {type(category) for category in categories} not in ({str}, {int}) or len(
        set(categories)
    ) != len(categories):
        raise NotLight("categories that are not all texts, or all integers")
    kind = Category(categories, bool(field.get("ordered")))

    def convert(value: Any) -> Any:
        if value is None:
            return NAN
        value = int(value) if integer else value
        return value if value in categories else no_category()

    return kind, convert


def _object(nothing: Any, integer: bool) -> Convert:
    def convert(value: Any) -> Any:
        if value is None:
            return nothing
        if type(value) not in (str, bool, int, float):
            raise NotLight(f"a {type(value).__name__} in a column of objects")
        return int(value) if integer else value

    return convert


def _integer(value: Any) -> int:
    result = int(value)
    if not -(2**63) <= result < 2**63:
        raise NotLight("an integer beyond int64")
    return result


def _number(value: Any) -> float:
    return NAN if value is None else float(value)


def _boolean(value: Any) -> bool:
    if type(value) is not bool:
        raise NotLight("no value in a column of booleans")
    return value


def _text(value: Any) -> Any:
    return NAN if value is None else value


def _moment(value: Any) -> datetime | None:
    if value is None:
        return None
    if not ISO.fullmatch(value):
        raise NotLight("a moment that is not written as most are")
    found = datetime.fromisoformat(value)
    if not FIRST <= found < LAST:
        raise NotLight("a moment that nanoseconds cannot tell")
    return found


INLINE = {
    _integer: f"type($) is int and {-(2**63)} <= $ < {2**63}",
    _number: "type($) is float",
    _boolean: "type($) is bool",
    _text: "type($) is str",
}
"""Where a value is what its converter would make of it, as texts of Python; $ is the value."""
