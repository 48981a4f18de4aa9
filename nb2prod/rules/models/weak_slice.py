"""
## What it does
Parts the test rows by the values of each column that has few, and by quarters of each that has numbers. Finds a part of
at least 30 rows in which the model errs far more often than on the whole, all parts considered together. Needs the
notebook's objects: `nb2prod check --run`.

## Why is this bad
A good average hides those for whom the service does not work, and they know who they are.

## Example
```python
print(accuracy_score(y_test, answers))  # 0.91; among customers from abroad: 0.58
```

## Use instead
```python
for country, rows in X_test.groupby("country"):
    print(country, accuracy_score(y_test[rows.index], model.predict(rows)))
```
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from nb2prod.capture.measurements import Measured
from nb2prod.rules.model import Finding, Rule, Severity

RULE = Rule("NB413", "weak-slice", Severity.WARNING)

FAR = 0.1
"""By how much more often the model has to err in a slice, with certainty, for classes."""
TIMES = 1.5
"""How many times as big the error has to be, with certainty, for numbers."""
MOST = 3


def check(measured: Measured) -> Iterator[Finding]:
    """Yield a finding for each slice that is weak, the weakest first, one a column."""
    found = measured.value("weak-slice")
    if not found:
        return
    told: set[str] = set()
    for each in found["slices"]:
        classes = found["kind"] == "classification"
        weak = each["low"] > found["loss"] + FAR if classes else each["low"] > TIMES * found["loss"]
        if not weak or each["column"] in told or len(told) == MOST:
            continue
        told.add(each["column"])
        rows = f"{each['rows']} test rows with `{each['column']}` {each['value']}"
        if classes:
            what = f"the model is wrong about {each['loss']:.0%} of the {rows}, and about {found['loss']:.0%} of all"
        else:
            what = f"the mean error is {each['loss']:.3g} for the {rows}, and {found['loss']:.3g} for all"
        remedy = "get more such rows, or features that tell them apart; else say in the model card where not to use it"
        place = measured.place("scoring", "fit")
        yield Finding(what, *place, remedy=remedy, subject=each["column"], picture=_bars(found, each["column"]))


def _bars(found: dict[str, Any], column: str) -> dict[str, Any]:
    own = [each for each in found["slices"] if each["column"] == column]
    bars = [{"label": each["value"], "value": round(each["loss"], 4), "note": f"{each['rows']} rows"} for each in own]
    return {"kind": "bars", "title": f"error by {column}"[:60], "bars": bars, "line": round(found["loss"], 4)}
