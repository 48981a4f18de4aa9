"""
## What it does
Finds settings, thresholds and models that are held against one another on the test rows: in a loop over settings, by
picking the best score, or by hand with a third try. Several models side by side, and the same one with other seeds,
are passed over.

## Why is this bad
The best of many scores on the same rows is good by luck too, and the luck does not come along. What is left of the
test rows cannot say how good the chosen one is (*multi-test leakage*; Yang et al., ASE 2022).

## Example
```python
for k in range(1, 40):
    model = KNeighborsClassifier(k).fit(X_train, y_train)
    errors.append(1 - model.score(X_test, y_test))
```

## Use instead
```python
search = GridSearchCV(KNeighborsClassifier(), {"n_neighbors": range(1, 40)}).fit(X_train, y_train)
search.score(X_test, y_test)
```
"""

from __future__ import annotations

from collections.abc import Iterator

from nb2prod.analysis.learning.model import Fault, Flaw, Learning
from nb2prod.rules.leaking import flaws
from nb2prod.rules.model import Finding, Rule, Severity

RULE = Rule("NB306", "chosen-on-test", Severity.WARNING)
REMEDY = "choose by cross-validation of the training rows or on validation rows, and score once on the test rows"
HOW = {
    "loop": "settings are compared by their scores on",
    "best": "the best is picked by its score on",
    "tries": "a third setting of the same model is scored on",
}


def check(learning: Learning) -> Iterator[Finding]:
    """Yield a finding for each choice by test rows."""

    def say(flaw: Flaw) -> str:
        return f"{HOW[flaw.detail]} test rows" + (f" (`{flaw.subject}`)" if flaw.subject else "")

    yield from flaws(learning, Fault.CHOSEN, say, REMEDY)
