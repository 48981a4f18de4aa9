"""Rows in, columns out: how their values are distributed."""

from __future__ import annotations

import math
from bisect import bisect_left
from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any

from .column import Column, named
from .places import flat

MOST = 200
"""Columns that are compared."""
CATEGORIES = 50
FEWEST = 5
"""Rows that a category must have had to be named; the rest is folded into one, as it may tell of somebody."""
CLASSES = 20
"""Different whole numbers, up to which answers are classes."""


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
    types, said = {type(value) for value in present}, field or {}
    few = said.get("categories") or (field is None and len(set(map(named, present))) <= CLASSES)
    if types == {bool} or (types and types <= {str, int, bool} and few):
        return "category"
    if not types or said.get("type") == "datetime":
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
    # where many have the least, what is less is told apart from it
    if bisect_left(numbers, min(quantiles)) == 0:
        quantiles.add(math.nextafter(min(quantiles), -math.inf))
    return sorted(quantiles)
