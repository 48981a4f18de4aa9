"""The cells of a column in, the groups out that are compared and shown."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from typing import NamedTuple

from .column import Column

BINS = 10
RARE = 0.01
"""Share below which categories are taken together."""


class Group(NamedTuple):
    """Cells that are compared as one."""

    label: str
    before: float
    now: float


def groups_of(column: Column, now: Sequence[int]) -> list[Group]:
    """Return tenths of numbers, or categories without the rare ones; at the end what is missing."""
    total = sum(column.counts)
    numbers = column.kind in ("number", "length")
    found, before, after, low = [], 0, 0, ""
    for place, (a, b) in enumerate(zip(column.counts[:-1], now, strict=False)):
        last = place == len(column.bounds)
        if numbers:
            before, after = before + a, after + b
            if last or before * BINS >= total:
                high = "" if last else f"{column.bounds[place]:.4g}"
                found.append(Group(between(low, high), before, after))
                before, after, low = 0, 0, high
        elif not last and a >= RARE * total:
            found.append(Group(column.bounds[place], a, b))
        else:
            before, after = before + a, after + b
    if not numbers:
        found.append(Group("a value" if column.kind == "presence" else "other", before, after))
    return [*found, Group("missing", column.counts[-1], now[-1])]


def between(low: str, high: str) -> str:
    """Return a range in words."""
    return f"{low} to {high}" if low and high else f"up to {high}" if high else f"over {low}" if low else "any"


def stability(groups: Iterable[Group]) -> float:
    """Return the population stability index, with half a row more in each group so that none is empty."""
    found = [(group.before + 0.5, group.now + 0.5) for group in groups if group.before + group.now]
    before, now = (sum(side) for side in zip(*found, strict=True))
    return sum((b / now - a / before) * math.log((b / now) / (a / before)) for a, b in found)
