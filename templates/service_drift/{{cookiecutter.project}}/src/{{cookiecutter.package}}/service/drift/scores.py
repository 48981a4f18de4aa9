"""How many rows the cells of a column had at the model's making and have now in, how far that is apart out."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from typing import Any, NamedTuple

from .columns import Column

NOTABLE = 0.2
"""Population stability index from which on a column may be called drifted; below 0.1 nothing has changed, above 0.25
much (Siddiqi, Credit Risk Scorecards, 2006)."""
BINS = 10
RARE = 0.01
"""Share below which categories are taken together."""
EXPECTED = 5
"""Rows that a group must let expect on both sides for the chi-squared distribution to hold (Cochran, 1954)."""
FEWEST_ROWS = 200
"""Records in the window, for anything to be said of it."""
FEWEST_BASELINE = 100


class Group(NamedTuple):
    """Cells that are compared as one."""

    label: str
    before: float
    now: float


def groups_of(column: Column, now: Sequence[int]) -> list[Group]:
    """Return tenths of numbers, or categories without the rare ones; at the end what is missing."""
    total = sum(column.counts)
    numbers = column.kind in ("number", "length")
    found, before, after, low = [], 0, 0, ""
    for place, (a, b) in enumerate(zip(column.counts[:-1], now, strict=False)):
        last = place == len(column.bounds)
        if numbers:
            before, after = before + a, after + b
            if last or before * BINS >= total:
                high = "" if last else f"{column.bounds[place]:.4g}"
                found.append(Group(between(low, high), before, after))
                before, after, low = 0, 0, high
        elif not last and a >= RARE * total:
            found.append(Group(column.bounds[place], a, b))
        else:
            before, after = before + a, after + b
    if not numbers:
        found.append(Group("a value" if column.kind == "presence" else "other", before, after))
    return [*found, Group("missing", column.counts[-1], now[-1])]


def between(low: str, high: str) -> str:
    """Return a range in words."""
    return f"{low} to {high}" if low and high else f"up to {high}" if high else f"over {low}" if low else "any"


def stability(groups: Iterable[Group]) -> float:
    """Return the population stability index, with half a row more in each group so that none is empty."""
    found = [(group.before + 0.5, group.now + 0.5) for group in groups if group.before + group.now]
    before, now = (sum(side) for side in zip(*found, strict=True))
    return sum((b / now - a / before) * math.log((b / now) / (a / before)) for a, b in found)


def jensen_shannon(before: Sequence[float], now: Sequence[float]) -> tuple[float, float]:
    """Return the distance of two columns of rows, 0 to 1, and how likely one as large is without drift.

    The likelihood is that of the divergence weighted by rows (Lin, 1991), of which twice the rows' number is the
    G statistic: chi-squared (Wilks, 1938). Groups that let expect too few rows are taken together for it.
    """
    from scipy.special import chdtrc, rel_entr

    a, b = sum(before), sum(now)
    shares = [(x / a, y / b) for x, y in zip(before, now, strict=True)]
    halves = sum(rel_entr(p, (p + q) / 2) + rel_entr(q, (p + q) / 2) for p, q in shares)
    distance = math.sqrt(max(halves, 0.0) / 2 / math.log(2))
    enough, few = [], [0.0, 0.0]
    for x, y in zip(before, now, strict=True):
        if (x + y) * min(a, b) / (a + b) >= EXPECTED:
            enough.append((x, y))
        else:
            few = [few[0] + x, few[1] + y]
    if sum(few) * min(a, b) / (a + b) >= EXPECTED:
        enough.append((few[0], few[1]))
    g = 2 * sum(rel_entr(x, (x + y) * a / (a + b)) + rel_entr(y, (x + y) * b / (a + b)) for x, y in enough)
    return distance, float(chdtrc(len(enough) - 1, max(g, 0.0))) if len(enough) > 1 else 1.0


def kolmogorov_smirnov(before: Sequence[float], now: Sequence[float]) -> tuple[float, float]:
    """Return the largest distance of two distribution functions at the cells' bounds, and its likelihood.

    It is at most that of the values themselves, so that its likelihood (Smirnov, 1948; asymptotic) is no less.
    """
    from scipy.special import kolmogorov

    a, b, x, y, distance = sum(before), sum(now), 0.0, 0.0, 0.0
    for each, other in zip(before, now, strict=True):
        x, y = x + each, y + other
        distance = max(distance, abs(x / a - y / b))
    return distance, float(kolmogorov(math.sqrt(a * b / (a + b)) * distance))


def gaps(before: Sequence[int], now: Sequence[int]) -> float:
    """Return how likely such different numbers of missing values are: of all of them, those now are binomial.

    That is wider than the hypergeometric distribution that Fisher's exact test has, and so errs on the quiet side.
    """
    from scipy.special import bdtr

    number, share = before[-1] + now[-1], sum(now) / (sum(before) + sum(now))
    low = float(bdtr(now[-1], number, share))
    high = 1.0 - float(bdtr(now[-1] - 1, number, share)) if now[-1] else 1.0
    return min(1.0, 2 * min(low, high))


def score(column: Column, now: Sequence[int], tests: int, alarms: float) -> dict[str, Any]:
    """Return how far a column has drifted.

    It counts as drifted where that is notable (PSI) and less likely by chance than ``alarms``, after Bonferroni: by two
    tests, of what values there are and of how many are missing, for each of ``tests`` columns.
    """
    groups = groups_of(column, now)
    numbers = column.kind in ("number", "length")
    distance, likely = 0.0, 1.0
    if sum(column.counts[:-1]) and sum(now[:-1]):
        if numbers:
            distance, likely = kolmogorov_smirnov(column.counts[:-1], now[:-1])
        else:
            there = groups[:-1]
            distance, likely = jensen_shannon([g.before for g in there], [g.now for g in there])
    likely = min(1.0, 2 * tests * min(likely, gaps(column.counts, now)))
    index, before, after = stability(groups), sum(column.counts), sum(now)
    return {
        "name": column.name,
        "kind": column.kind,
        "drifted": likely < alarms and index >= NOTABLE,
        "psi": round(index, 4),
        "kolmogorov_smirnov" if numbers else "jensen_shannon": round(float(distance), 4),
        "p_value": likely,
        "missing": {"baseline": column.counts[-1] / before, "window": now[-1] / after},
        "shares": [{"of": label, "baseline": a / before, "window": b / after} for label, a, b in groups],
    }
