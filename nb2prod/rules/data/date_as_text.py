"""
## What it does
Finds features that are dates written as texts. Needs the notebook's objects: `nb2prod check --run`.

## Why is this bad
An encoder takes each day for a category of its own, and no day of the future is one that it has seen. `"2/1/2024" <
"10/1/2023"` is false.

## Example
```python
X = sales[["date", "store"]]  # "2024-02-01", "2024-02-02", ...
```

## Use instead
```python
date = pd.to_datetime(sales["date"])
X = sales[["store"]].assign(month=date.dt.month, weekday=date.dt.dayofweek)
```
"""

from __future__ import annotations

from collections.abc import Iterator

from nb2prod.capture.measurements import Measured
from nb2prod.rules.model import Finding, Rule, Severity

RULE = Rule("NB331", "date-as-text", Severity.ADVICE)


def check(measured: Measured) -> Iterator[Finding]:
    """Yield a finding for each feature of dates in words."""
    for each in measured.value("date-as-text") or ():
        what = f"the feature `{each['column']}` has dates as texts, such as `{each['example']}`"
        remedy = "read it with `pd.to_datetime` and give the model what matters of it: month, weekday, days since"
        yield Finding(what, *measured.place("data", "fit"), remedy=remedy, subject=each["column"])
