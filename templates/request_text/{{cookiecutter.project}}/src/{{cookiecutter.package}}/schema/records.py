"""A record is a text."""

from __future__ import annotations

from typing import Any

from .container import hold
from .contract import REQUEST
from .describe import value_schema
from .values import Problems, problems_with

FIELD: dict[str, Any] = {**REQUEST, "type": "string"}


def problems_of(record: Any) -> Problems:
    """Yield what is wrong with one record, as pairs of place and message."""
    yield from problems_with(record, FIELD, "")


def record_schema() -> dict[str, Any]:
    """Return the JSON Schema of one record."""
    return value_schema(FIELD)


def to_input(records: list[Any]) -> dict[str, Any]:
    """Return the argument of ``predict``: all records, or the only one."""
    value = records if REQUEST["batched_container"] else records[0]
    return {REQUEST["inputs"][0]: hold(value, REQUEST.get("dtype", "str"))}
