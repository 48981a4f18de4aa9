"""Rows that are mostly zeros, as vectorizers make them: the places and the values of what is not zero."""

from __future__ import annotations

from array import array
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

import numpy as np

from ..not_light import NotLight


@dataclass
class Sparse:
    """One row of ``width`` numbers, zero but at ``places``, which rise."""

    places: list[int]
    values: list[float]
    width: int

    def arrays(self) -> tuple[np.ndarray, np.ndarray]:
        """Return places and values."""
        return np.array(self.places, dtype=np.intp), np.frombuffer(array("d", self.values))

    def dense(self) -> list[float]:
        """Return all numbers."""
        row = [0.0] * self.width
        for place, value in zip(self.places, self.values, strict=True):
            row[place] = value
        return row

    @staticmethod
    def stacked(rows: list[Sparse]) -> SparseRows:
        """Return rows as one table."""
        return SparseRows(rows)


class SparseRows:
    """A table of sparse rows: as much of SciPy's matrices as prediction needs."""

    def __init__(self, rows: list[Sparse]):
        self.items = rows

    def __getattr__(self, name: str) -> Any:
        """Leave what is not known here to the original."""
        if name.startswith("__"):
            raise AttributeError(name)
        raise NotLight(f"a sparse matrix' {name}")

    def __len__(self) -> int:
        raise NotLight("the length of a sparse matrix")

    @property
    def shape(self) -> tuple[int, int]:
        """How many rows and columns."""
        return len(self.items), self.items[0].width

    def toarray(self) -> np.ndarray:
        """Return all numbers, (n, width)."""
        return np.array([row.dense() for row in self.items])

    todense = toarray


def side_by_side(parts: Iterable[Any]) -> Sparse:
    """Return one row of several."""
    places: list[int] = []
    values: list[float] = []
    start = 0
    for part in parts:
        if type(part) is Sparse:
            places += [start + place for place in part.places]
            values += part.values
            start += part.width
            continue
        kept = [(start + place, value) for place, value in enumerate(part) if value != 0]
        places += [place for place, _ in kept]
        values += [value for _, value in kept]
        start += len(part)
    return Sparse(places, values, start)
