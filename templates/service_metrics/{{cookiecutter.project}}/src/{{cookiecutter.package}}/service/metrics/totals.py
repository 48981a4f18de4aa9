"""Numbers by name and labels, which can be added to those of other workers."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

Key = tuple[str, tuple[str, ...]]


class Totals(dict[Key, list[float]]):
    """Name and labels to one number, or to those of a histogram: each bucket's, what is beyond, and the sum."""

    def add(self, name: str, labels: Iterable[str], *numbers: float) -> None:
        """Add to what is there."""
        key = (name, tuple(labels))
        there = self.get(key) or [0.0] * len(numbers)
        self[key] = [a + b for a, b in zip(there, numbers, strict=True)]

    def add_all(self, other: Totals) -> None:
        """Add all of another's numbers."""
        for (name, labels), numbers in other.items():
            self.add(name, labels, *numbers)

    def as_data(self) -> list[Any]:
        """Return what JSON can hold."""
        return [[name, labels, numbers] for (name, labels), numbers in self.items()]

    @classmethod
    def from_data(cls, data: Sequence[Any]) -> Totals:
        """Return what ``as_data`` was made of."""
        return cls({(name, tuple(labels)): numbers for name, labels, numbers in data})
