"""A table, an array or a list in, its rows out as a client would send them."""

from __future__ import annotations

import math
from typing import Any

from ...schema import REQUEST

SINGLE = REQUEST["kind"] in ("text", "value")
"""Whether a record is one value, which a column of a table may hold."""


def records(value: Any, step: int) -> list[Any]:
    """Return every ``step``-th row in the form of a request; none where it cannot have that."""
    if REQUEST["kind"] == "array":
        fits = list(getattr(value, "shape", ()))[1:] == REQUEST.get("shape", []) and not hasattr(value, "columns")
        return value[::step].tolist() if fits else []
    if SINGLE:
        single = len(getattr(value, "shape", (0,))) == 1 and not isinstance(value, (dict, str))
        return list(value[::step]) if single else []
    names = [field["name"] for field in REQUEST.get("fields", ())]
    if not hasattr(value, "columns") or not names:
        return []
    columns = {str(name): value[name].iloc[::step].tolist() for name in value.columns if str(name) in names}
    if len(columns) < len(names):
        return []
    return [dict(zip(names, row, strict=True)) for row in zip(*(columns[name] for name in names), strict=True)]


def jsonable(value: Any) -> Any:
    """Return a value as JSON has it."""
    if isinstance(value, dict):
        return {name: jsonable(inner) for name, inner in value.items()}
    if isinstance(value, (list, tuple)):
        return [jsonable(inner) for inner in value]
    if value is None or type(value).__name__ in ("NaTType", "NAType"):
        return None
    if isinstance(value, float) and not math.isfinite(value):
        return None
    return value.isoformat() if hasattr(value, "isoformat") else value.item() if hasattr(value, "item") else value
