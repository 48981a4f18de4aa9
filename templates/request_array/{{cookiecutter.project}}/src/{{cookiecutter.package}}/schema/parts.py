"""An array taken apart into its places, and arrays that are put together of such: what an explanation asks about."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from typing import Any

from .contract import REQUEST

MOST_PLACES = 100
"""That are told apart."""
SHAPE: list[int] = REQUEST.get("shape", [-1])


def why_not() -> str:
    """Say why the places of these arrays cannot be told apart; nothing if they can."""
    if any(length < 0 for length in SHAPE):
        return "Its records are arrays whose length varies: no place of one is to be compared with that of another."
    if math.prod(SHAPE) > MOST_PLACES:
        return f"Its records are arrays with more than {MOST_PLACES} places: what one of them adds is next to nothing."
    return ""


WHY_NOT = why_not()
"""Why records cannot be taken apart; nothing where they can."""
LEFT_OUT = False
"""Whether a part can be left out, where one of another record is put into its place else."""


def names(record: Any) -> list[str]:
    """Return where the parts are, counted from 0."""
    names = [""]
    for length in SHAPE:
        names = [f"{name}[{place}]" for name in names for place in range(length)]
    return names


def values(record: Any) -> list[Any]:
    """Return what is there."""
    return list(leaves(record))


def leaves(value: Any) -> Iterator[Any]:
    """Yield what is in nested lists."""
    for inner in value:
        if isinstance(inner, list):
            yield from leaves(inner)
        else:
            yield inner


def together(values: Sequence[Any]) -> Any:
    """Return the array with these parts."""
    nested: list[Any] = list(values)
    for length in reversed(SHAPE[1:]):
        nested = [nested[start : start + length] for start in range(0, len(nested), length)]
    return nested
