"""
## What it does
Finds answers that need rows of the training or test data beside what was learnt from them.

## Why is this bad
The service has to carry the data along: it is large, it may be personal, and whoever has the repository has it.

## Example
```python
position = X_train["price"].rank().iloc[-1]
prediction = model.predict(rows) * X_train["price"].mean()
```

## Use instead
Give what is needed of the data a name in a training cell; then only that travels:
```python
mean_price = X_train["price"].mean()
```
"""

from __future__ import annotations

from collections.abc import Iterator

from nb2prod.analysis.inference.expressions import loaded_names
from nb2prod.analysis.learning.model import Learning
from nb2prod.rules.answering import Answering
from nb2prod.rules.model import Finding, Rule, Severity

RULE = Rule("NB504", "training-rows-needed", Severity.WARNING)


def check(answering: Answering, learning: Learning) -> Iterator[Finding]:
    """Yield a finding for each such table, where it is first read."""
    roles = learning.roles
    rows = {
        *roles.training_features, *roles.training_target, *roles.test_features, *roles.test_target,
        *roles.validation_features, *roles.validation_target, *roles.whole_features, *roles.whole_target, *roles.tables,
    }  # fmt: skip
    carried = rows & answering.outside
    for step in answering.steps:
        for name in sorted(carried & loaded_names(step.node) - step.asked):
            carried.discard(name)
            what = f"`{name}`, which holds rows of the notebook's data, is needed for each answer"
            remedy = "give what is needed of it a name in a training cell, so that only that travels"
            yield Finding(what, step.cell, step.line, remedy, subject=name)
