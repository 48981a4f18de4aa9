"""
## What it does
Looks at the numbers that Jupyter has written beside the cells, and finds those that do not rise from top to bottom.

## Why is this bad
The outputs that are saved come from an order that nobody sees any more. Run from the top, as every export and every
colleague does, the notebook may give something else, or fail.

## Example
```text
[3] model.fit(X, y)
[2] X = scale(X)
```

## Use instead
*Restart Kernel and Run All Cells* before the notebook is saved.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterator, Sequence

from nb2prod.notebook.model import Cell
from nb2prod.rules.model import Finding, Rule, Severity

RULE = Rule("NB101", "executed-out-of-order", Severity.WARNING)


def check(cells: Sequence[Cell]) -> Iterator[Finding]:
    """Yield a finding for each of the fewest cells without which the rest ran from top to bottom."""
    ran = [(cell, cell.execution_count) for cell in cells if cell.execution_count is not None]
    in_order = _longest_rise([count for _, count in ran])
    for place, (cell, count) in enumerate(ran):
        if place not in in_order:
            below = next((other.label for other, earlier in ran[place + 1 :] if earlier < count), "")
            how = f"ran after {below}, which stands below it" if below else "ran before a cell that stands above it"
            what = f"{how}: the saved outputs are of another order"
            yield Finding(what, cell.index, remedy="restart the kernel and run all cells, then save")


def _longest_rise(numbers: Sequence[int]) -> frozenset[int]:
    """Return the places of a longest strictly rising subsequence, in n log n (Fredman, 1975)."""
    ends: list[int] = []
    at: list[int] = []
    before: list[int] = []
    for place, number in enumerate(numbers):
        length = bisect_left(ends, number)
        before.append(at[length - 1] if length else -1)
        ends[length : length + 1] = [number]
        at[length : length + 1] = [place]
    found: list[int] = []
    place = at[-1] if at else -1
    while place >= 0:
        found.append(place)
        place = before[place]
    return frozenset(found)
