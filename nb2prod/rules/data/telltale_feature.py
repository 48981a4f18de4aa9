"""
## What it does
Trains a small decision tree on each feature alone. Finds the feature that tells the target almost perfectly by itself
while no other comes near it. Needs the notebook's objects: `nb2prod check --run`.

## Why is this bad
A feature that good is most often the target in other words, or something that is only known when the target is: the fee
of a loan that was not paid back. When the service is asked, nobody has it yet.

## Example
```python
features = claims[["age", "city", "days_until_paid"]]
is_paid = claims["status"] == "paid"
```

## Use instead
```python
features = claims[["age", "city"]]
```
If it is known when the service is asked, and is no copy of the target, a rule of one line may do instead of a model.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from nb2prod.capture.measurements import Measured
from nb2prod.rules.model import Finding, Rule, Severity

RULE = Rule("NB321", "telltale-feature", Severity.WARNING)

ALONE = 0.99
"""Score from which on one feature is as good as the target; those of honest data sets stay below it."""
APART = 0.03
"""By how much the next best has to be worse: where all are good, the task is easy."""


def check(measured: Measured) -> Iterator[Finding]:
    """Yield a finding for the feature that tells the target."""
    found = measured.value("telltale-feature")
    if not found or len(found["columns"]) < 2:
        return
    best, second = found["columns"][:2]
    if best["score"] >= ALONE and second["score"] <= best["score"] - APART:
        what = f"the column `{best['column']}` alone tells the target with {found['metric']} {best['score']:.3f}"
        also = f"{what} (the next best: {second['score']:.2f})"
        remedy = "leave it out unless it is known when the service is asked, before the target is"
        yield Finding(also, *measured.place("fit", "data"), remedy=remedy, subject=best["column"], picture=_bars(found))


def _bars(found: dict[str, Any]) -> dict[str, Any]:
    bars = [{"label": each["column"][:40], "value": round(each["score"], 4)} for each in found["columns"]]
    return {"kind": "bars", "title": f"{found['metric']} by one feature alone", "bars": bars}
