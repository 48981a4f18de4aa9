"""Rows on the edge of a decision go in; out comes which of them rounding alone decides.

A threshold that was chosen by the scores of some rows, as precision and recall give it, equals one of these scores. How
the last bit of that score is rounded depends on how many rows are multiplied in one call.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from .as_json import alike

SIZES = (1, 2, 3, 4, 5, 7, 8, 16, 33, 64)
"""How many copies of a row are sent in one call: rounding goes by blocks of two, four, eight and so on."""
SHARE = 0.02
"""More rows than that are no coincidence."""


def undecided(
    places: Sequence[int], records: Sequence[Any], together: Callable[[list[Any]], list[Any] | None], dtype: str
) -> bool:
    """Say whether the notebook's own code answers each of these rows now this way, now that, beside nothing but copies
    of the very row: then no other row has a say, and neither answer is wrong."""
    if not len(places) <= max(1, int(SHARE * len(records))) < len(records):
        return False
    return all(_is_undecided(records[place], together, dtype) for place in places)


def _is_undecided(record: Any, together: Callable[[list[Any]], list[Any] | None], dtype: str) -> bool:
    answers: list[Any] = []
    for size in SIZES:
        answers += together([record] * size) or []
    return any(not alike(answer, answers[0], dtype) for answer in answers)


def told(count: int) -> str:
    """Return what is said of rows that were left out."""
    rows = "A row was" if count == 1 else f"{count} rows were"
    return (
        f"{rows} left out of the proof: the notebook's own code answers the same row now this way, now that, by how "
        "many are asked about at once. The number that it decides by lies on the threshold, and rounding tips it."
    )
