"""What ``/openapi.json`` says of bodies that are not JSON."""

from __future__ import annotations

from copy import deepcopy
from typing import Any

from fastapi import FastAPI

from ...schema import EXAMPLE, record_schema
from ..predict import as_json
from .answering import as_csv
from .cells import NAMES
from .columnar import KINDS
from .lines import LINES
from .table import CSV


def document(app: FastAPI) -> None:
    """Say what ``POST /predict`` takes and answers, too."""
    route: Any = next(each for each in app.routes if getattr(each, "path", "") == "/predict")
    extra, responses = deepcopy(route.openapi_extra), deepcopy(route.responses)
    extra["requestBody"]["content"].update(taken())
    responses[200]["content"].update(answered())
    route.openapi_extra, route.responses = extra, responses


def taken() -> dict[str, Any]:
    """Return the content types of requests."""
    line = {"schema": {**record_schema(), "description": "A record a line, as many as wanted"}}
    rows = {"schema": {"type": "string", "description": "A row of names, then a row a record"}}
    if EXAMPLE:
        line["example"] = as_json(EXAMPLE["request"]).decode()
        if isinstance(EXAMPLE["request"], dict):
            rows["example"] = as_csv([EXAMPLE["request"]], [])
    if not NAMES:
        return {LINES.decode(): line}
    columns = {"schema": {"type": "string", "format": "binary", "description": "A column for each field"}}
    return {LINES.decode(): line, CSV.decode(): rows, **{kind.decode(): columns for kind in KINDS}}


def answered() -> dict[str, Any]:
    """Return the content types of answers."""
    line = {
        "type": "object",
        "description": "For each line of the request, in order, its answer or what is wrong with it",
        "properties": {"line": {"type": "integer"}, "prediction": {}, "error": {"type": "object"}},
    }
    rows = {"type": "string", "description": "A row a record, if `Accept` is `text/csv`"}
    return {LINES.decode(): {"schema": line}, CSV.decode(): {"schema": rows}}
