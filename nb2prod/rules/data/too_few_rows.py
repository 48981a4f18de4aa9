"""
## What it does
Counts the rows that the model is fitted to and tested on. Needs the notebook's objects: `nb2prod check --run`.

## Why is this bad
Of 20 test rows, 18 right answers may be luck: with certainty of 95 % the accuracy is anywhere between 0.70 and 0.97
(Wilson's interval). And what was learnt from a few dozen rows depends on which ones they were.

## Example
```python
X_train, X_test, y_train, y_test = train_test_split(X, y, test_size=0.1)  # 12 rows to test on
```

## Use instead
```python
scores = cross_val_score(model, X, y, cv=RepeatedStratifiedKFold())
print(scores.mean(), scores.std())
```
"""

from __future__ import annotations

import math
from collections.abc import Iterator

from nb2prod.capture.measurements import Measured
from nb2prod.rules.model import Finding, Rule, Severity

RULE = Rule("NB333", "too-few-rows", Severity.WARNING)

FEWEST_TRAINING = 50
"""scikit-learn's own map of estimators says "get more data" below it."""
FEWEST_TEST = 30
"""Rows below which the 95 % interval of an accuracy of 0.9 is wider than 0.2 (Wilson)."""
SURE = 1.96


def check(measured: Measured) -> Iterator[Finding]:
    """Yield a finding for training and for test rows that are too few."""
    found = measured.value("too-few-rows")
    if not found:
        return
    if found["train"] < FEWEST_TRAINING:
        what = f"the model has learnt from {found['train']} rows: which ones they were decides what it answers"
        remedy = "get more data, and tell with cross-validation how much the scores vary"
        yield Finding(what, *measured.place("fit"), remedy=remedy)
    if found["test"] and found["test"] < FEWEST_TEST:
        score, size = found["score"], found["test"]
        told = f": an accuracy of {score:.2f} may as well be {_interval(score, size)}" if score is not None else ""
        what = f"there are only {size} test rows{told}"
        yield Finding(
            what, *measured.place("scoring", "split"), remedy="test on more rows, or by repeated cross-validation"
        )


def _interval(score: float, size: int) -> str:
    """Return Wilson's interval in words."""
    middle = score + SURE**2 / (2 * size)
    width = SURE * math.sqrt(score * (1 - score) / size + SURE**2 / (4 * size**2))
    low, high = ((middle + sign * width) / (1 + SURE**2 / size) for sign in (-1, 1))
    return f"{low:.2f} or {high:.2f}"
