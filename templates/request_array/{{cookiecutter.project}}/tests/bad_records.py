"""Records that the request schema must refuse, made from a good one."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any


def bad_records(good: list[Any], request: dict[str, Any]) -> Iterator[tuple[str, Any]]:
    """Yield what is wrong, and a record in which it is."""
    yield "not a list", "x"
    yield "null", None
    yield "an object", {}
    yield "empty", []
    yield "one deeper", [good]
    yield "ragged", [*good[:-1], [good[-1]]]
    yield "text inside", filled(good, "1")
    yield "NaN inside", filled(good, float("nan"))
    yield "infinity inside", filled(good, float("inf"))
    if not request.get("nullable"):
        yield "null inside", filled(good, None)


def filled(good: Any, value: Any) -> Any:
    """Return the record with its first number replaced."""
    return [filled(good[0], value), *good[1:]] if isinstance(good, list) else value
