"""
## What it does
Finds names that a cell reads and that only a cell further down defines.

## Why is this bad
It works where somebody has run the lower cell first. Run from the top, as every export and every colleague does, the
upper cell raises ``NameError``.

## Example
```python
# %% cell 4
model.fit(scale(X), y)

# %% cell 5
def scale(table):
    return (table - table.mean()) / table.std()
```

## Use instead
Put the cell that defines the name above the first one that reads it.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from nb2prod.rules.model import Finding, Rule, Severity
from nb2prod.rules.unknown_names import Unknown

RULE = Rule("NB103", "defined-below", Severity.ERROR)


def check(unknown_names: Sequence[Unknown]) -> Iterator[Finding]:
    """Yield a finding for each statement that reads such a name, told once for each name."""
    for each in unknown_names:
        if each.below is None or each.deleted is not None:
            continue
        by = "" if each.direct else " by a function that is called"
        if each.below.cell == each.statement.cell:
            where, remedy = f"further down, in line {each.below.line}", "move that line above this one"
        else:
            where, remedy = f"in cell [{each.below.cell + 1}]", "move that cell above this one"
        what = f"`{each.name}` is read{by} here and defined only {where}"
        yield Finding(what, each.statement.cell, each.line, remedy, subject=each.name, once=each.name)
