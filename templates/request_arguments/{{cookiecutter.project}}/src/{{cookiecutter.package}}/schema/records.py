"""A record is an object: one value for each argument of ``predict``."""

from __future__ import annotations

from typing import Any

from .build import build_object
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
    """Return the arguments of ``predict`` for the only record."""
    (record,) = records
    return build_object(record, REQUEST)
