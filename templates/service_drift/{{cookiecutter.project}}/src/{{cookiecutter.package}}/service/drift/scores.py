"""How many rows the cells of a column had at the model's making and have now in, how far that is apart out."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from .column import Column
from .distances import gaps, jensen_shannon, kolmogorov_smirnov
from .groups import groups_of, stability

NOTABLE = 0.2
"""Population stability index from which on a column may be called drifted; below 0.1 nothing has changed, above 0.25
much (Siddiqi, Credit Risk Scorecards, 2006)."""
FEWEST_ROWS = 200
"""Records in the window, for anything to be said of it."""
FEWEST_BASELINE = 100


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
