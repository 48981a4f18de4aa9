"""What each part of a record adds to a number: Shapley values against the records of a background.

A part's share is what putting it in place of the other record's adds, over all orders in which parts may be put there
(Štrumbelj and Kononenko, 2014; Lundberg and Lee, 2017, whose "interventional" values these are). Shares always add up
to the difference between the two records' numbers.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from itertools import islice
from time import monotonic
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from .plans import Plan, plan_all, plan_walk
from .task import Numbers, Shares, Task, summed_up


class TimeUp(Exception):
    """There is no time to ask the model."""


class Ask(Protocol):
    """Numbers for mixes, NaN where the model has no answer; raises ``TimeUp``."""

    size: int
    """Of how many mixes it is best asked at a time."""

    def has_time_for(self, mixes: int) -> bool:
        """Whether so many can be asked about."""

    def __call__(self, rows: list[int], masks: NDArray[np.bool_]) -> Numbers:
        """Return them, for each mix: with which record of the background, and which parts are the explained one's."""


def shapley(task: Task, ask: Ask) -> Shares | None:
    """Return the shares; None where there is no time for any, or no mix that the model answers."""
    chance = np.random.default_rng(0)
    usable = [int(row) for row in chance.permutation(len(task.bases)) if np.isfinite(task.bases[row]).all()]
    found: dict[int, list[Numbers]] = {row: [] for row in usable}
    asked, exact = 0, set[int]()
    planned = plans(task, found, chance, ask)
    try:
        while asked < task.asks and (batch := taken(planned, min(ask.size, task.asks - asked))):
            for plan, inner in answered(batch, task, ask):
                along = np.vstack([task.bases[[plan.row]], *inner, task.value])
                if not np.isfinite(along).all():
                    found.pop(plan.row, None)
                elif plan.row in found:
                    found[plan.row].append(plan.shares(along, task.parts))
                    exact |= {plan.row} if plan.exact else set()
            asked += sum(len(plan.masks) for plan in batch)
            if monotonic() > task.until:
                break
    except TimeUp:
        pass
    return summed_up(task, found, exact)


def plans(task: Task, found: Collection[int], chance: Any, ask: Ask) -> Iterator[Plan]:
    """Yield what to ask about each record of the background: all mixes if these are few and there is time for them, else
    along orders drawn, of which every one that was asked about counts."""
    each = max(task.asks // max(len(found), 1), 2)
    whole = [2**number for row in found if (number := len(task.differing[row])) and 2**number <= each]
    each = each if ask.has_time_for(sum(whole)) else 2
    many = []
    for row in list(found):
        if 2 ** len(task.differing[row]) <= each:
            yield plan_all(row, task.differing[row])
        else:
            many.append(row)
            yield plan_walk(row, chance.permutation(task.differing[row]))
    while many := [row for row in many if row in found]:
        for row in many:
            yield plan_walk(row, chance.permutation(task.differing[row]))


def taken(planned: Iterator[Plan], size: int) -> list[Plan]:
    """Return the next plans: with so many mixes, or somewhat more."""
    batch: list[Plan] = []
    mixes = 0
    while mixes < size and (plan := next(planned, None)) is not None:
        batch.append(plan)
        mixes += len(plan.masks)
    return batch


def answered(batch: Sequence[Plan], task: Task, ask: Ask) -> Iterator[tuple[Plan, list[Numbers]]]:
    """Yield each plan with the numbers of its mixes, which are all asked for together."""
    rows = [plan.row for plan in batch for _ in plan.masks]
    masks = np.zeros((len(rows), task.parts), dtype=bool)
    for place, inside in enumerate(inside for plan in batch for inside in plan.masks):
        masks[place, list(inside)] = True
    numbers = iter(ask(rows, masks) if rows else ())
    for plan in batch:
        yield plan, list(islice(numbers, len(plan.masks)))
