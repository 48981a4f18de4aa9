"""Records that the request schema must refuse, made from a good one."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any


def bad_records(good: Any, request: dict[str, Any]) -> Iterator[tuple[str, Any]]:
    """Yield what is wrong, and a record in which it is."""
    yield "text", "x"
    yield "a list", [good]
    yield "an object", {"value": good}
    yield "NaN", float("nan")
    yield "infinity", float("inf")
    if not request.get("nullable"):
        yield "null", None
