"""A value of a record in, its cell out: what distributions are counted in, without keeping a value."""

from __future__ import annotations

from bisect import bisect_left
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property
from typing import Any


@dataclass(frozen=True)
class Column:
    """A field, or a place in an answer, and how many rows each of its cells had."""

    name: str
    kind: str
    """``number``, ``length`` (of texts), ``category``, or ``presence``: only whether there is a value."""
    bounds: tuple[Any, ...]
    """Numbers: the upper bound of each cell, that of the last being open. Categories: their values."""
    counts: tuple[int, ...] = ()
    """Rows: up to each bound or of each category, then beyond or other, then missing."""

    @cached_property
    def _places(self) -> dict[Any, int]:
        return {value: place for place, value in enumerate(self.bounds)}

    def cell(self, value: Any) -> int:
        """Return which cell a value belongs to; what is of another type is counted as missing."""
        missing = len(self.bounds) + 1
        if value is None or value != value:
            return missing
        if self.kind == "category":
            return self._places.get(named(value), len(self.bounds))
        if self.kind == "length":
            value = len(value) if isinstance(value, str) else None
        if self.kind != "presence" and not isinstance(value, (int, float)):
            return missing
        return 0 if self.kind == "presence" else bisect_left(self.bounds, value)

    def counted(self, values: Iterable[Any]) -> Column:
        """Return the column with the rows of each cell."""
        found = Counter(map(self.cell, values))
        counts = tuple(found[place] for place in range(len(self.bounds) + 2))
        return Column(self.name, self.kind, self.bounds, counts)


def named(value: Any) -> str:
    """Return a category as a text."""
    return value if isinstance(value, str) else str(value).lower()
