"""A table, an array or a list in, its rows out as a client would send them."""

from __future__ import annotations

from typing import Any

from ...schema import REQUEST
from ...schema.answers import to_json

SINGLE = REQUEST["kind"] in ("text", "value")
"""Whether a record is one value, which a column of a table may hold."""
NAMES = [field["name"] for field in REQUEST.get("fields", ())]


def as_sent(value: Any, step: int) -> list[Any]:
    """Return every ``step``-th row in the form of a request; none where it cannot have that."""
    try:
        return [to_json(row) for row in rows_of(value, step)]
    except TypeError:  # it holds what JSON has no form for
        return []


def rows_of(value: Any, step: int) -> list[Any]:
    """Return every ``step``-th row, its values as they are in the table."""
    if REQUEST["kind"] == "array":
        fits = list(getattr(value, "shape", ()))[1:] == REQUEST.get("shape", []) and not hasattr(value, "columns")
        return value[::step].tolist() if fits else []
    if SINGLE:
        single = len(getattr(value, "shape", (0,))) == 1 and not isinstance(value, (dict, str))
        return list(value[::step]) if single else []
    columns = {str(name): value[name].iloc[::step].tolist() for name in getattr(value, "columns", ()) if str(name) in NAMES}
    if not NAMES or len(columns) < len(NAMES):
        return []
    return [dict(zip(NAMES, row, strict=True)) for row in zip(*(columns[name] for name in NAMES), strict=True)]
