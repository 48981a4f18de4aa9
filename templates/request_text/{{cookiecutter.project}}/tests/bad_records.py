"""Records that the request schema must refuse, made from a good one."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any


def bad_records(good: str, request: dict[str, Any]) -> Iterator[tuple[str, Any]]:
    """Yield what is wrong, and a record in which it is."""
    yield "a number", 1
    yield "null", None
    yield "a list", [good]
    yield "an object", {"text": good}
    yield "a lone surrogate", "\ud800"
