"""A record is an object."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from .contract import REQUEST
from .container import hold
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
    values = [converted(record, REQUEST["fields"]) for record in records]
    value = values if REQUEST["batched_container"] else values[0]
    return {REQUEST["inputs"][0]: hold(value, None)}


def converted(record: dict[str, Any], fields: list[dict[str, Any]]) -> dict[str, Any]:
    """Return the record's values as the notebook had them."""
    return {field["name"]: value_of(record[field["name"]], field) for field in fields}


def value_of(value: Any, field: dict[str, Any]) -> Any:
    """Return one value: a number as float, a date as datetime, all else as it came."""
    if value is None:
        return None
    if field["type"] == "object":
        return converted(value, field.get("fields", []))
    if field["type"] == "number":
        return float(value)
    return datetime.fromisoformat(value) if field["type"] == "datetime" else value
