"""A record is an object."""

from __future__ import annotations

from typing import Any

from .build import build_object
from .container import hold
from .contract import REQUEST
from .describe import object_schema
from .values import Problems, mapping

def problems_of(record: Any) -> Problems:
    """Yield what is wrong with one record, as pairs of field and message."""
    yield from mapping(record, REQUEST, "")


def record_schema() -> dict[str, Any]:
    """Return the JSON Schema of one record."""
    return object_schema(REQUEST)


def to_input(records: list[Any]) -> dict[str, Any]:
    """Return the argument of ``predict``: all records, or the only one."""
    values = [build_object(record, REQUEST) for record in records]
    value = values if REQUEST["batched_container"] else values[0]
    return {REQUEST["inputs"][0]: hold(value, REQUEST.get("dtype"))}
