"""A record or an answer in, its single values with their places out."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

PLACES = 64
"""Values of a list that are told apart; of a longer one its length, mean and spread."""
LARGE = 1e150
"""Numbers whose squares can be told; those in lists that are larger count for nothing."""

SINGLE = frozenset({str, int, float, bool, type(None)})


def flat(value: Any, name: str = "") -> list[tuple[str, Any]]:
    """Return the single values of a record or an answer with their places: ``""`` where it is one value."""
    if isinstance(value, Mapping):
        named = [(f"{name}.{key}" if name else str(key), inner) for key, inner in value.items()]
    elif isinstance(value, list):
        named = [(f"{name}[{number}]", inner) for number, inner in enumerate(value)]
    else:
        return [(name, value)]
    found: list[tuple[str, Any]] = []
    for place, inner in named:
        if type(inner) in SINGLE:  # as nearly all are: no call for each
            found.append((place, inner))
        else:
            found += flat(inner, place)
    return list(summary(name, found)) if isinstance(value, list) and len(found) > PLACES else found


def summary(name: str, found: Sequence[tuple[str, Any]]) -> Iterator[tuple[str, Any]]:
    """Yield what a long list is compared by."""
    numbers = [float(each) for _, each in found if isinstance(each, (int, float)) and abs(each) < LARGE]
    yield f"{name} length".strip(), len(found)
    mean = math.fsum(numbers) / len(numbers) if numbers else None
    yield f"{name} mean".strip(), mean
    square = math.fsum((each - mean) ** 2 for each in numbers) if mean is not None else None
    yield f"{name} spread".strip(), None if square is None else math.sqrt(square / len(numbers))
