"""What a sweep varies, and which cells its runs have in common, as plain data."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

Row = Mapping[str, Any]
"""One run's swept values, by name."""


class Direction(StrEnum):
    """Which way a metric is better."""

    MAXIMIZE = "maximize"
    MINIMIZE = "minimize"


@dataclass(frozen=True)
class Choices:
    """Values one by one, in the order in which they were given."""

    values: tuple[Any, ...]


@dataclass(frozen=True)
class Integers:
    """Whole numbers from ``low`` to ``high``, both included; by order of magnitude where ``log``."""

    low: int
    high: int
    log: bool = False


@dataclass(frozen=True)
class Floats:
    """Numbers from ``low`` to ``high``; by order of magnitude where ``log``. There is no end of them."""

    low: float
    high: float
    log: bool = False


Domain = Choices | Integers | Floats


@dataclass(frozen=True)
class Space:
    """What each swept name may be, in the order in which the names were given."""

    domains: Mapping[str, Domain]

    @property
    def names(self) -> tuple[str, ...]:
        """The swept names."""
        return tuple(self.domains)

    @property
    def size(self) -> int | None:
        """How many different runs there are, ``None`` where there is no end of them."""
        total = 1
        for domain in self.domains.values():
            count = count_of(domain)
            if count is None:
                return None
            total *= count
        return total


def count_of(domain: Domain) -> int | None:
    """Return how many values there are, ``None`` where there is no end of them."""
    if isinstance(domain, Choices):
        return len(domain.values)
    return domain.high - domain.low + 1 if isinstance(domain, Integers) else None


def value_at(domain: Choices | Integers, place: int) -> Any:
    """Return the value at a place, from 0."""
    return domain.values[place] if isinstance(domain, Choices) else domain.low + place


@dataclass(frozen=True)
class Stage:
    """Cells one behind the other that are the same for all runs that agree on some values."""

    start: int
    """Index of the first among the code cells."""
    stop: int
    """Index behind the last."""
    names: tuple[str, ...] = ()
    """The swept names whose values these cells, or those before, depend on, sorted."""


@dataclass(frozen=True)
class Sharing:
    """The stages of a notebook from top to bottom, each with more names than the one before."""

    stages: tuple[Stage, ...]
    reasons: tuple[str, ...]
    """For each stage but the first, the sentence that says why its first cell is not in the one before."""

    @property
    def shared(self) -> int:
        """How many leading code cells are the same for all runs."""
        first = self.stages[0] if self.stages else None
        return first.stop if first is not None and not first.names else 0


@dataclass(frozen=True)
class Branch:
    """Cells that some runs share, and what follows them; a branch of one run has no branches."""

    start: int
    stop: int
    values: Row
    """The swept values that the runs agree on and the cells may read."""
    runs: tuple[int, ...]
    """Their places among the rows."""
    branches: Sequence[Branch] = ()
