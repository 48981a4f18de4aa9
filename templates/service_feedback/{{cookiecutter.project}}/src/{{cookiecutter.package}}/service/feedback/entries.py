"""The body of ``POST /feedback`` goes in, rows for the table come out, or all that is wrong with it."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timezone
from typing import Any

from ..exchange import PLAIN_ID
from ..problems import ProblemError
from .truth import Truth

KEYS = {"request_id", "record", "truth"}
LAST = 2**31 - 1
"""Position that the table takes."""
ENTRY = {
    "type": "object",
    "properties": {
        "request_id": {"type": "string", "pattern": f"^{PLAIN_ID.pattern.decode()}$"},
        "record": {"type": "integer", "minimum": 0, "maximum": LAST, "default": 0},
        "truth": {"type": ["string", "number", "boolean"]},
    },
    "required": ["request_id", "truth"],
    "additionalProperties": False,
}
LIST = {"type": "array", "minItems": 1, "items": ENTRY}
BODY = {"type": "object", "properties": {"feedback": LIST}, "required": ["feedback"], "additionalProperties": False}
"""For ``/docs``."""


def rows_of(body: Any, truth: Truth, most: int, caller: str) -> list[dict[str, Any]]:
    """Return a row for each record of which something is told.

    Raises:
        ProblemError: 422, with all that is wrong.
    """
    entries = body.get("feedback") if isinstance(body, dict) and len(body) == 1 else None
    if not isinstance(entries, list):
        raise ProblemError(422, 'The body must be an object: {"feedback": [...]}.')
    if not 1 <= len(entries) <= most:
        raise ProblemError(422, f'"feedback" must hold between 1 and {most} entries.')
    errors = [
        {"record": place, "field": field, "message": message}
        for place, entry in enumerate(entries)
        for field, message in problems_of(entry, truth)
    ]
    now = datetime.now(timezone.utc)
    rows: dict[str, dict[str, Any]] = {}
    for place, entry in enumerate(entries) if not errors else ():
        row = row_of(entry, truth, caller, now)
        if rows.setdefault(row["id"], row)["truth"] != row["truth"]:
            message = "tells something else of a record than an entry before it"
            errors.append({"record": place, "field": "truth", "message": message})
    if errors:
        raise ProblemError(422, "Some entries are not what feedback is.", errors)
    return [*rows.values()]


def problems_of(entry: Any, truth: Truth) -> Iterator[tuple[str | None, str]]:
    """Yield what is wrong with an entry."""
    if not isinstance(entry, dict):
        yield None, "must be an object with request_id, record and truth"
        return
    request, record = entry.get("request_id"), entry.get("record", 0)
    if not isinstance(request, str) or not PLAIN_ID.fullmatch(request.encode(errors="replace")):
        yield "request_id", "must be the x-request-id of an answer"
    if type(record) is not int or not 0 <= record <= LAST:
        yield "record", "must be a record's place in its request, from 0"
    if wrong := truth.problem(entry.get("truth")):
        yield "truth", wrong
    if entry.keys() - KEYS:
        yield None, "must have nothing but request_id, record and truth"


def row_of(entry: dict[str, Any], truth: Truth, caller: str, now: datetime) -> dict[str, Any]:
    """Return the row of a good entry."""
    request, position = entry["request_id"], entry.get("record", 0)
    return {
        "id": f"{request}:{position}",
        "at": now,
        "request_id": request,
        "position": position,
        "caller": caller,
        "truth": truth.kind(entry["truth"]),
    }
