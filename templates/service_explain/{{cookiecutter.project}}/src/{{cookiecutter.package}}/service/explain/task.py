"""What is to be explained and how much that may take, and what was found of it, summed up over the background."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Numbers = NDArray[np.float64]


@dataclass(frozen=True)
class Task:
    """A record that is to be explained."""

    value: Numbers
    """Its numbers."""
    bases: Numbers
    """The numbers of each record of the background, NaN where there are none."""
    differing: Sequence[Sequence[int]]
    """For each of these, the parts in which it is another than the explained one."""
    parts: int
    asks: int
    """Mixes that the model may be asked about."""
    until: float
    """When to stop, by ``time.monotonic``."""


@dataclass(frozen=True)
class Shares:
    """Of each number (first axis) what each part (second axis) adds to it."""

    base: Numbers
    contributions: Numbers
    errors: Numbers
    """Standard errors: 0 where all orders were looked at, NaN where nothing is known of them."""
    exact: bool
    background: int
    """Records of the background that were used: for others the model had no answer, or there was no time."""


def summed_up(task: Task, found: dict[int, list[Numbers]], exact: set[int]) -> Shares | None:
    """Return the means over the records of the background of which something is known; of ``exact`` all is."""
    known = {row: each for row, each in found.items() if each}
    if not known:
        return None
    means = np.array([np.mean(each, axis=0) for each in known.values()])
    whole = len(known) == len(found)
    drawn = [each for row, each in known.items() if row not in exact]
    errors = standard_errors(means, drawn, whole)
    base = np.mean([task.bases[row] if len(task.differing[row]) else task.value for row in known], axis=0)
    return Shares(base, means.mean(axis=0), errors, whole and not drawn, len(known))


def standard_errors(means: Numbers, drawn: Sequence[Sequence[Numbers]], whole: bool) -> Numbers:
    """Return how far the shares may be off: by the orders that were drawn; where not all of the background was used, or
    some of it with one order only, by the choice of its records, too."""
    count = len(means)
    if (whole or count == 1) and all(len(each) > 1 for each in drawn):
        inside = [np.var(each, axis=0, ddof=1) / len(each) for each in drawn]
        return np.asarray(np.sqrt(np.sum([np.zeros(means.shape[1:]), *inside], axis=0)) / count)
    if count == 1:
        return np.full(means.shape[1:], np.nan)
    return np.asarray(np.std(means, axis=0, ddof=1) / np.sqrt(count))
