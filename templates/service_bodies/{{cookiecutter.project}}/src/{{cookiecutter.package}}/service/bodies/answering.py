"""Predictions in, the answer in the form that a client asks for out: JSON, or CSV."""

from __future__ import annotations

import csv
import io
from typing import Any

from ..exchange import Exchange, Reply
from ..predict import answer_of, as_json
from .table import CSV


def in_the_form_wanted(exchange: Exchange, predictions: list[Any], version: str) -> Reply:
    """Return CSV where ``Accept`` names it, else what records that come as JSON are answered."""
    if CSV not in exchange.headers.get(b"accept", b"").lower():
        return Reply(200, as_json(answer_of(exchange, predictions, version)))
    headers = ((b"x-model-version", version.encode()),)
    return Reply(200, as_csv(predictions, exchange.flags or []).encode(), b"text/csv; charset=utf-8", headers)


def as_csv(predictions: list[Any], flags: list[dict[str, Any]]) -> str:
    """Return a row for each prediction; one of several values has a column for each, with its name or place."""
    rows = [{name: as_cell(value) for name, value in columns_of(each).items()} for each in predictions]
    for flag in flags:
        row = rows[flag["record"]]
        said = ": ".join(filter(None, (flag["field"], flag["reason"])))
        row["flags"] = "; ".join(filter(None, (row.get("flags"), said)))
    names = list(dict.fromkeys(name for row in rows for name in row))
    text = io.StringIO(newline="")
    writer = csv.DictWriter(text, names, restval="")
    writer.writeheader()
    writer.writerows(rows)
    return text.getvalue()


def columns_of(prediction: Any) -> dict[str, Any]:
    """Return an answer's values by the names of their columns."""
    if isinstance(prediction, dict):
        return prediction
    if isinstance(prediction, list):
        return {f"prediction_{place}": value for place, value in enumerate(prediction)}
    return {"prediction": prediction}


def as_cell(value: Any) -> str:
    """Return a text as it is, nothing as an empty cell, anything else as JSON writes it."""
    if value is None:
        return ""
    return value if isinstance(value, str) else as_json(value).decode()
