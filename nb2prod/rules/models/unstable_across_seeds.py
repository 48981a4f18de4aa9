"""
## What it does
Fits copies of the model with other values of `random_state` and asks them about the test rows. Finds models of which
two disagree about many of them. Needs the notebook's objects: `nb2prod check --run`.

## Why is this bad
What a client is answered then depends on a number that nobody has thought about. After the next training, answers
change for no reason, and a comparison of two models may be won by luck.

## Example
```python
model = MLPClassifier(max_iter=20).fit(X_train, y_train)
```

## Use instead
```python
model = MLPClassifier(max_iter=500, early_stopping=True).fit(X_train, y_train)
# or several, with one vote each: BaggingClassifier(model)
```
"""

from __future__ import annotations

from collections.abc import Iterator

from nb2prod.capture.measurements import Measured
from nb2prod.rules.model import Finding, Rule, Severity

RULE = Rule("NB412", "unstable-across-seeds", Severity.WARNING)

DISAGREEING = 0.1
"""Share of the rows on which two fits give another class."""
SPREAD = 0.2
"""Spread of the answers, in standard deviations of the target, which is the same for numbers."""


def check(measured: Measured) -> Iterator[Finding]:
    """Yield a finding where another seed gives other answers."""
    found = measured.value("unstable-across-seeds")
    if not found:
        return
    classes = found["metric"] == "accuracy"
    if found["differing"] < (DISAGREEING if classes else SPREAD):
        return
    low, high = min(found["scores"]), max(found["scores"])
    how = (
        f"two fits that differ in nothing but `random_state` disagree about {found['differing']:.0%} of the test rows"
        if classes
        else f"with another `random_state` answers differ by {found['differing']:.2f} standard deviations of the target"
    )
    what = f"{how} ({found['metric']} from {low:.2f} to {high:.2f})"
    remedy = "train longer or on more rows, average several fits, or take a model that does not depend on chance"
    bars = [{"label": f"seed {number}", "value": score} for number, score in enumerate(found["scores"], 1)]
    picture = {"kind": "bars", "title": found["metric"], "bars": bars}
    yield Finding(what, *measured.place("fit"), remedy=remedy, picture=picture)
