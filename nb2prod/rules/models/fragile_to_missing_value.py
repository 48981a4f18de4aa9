"""
## What it does
Takes one feature's value away at a time and asks the model again. Finds models that answer as if nothing had happened,
with another answer for most rows, although no training row lacked a value. Needs the notebook's objects: `nb2prod check
--run`.

## Why is this bad
The service would answer with the same confidence as ever, and nobody would notice that a field has stopped coming.

## Example
```python
model = HistGradientBoostingClassifier().fit(X_train.fillna(0), y_train)  # takes NaN without a word
```

## Use instead
```python
if sample.isna().any(axis=None):
    raise ValueError("a value is missing")
```
"""

from __future__ import annotations

from collections.abc import Iterator

from nb2prod.capture.measurements import Measured
from nb2prod.rules.model import Finding, Rule, Severity

RULE = Rule("NB417", "fragile-to-missing-value", Severity.ADVICE)

MOST = 0.5
"""Share of the rows whose class changes, or the mean change in standard deviations of the answers."""


def check(measured: Measured) -> Iterator[Finding]:
    """Yield a finding for the feature that must not be missing."""
    found = measured.value("fragile-to-missing-value")
    if not found or not found["takes"] or found["seen"]:
        return
    worst = found["columns"][0]
    if len(found["columns"]) > 1 and worst["changed"] >= MOST:
        how = (
            f"gives another class for {worst['changed']:.0%} of the test rows"
            if found["kind"] == "classification"
            else f"moves answers by {worst['changed']:.2f} of their standard deviations"
        )
        what = f"the model takes a missing `{worst['column']}` without a word, and {how}; no training row lacked it"
        remedy = "refuse requests without it in the inference section, or train with rows that lack it"
        yield Finding(what, *measured.place("inference", "fit"), remedy=remedy, subject=worst["column"])
