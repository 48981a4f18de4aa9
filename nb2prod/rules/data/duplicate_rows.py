"""
## What it does
Counts rows of the data that are there more than once, where different things would hardly give the same row. Needs the
notebook's objects: `nb2prod check --run`.

## Why is this bad
What is there twice counts twice when the model learns, and a split puts one copy into training and the other into the
test, whose score is then too good.

## Example
```python
orders = pd.concat([pd.read_csv("january.csv"), pd.read_csv("january (1).csv")])
```

## Use instead
```python
orders = orders.drop_duplicates()
```
"""

from __future__ import annotations

from collections.abc import Iterator

from nb2prod.capture.measurements import Measured
from nb2prod.rules.model import Finding, Rule, Severity

RULE = Rule("NB322", "duplicate-rows", Severity.WARNING)

FEWEST = 0.01
"""Share of the rows from which on it matters."""


def check(measured: Measured) -> Iterator[Finding]:
    """Yield a finding where rows are there again."""
    found = measured.value("duplicate-rows")
    if found and found["distinctive"] and found["repeated"] >= max(FEWEST * found["rows"], 2):
        share = found["repeated"] / found["rows"]
        what = f"{found['repeated']} of {found['rows']} rows of `{found['name']}` ({share:.0%}) repeat another row"
        yield Finding(what, *measured.place("data", "split"), remedy="drop duplicates before the split")
