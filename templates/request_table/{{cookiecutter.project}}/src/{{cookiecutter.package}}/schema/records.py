"""A record is a row of a table: an object with one value a column."""

from __future__ import annotations

from typing import Any

import pandas as pd

from .contract import REQUEST
from .describe import object_schema
from .values import Problems, mapping

FIELDS: list[dict[str, Any]] = REQUEST["fields"]


def problems_of(record: Any) -> Problems:
    """Yield what is wrong with one record, as pairs of field and message."""
    yield from mapping(record, REQUEST, "")


def record_schema() -> dict[str, Any]:
    """Return the JSON Schema of one record."""
    return object_schema(REQUEST)


def to_input(records: list[Any]) -> dict[str, Any]:
    """Return the arguments of ``predict``: a table with one row for each record."""
    columns = [column([record[field["name"]] for record in records], field) for field in FIELDS]
    table = pd.DataFrame(dict(enumerate(columns)))
    table.columns = pd.Index([field.get("label", field["name"]) for field in FIELDS])
    return {REQUEST["inputs"][0]: table}


def column(values: list[Any], field: dict[str, Any]) -> pd.Series:
    """Return the values as a column of the dtype that it had in training."""
    dtype = field["dtype"]
    if field["type"] == "datetime":
        return moments(values, dtype)
    if field["type"] == "integer":
        values = [None if value is None else int(value) for value in values]
    if dtype == "category":
        known, ordered = field["categories"], bool(field.get("ordered"))
        return pd.Series(pd.Categorical(values, categories=known, ordered=ordered))
    if dtype == "object":
        missing = None if field.get("null") == "none" else float("nan")
        return pd.Series([missing if value is None else value for value in values], dtype=object)
    if field["type"] == "number":
        values = [None if value is None else float(value) for value in values]
    return pd.Series(values, dtype=dtype)


def moments(values: list[Any], dtype: str) -> pd.Series:
    """Return ISO 8601 texts as dates and times."""
    with_offset = "," in dtype
    times = [pd.NaT if value is None else pd.Timestamp(value) for value in values]
    return pd.Series(pd.to_datetime(times, utc=with_offset)).astype(dtype)
