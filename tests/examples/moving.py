"""Values of one column in, values that are drifted by a known size out."""

from __future__ import annotations

import math
from collections.abc import Iterator
from itertools import accumulate
from typing import Any

Path = tuple[str | int, ...]
"""Keys and positions that lead to a value."""
Rows = list[Any]


def leaves(value: Any, path: Path = ()) -> Iterator[tuple[Path, Any]]:
    """Yield the single values of a record, with their places."""
    if isinstance(value, dict | list):
        for key, inner in value.items() if isinstance(value, dict) else enumerate(value):
            yield from leaves(inner, (*path, key))
    else:
        yield path, value


def put(record: Any, path: Path, value: Any) -> Any:
    """Return the record with another value at a place."""
    if not path:
        return value
    copy = dict(record) if isinstance(record, dict) else list(record)
    copy[path[0]] = put(record[path[0]], path[1:], value)  # type: ignore[index]
    return copy


def moved(values: Rows, column: dict[str, Any]) -> Rows | None:
    """Return values that have drifted from a column of the baseline, or nothing where it has only one.

    Numbers are moved by a spread (half of what the middle 68 % take, in a normal distribution its deviation), away from
    the middle; of categories all values become the rarest; texts become three times as long. Missing values stay.
    """
    there = [value for value in values if value is not None]
    if column["kind"] == "category" and len(column["bounds"]) > 1:
        rarest = column["bounds"][-1]
        known = {str(value) if isinstance(value, str) else str(value).lower(): value for value in there}
        return [value if value is None else _as(rarest, known, there) for value in values]
    if column["kind"] == "length" and there:
        return [value if value is None else " ".join(3 * [value]) for value in values]
    if column["kind"] == "number" and there and spread(column):
        step = spread(column) * (1 if sum(there) / len(there) >= quantile(column, 0.5) else -1)
        if all(isinstance(value, int) for value in there):
            step = math.copysign(math.ceil(abs(step)), step)
            return [value if value is None else int(value + step) for value in values]
        return [value if value is None else value + step for value in values]
    return None


def _as(text: str, known: dict[str, Any], there: Rows) -> Any:
    """Return a category as records have it."""
    if text in known or isinstance(there[0], str):
        return known.get(text, text)
    return text == "true" if isinstance(there[0], bool) else int(text)


def quantile(column: dict[str, Any], share: float) -> float:
    """Return a number below which about that share of the baseline is."""
    bounds, counts = column["bounds"], column["counts"][:-1]
    sums = list(accumulate(counts))
    place = next(place for place, sum_ in enumerate(sums) if sum_ >= share * sums[-1])
    return float(bounds[min(place, len(bounds) - 1)])


def spread(column: dict[str, Any]) -> float:
    """Return how far the baseline's numbers are apart; 0 where they are all the same."""
    middle = (quantile(column, 0.84) - quantile(column, 0.16)) / 2
    return middle or (quantile(column, 1.0) - quantile(column, 0.0)) / 2
