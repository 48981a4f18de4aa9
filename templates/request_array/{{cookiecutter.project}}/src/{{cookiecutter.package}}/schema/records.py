"""A record is an array: nested lists of numbers."""

from __future__ import annotations

from typing import Any

from .container import hold
from .contract import REQUEST
from .describe import value_schema
from .values import Problems, problems_with

ELEMENT = {key: REQUEST[key] for key in ("type", "dtype", "nullable") if key in REQUEST}
FIELD = {**REQUEST, "type": "array", "nullable": False, "element": ELEMENT}


def problems_of(record: Any) -> Problems:
    """Yield what is wrong with one record, as pairs of place and message."""
    yield from problems_with(record, FIELD, "")


def record_schema() -> dict[str, Any]:
    """Return the JSON Schema of one record."""
    return value_schema(FIELD)


def to_input(records: list[Any]) -> dict[str, Any]:
    """Return the argument of ``predict``: all records, or the only one."""
    value = records if REQUEST["batched_container"] else records[0]
    return {REQUEST["inputs"][0]: hold(numbers(value), REQUEST["dtype"])}


def numbers(value: Any) -> Any:
    """Return the lists with NaN for null, and with 3 for 3.0 where integers are wanted."""
    if isinstance(value, list):
        return [numbers(item) for item in value]
    if value is None:
        return float("nan")
    return int(value) if REQUEST["type"] == "integer" else value
