"""
## What it does
Finds rows that are repeated or made up (SMOTE, ``resample(replace=True)``, a table put together with itself) or left
out to balance classes before the rows are split or cross-validated, and test rows that are balanced.

## Why is this bad
Copies of one row land on both sides, and made-up rows lie between training rows and test rows: the model is asked
about what it knows. And the balanced test rows are not what the service will meet.

## Example
```python
X, y = SMOTE().fit_resample(X, y)
X_train, X_test, y_train, y_test = train_test_split(X, y)
```

## Use instead
```python
X_train, X_test, y_train, y_test = train_test_split(X, y, stratify=y)
X_train, y_train = SMOTE().fit_resample(X_train, y_train)
```
"""

from __future__ import annotations

from collections.abc import Iterator

from nb2prod.analysis.learning.model import Harm, Leak, Learning, Trace
from nb2prod.rules.leaking import leaks
from nb2prod.rules.model import Finding, Rule, Severity

RULE = Rule("NB305", "resampled-before-split", Severity.WARNING)
REMEDY = "split first and resample the training rows only; in a cross-validation, use imbalanced-learn's pipeline"
WHEN = {
    Harm.BEFORE_SPLIT: "before they are split",
    Harm.BEFORE_FOLDS: "before they are cross-validated",
    Harm.ON_BOTH: "training rows and test rows together",
    Harm.ON_TEST: "that are held out for the test",
}


def check(learning: Learning) -> Iterator[Finding]:
    """Yield a finding for each resampling that reaches test rows."""

    def say(leak: Leak) -> str:
        done = "leaves out" if leak.learnt.trace is Trace.THINNED else "repeats or makes up"
        return f"`{leak.learnt.what}` {done} rows {WHEN[leak.harm]}"

    yield from leaks(learning, set(WHEN), {Trace.RESAMPLED, Trace.THINNED}, lambda _: True, say, REMEDY)
