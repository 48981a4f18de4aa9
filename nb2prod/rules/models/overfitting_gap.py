"""
## What it does
Scores the model on its training rows and on its test rows. Finds a gap that is wide and no accident of few test rows.
Forests and neighbours, which answer their training rows by heart anyway, are left out. Needs the notebook's objects:
`nb2prod check --run`.

## Why is this bad
The model has learnt its training rows by heart, noise included. A smaller one often answers new rows better, and the
training score says nothing of what the service will reach.

## Example
```python
model = DecisionTreeClassifier().fit(X_train, y_train)  # accuracy 1.00 in training, 0.71 in the test
```

## Use instead
```python
search = GridSearchCV(DecisionTreeClassifier(), {"max_depth": [2, 3, 5, 8], "min_samples_leaf": [1, 5, 20]})
```
"""

from __future__ import annotations

from collections.abc import Iterator

from nb2prod.capture.measurements import Measured
from nb2prod.rules.model import Finding, Rule, Severity

RULE = Rule("NB411", "overfitting-gap", Severity.WARNING)

WIDE = 0.2
"""Gap between the scores from which on it is told of; forests and boosted trees of good use stay below it."""
SURE = 3.0
"""Standard errors of the test score by which the gap has to be wider than half of that."""


def check(measured: Measured) -> Iterator[Finding]:
    """Yield a finding where the training score is far above the test score."""
    found = measured.value("overfitting-gap")
    if not found or found["memorises"]:
        return
    gap = found["train"] - found["test"]
    if gap >= WIDE and gap - SURE * found["error"] > WIDE / 2:
        what = (
            f"{found['metric']} is {found['train']:.2f} on the training rows and {found['test']:.2f} on the test rows"
        )
        remedy = "make the model smaller or regularise it (depth, leaves, C, alpha, early stopping), or get more rows"
        bars = [{"label": "training", "value": found["train"]}, {"label": "test", "value": found["test"]}]
        picture = {"kind": "bars", "title": found["metric"], "bars": bars}
        yield Finding(what, *measured.place("fit", "scoring"), remedy=remedy, picture=picture)
