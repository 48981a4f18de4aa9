"""A record is a single number, boolean or date."""

from __future__ import annotations

from typing import Any

from .build import build
from .container import hold
from .contract import REQUEST
from .describe import value_schema
from .values import Problems, problems_with

FIELD = {key: value for key, value in REQUEST.items() if key != "container"}


def problems_of(record: Any) -> Problems:
    """Yield what is wrong with one record, as pairs of place and message."""
    yield from problems_with(record, FIELD, "")


def record_schema() -> dict[str, Any]:
    """Return the JSON Schema of one record."""
    return value_schema(FIELD)


def to_input(records: list[Any]) -> dict[str, Any]:
    """Return the argument of ``predict``: all records, or the only one."""
    values = [build(record, FIELD) for record in records]
    value = values if REQUEST["batched_container"] else values[0]
    return {REQUEST["inputs"][0]: hold(value, REQUEST.get("dtype"))}
