"""
## What it does
Holds each feature's distribution in the training rows against that in the test rows: Kolmogorov and Smirnov's distance
for numbers, total variation for categories. Finds those that differ by more than chance explains, all columns
considered together, and by more than a little. Needs the notebook's objects: `nb2prod check --run`.

## Why is this bad
The test score then tells of other rows than those that the model has learnt from. A sorted file that was cut in two,
two sources, or a unit that has changed are the usual reasons. If the difference is meant, as with a split by time, it
says how fast the data change.

## Example
```python
train, test = data[:8000], data[8000:]  # the file is sorted by price
```

## Use instead
```python
train, test = train_test_split(data, random_state=0)
```
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from nb2prod.capture.measurements import Measured
from nb2prod.rules.model import Finding, Rule, Severity

RULE = Rule("NB332", "shifted-distribution", Severity.WARNING)

LEAST = 0.15
"""Distance below which a difference, though real, hardly moves a score."""
MOST = 5
"""Columns that are told of; a split that shifts one often shifts them all."""


def check(measured: Measured) -> Iterator[Finding]:
    """Yield a finding for each feature that is distributed otherwise, those that differ most first."""
    result = measured.value("shifted-distribution")
    shifted = [each for each in result["found"] if each["distance"] >= LEAST] if result else []
    for each in shifted[:MOST]:
        what = (
            f"`{each['column']}` is distributed otherwise in the test rows than in the training rows: the distance is "
            f"{each['distance']:.2f}, by chance it would stay below {each['bound']:.2f}"
        )
        if len(shifted) > MOST and each is shifted[0]:
            what += f" ({len(shifted)} columns are shifted)"
        remedy = "shuffle before the split, or find out what is different about the test rows"
        place = measured.place("split", "scoring", "fit")
        yield Finding(what, *place, remedy=remedy, subject=each["column"], picture=_picture(each))


def _picture(each: dict[str, Any]) -> dict[str, Any]:
    bins: dict[str, Any] = {key: each[key] for key in ("edges", "labels") if key in each}
    parts = {
        "first": {"name": "train", "shares": [round(share, 4) for share in each["train"]]},
        "second": {"name": "test", "shares": [round(share, 4) for share in each["test"]]},
    }
    return {"kind": "two_histograms", "title": each["column"][:40], **bins, **parts}
