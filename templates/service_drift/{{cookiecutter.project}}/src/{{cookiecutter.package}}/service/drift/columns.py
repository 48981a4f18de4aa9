"""The values of a record in, a cell for each out: what distributions are counted in, without keeping a value."""

from __future__ import annotations

import math
from bisect import bisect_left
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

PLACES = 64
"""Values of a list that are told apart; of a longer one its length, mean and spread."""
MOST = 200
"""Columns that are compared."""
CATEGORIES = 50
FEWEST = 5
"""Rows that a category must have had to be named; the rest is folded into one, as it may tell of somebody."""
CLASSES = 20
"""Different whole numbers, up to which answers are classes."""
NUMBERS = (int, float)
LARGE = 1e150
"""Numbers whose squares can be told; those in lists that are larger count for nothing."""


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
        if self.kind != "presence" and not isinstance(value, NUMBERS):
            return missing
        return 0 if self.kind == "presence" else bisect_left(self.bounds, value)

    def counted(self, values: Iterable[Any]) -> Column:
        """Return the column with the rows of each cell."""
        found = Counter(map(self.cell, values))
        counts = tuple(found[place] for place in range(len(self.bounds) + 2))
        return Column(self.name, self.kind, self.bounds, counts)


def flat(value: Any, name: str = "") -> Iterator[tuple[str, Any]]:
    """Yield the single values of a record or an answer with their places: ``""`` where it is one value."""
    if isinstance(value, Mapping):
        for key, inner in value.items():
            yield from flat(inner, f"{name}.{key}" if name else str(key))
    elif isinstance(value, list):
        found = [each for number, inner in enumerate(value) for each in flat(inner, f"{name}[{number}]")]
        yield from found if len(found) <= PLACES else summary(name, found)
    else:
        yield name, value


def summary(name: str, found: Sequence[tuple[str, Any]]) -> Iterator[tuple[str, Any]]:
    """Yield what a long list is compared by."""
    numbers = [float(each) for _, each in found if isinstance(each, NUMBERS) and abs(each) < LARGE]
    yield f"{name} length".strip(), len(found)
    mean = math.fsum(numbers) / len(numbers) if numbers else None
    yield f"{name} mean".strip(), mean
    square = math.fsum((each - mean) ** 2 for each in numbers) if mean is not None else None
    yield f"{name} spread".strip(), None if square is None else math.sqrt(square / len(numbers))


def columns_of(rows: Sequence[Any], fields: Mapping[str, Mapping[str, Any]] | None) -> list[Column]:
    """Return the columns of records, of whose fields the schema knows something; without ``fields``, of answers."""
    flattened = [dict(flat(row)) for row in rows]
    names = list(dict.fromkeys(name for row in flattened for name in row))[:MOST]
    found = []
    for name in names:
        values = [row.get(name) for row in flattened]
        present = [value for value in values if value is not None and value == value]
        kind = kind_of(present, fields.get(name, {}) if fields is not None else None)
        found.append(Column(name, kind, tuple(bounds_of(kind, present))).counted(values))
    return found


def kind_of(present: Sequence[Any], field: Mapping[str, Any] | None) -> str:
    """Return how a column's values are compared; answers that are few texts or whole numbers are classes."""
    types = {type(value) for value in present}
    few = field is None and len(set(map(named, present))) <= CLASSES
    if types == {bool} or (types <= {str, int, bool} and types and (few or (field or {}).get("categories"))):
        return "category"
    if not types or (field or {}).get("type") == "datetime":
        return "presence"  # times go on: that they are others than in training says nothing
    return "length" if types == {str} else "number" if types <= {int, float} else "presence"


def bounds_of(kind: str, present: Sequence[Any]) -> Sequence[Any]:
    """Return categories by how common they are, or each hundredth of the numbers."""
    if kind == "category":
        common = Counter(map(named, present)).most_common(CATEGORIES)
        return [value for value, rows in common if rows >= FEWEST]
    if kind == "presence" or not present:
        return []
    numbers = sorted(len(each) if kind == "length" else each for each in present)
    quantiles = {numbers[math.ceil(len(numbers) * n / 100) - 1] for n in range(1, 100)}
    if bisect_left(numbers, min(quantiles)) == 0:  # many have the least: what is less is told apart from it
        quantiles.add(math.nextafter(min(quantiles), -math.inf))
    return sorted(quantiles)


def named(value: Any) -> str:
    """Return a category as a text."""
    return value if isinstance(value, str) else str(value).lower()
