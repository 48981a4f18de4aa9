"""The notebook's own rows and answers, and how answers are compared."""

from __future__ import annotations

import json
import math
from collections.abc import Iterator
from pathlib import Path
from typing import Any

FOLDER = Path(__file__).parent / "parity"


def _read(name: str) -> Any:
    return json.loads((FOLDER / name).read_text(encoding="utf-8"))


REQUESTS: list[Any] = _read("requests.json")
RESPONSES: list[Any] = _read("responses.json")
TOLERANCE: dict[str, float] = _read("tolerance.json")
RELATIVE = TOLERANCE["relative"]


def floats(value: Any) -> Iterator[float]:
    """Yield the numbers with a fraction in an answer."""
    if isinstance(value, float):
        yield value
    elif isinstance(value, list | dict):
        for item in value.values() if isinstance(value, dict) else value:
            yield from floats(item)


FLOOR = TOLERANCE.get("floor", 1e-13) * max(map(abs, floats(RESPONSES)), default=0.0)
"""Differences around zero that sums of the answers' size leave behind."""


def difference(actual: Any, expected: Any, where: str = "") -> str | None:
    """Say where two answers differ; numbers with a fraction may differ by the tolerance."""
    if isinstance(expected, list) and isinstance(actual, list):
        if len(actual) != len(expected):
            return f"{where}: {len(actual)} items instead of {len(expected)}"
        both = enumerate(zip(actual, expected, strict=True))
        pairs = [(f"{where}[{n}]", *pair) for n, pair in both]
    elif isinstance(expected, dict) and isinstance(actual, dict):
        if actual.keys() != expected.keys():
            return f"{where}: {sorted(actual)} instead of {sorted(expected)}"
        pairs = [(f"{where}.{key}", actual[key], expected[key]) for key in expected]
    else:
        return None if same(actual, expected) else f"{where}: {actual!r} instead of {expected!r}"
    found = (difference(value, wanted, place) for place, value, wanted in pairs)
    return next((text for text in found if text), None)


def same(actual: Any, expected: Any) -> bool:
    """Compare two single values."""
    if isinstance(expected, float) and isinstance(actual, int | float):
        close = math.isclose(actual, expected, rel_tol=RELATIVE, abs_tol=FLOOR)
        return close and not isinstance(actual, bool)
    return type(actual) is type(expected) and bool(actual == expected)
