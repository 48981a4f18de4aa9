"""
## What it does
Finds features in which nearly every training row has the same value, flags of 0 and 1 aside. Needs the notebook's
objects: `nb2prod check --run`.

## Why is this bad
What the model makes of the other values it has learnt from a handful of rows, by chance. Very often the one value
stands for "not known".

## Example
```python
features = patients[["age", "dose_mg"]]  # dose_mg is 0 but for 3 of 4,000 patients
```

## Use instead
```python
features = patients[["age"]]
```
Or say what the one value means: `patients["had_dose"] = patients["dose_mg"] > 0`.
"""

from __future__ import annotations

from collections.abc import Iterator

from nb2prod.capture.measurements import Measured
from nb2prod.rules.model import Finding, Rule, Severity

RULE = Rule("NB324", "near-constant-column", Severity.ADVICE)

NEARLY = 0.99
"""Share of the most frequent value."""
FEW = 20
"""Rows with other values from which on there is something to learn from."""


def check(measured: Measured) -> Iterator[Finding]:
    """Yield a finding for each feature that hardly varies."""
    for each in measured.value("near-constant-column") or ():
        if each["share"] >= NEARLY and each["others"] < FEW:
            rows = "1 row has" if each["others"] == 1 else f"{each['others']} rows have"
            what = f"only {rows} another value than `{each['value']}` in the column `{each['column']}`"
            remedy = "leave it out, or say with a flag what the other values have in common"
            yield Finding(what, *measured.place("fit", "data"), remedy=remedy, subject=each["column"])
