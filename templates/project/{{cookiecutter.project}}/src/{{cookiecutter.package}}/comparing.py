"""Two answers, as JSON values, in; where they differ out: labels and types are identical, numbers nearly so."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Tolerance:
    """How far two numbers with a fraction may be apart and still be the same answer."""

    relative: float = 1e-6
    """Of the larger of the two."""
    floor: float = 0.0
    """Whatever they are: differences around zero that sums of the answers' size leave behind."""
    exactly: bool = True
    """Whether 3 is another answer than 3.0, and an object another one with its names in another order."""

    @classmethod
    def of(cls, said: dict[str, float], answers: Sequence[Any], *, exactly: bool = True) -> Tolerance:
        """Return what ``tolerance.json`` says, its floor being a share of the largest of the ``answers``."""
        largest = max((abs(number) for answer in answers for number in floats(answer)), default=0.0)
        return cls(said.get("relative", 1e-6), said.get("floor", 1e-13) * largest, exactly)


def floats(value: Any) -> Iterator[float]:
    """Yield the numbers with a fraction in an answer."""
    if isinstance(value, float):
        yield value
    elif isinstance(value, list | dict):
        for item in value.values() if isinstance(value, dict) else value:
            yield from floats(item)


def difference(actual: Any, expected: Any, tolerance: Tolerance, where: str = "") -> str | None:
    """Say where two answers differ and how; nothing if they are the same."""
    if isinstance(expected, list) and isinstance(actual, list):
        if len(actual) != len(expected):
            return f"{where or 'the answer'} has {len(actual)} items instead of {len(expected)}"
        both = enumerate(zip(actual, expected, strict=True))
        pairs = [(f"{where}[{n}]", *pair) for n, pair in both]
    elif isinstance(expected, dict) and isinstance(actual, dict):
        if actual.keys() != expected.keys() or (tolerance.exactly and list(actual) != list(expected)):
            return f"{where or 'the answer'} has {list(actual)} instead of {list(expected)}"
        pairs = [(f"{where}.{key}".lstrip("."), actual[key], expected[key]) for key in expected]
    else:
        same = alike(actual, expected, tolerance)
        return None if same else f"{where or 'the answer'} is {actual!r} instead of {expected!r}"
    found = (difference(value, wanted, tolerance, place) for place, value, wanted in pairs)
    return next((text for text in found if text), None)


def alike(actual: Any, expected: Any, tolerance: Tolerance) -> bool:
    """Compare two single values."""
    whole = not tolerance.exactly and type(actual) is int and isinstance(expected, float)
    if type(actual) is not type(expected) and not whole:
        return False
    if isinstance(expected, float):
        return math.isclose(actual, expected, rel_tol=tolerance.relative, abs_tol=tolerance.floor)
    return bool(actual == expected)
