"""The numbers within an answer, each by its place."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from .orders import Numbers
from .watched import Asked

MOST = 10
"""Numbers of an answer that are explained."""
Place = tuple[Any, ...]


@dataclass(frozen=True)
class Explained:
    """Numbers that answers are turned into."""

    of: list[str]
    """What each one is, in words."""
    numbers: Callable[[Asked], Numbers]
    """A row for each answer, NaN where it has no such number."""


def rank(place: Place, value: float) -> float:
    """Return what numbers are sorted by: of a list the largest first, of an object what may be a probability."""
    return -value if place and isinstance(place[-1], int) else float(not 0 <= value <= 1)


def leaves(value: Any, place: Place = ()) -> Iterator[tuple[Place, Any]]:
    """Yield the single values of an answer, each with its place."""
    if isinstance(value, dict | list):
        for key, inner in value.items() if isinstance(value, dict) else enumerate(value):
            yield from leaves(inner, (*place, key))
    else:
        yield place, value


def numbers_at(places: Sequence[Place]) -> Explained:
    """Return how to read numbers from answers."""

    def numbers(asked: Asked) -> Numbers:
        found = [dict(leaves(answer)) for answer in asked.answers]
        return np.array([[number(each.get(place)) for place in places] for each in found])

    return Explained([".".join(map(str, place)) or "the answer" for place in places], numbers)


def number(value: Any) -> float:
    """Return a number as it is, anything else as NaN."""
    return float(value) if isinstance(value, int | float) else math.nan
