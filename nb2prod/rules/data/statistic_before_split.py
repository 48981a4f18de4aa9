"""
## What it does
Finds means, medians and the like of all rows, test rows included, that features are filled or scaled with. Numbers of
each row, of the target, and those that only decide which rows are kept are passed over.

## Why is this bad
The test rows have a say in what the model is given. It is little with many rows and much with few; and the service
needs the number as it was in training, which an export can only keep where it is worked out from training rows.

## Example
```python
df["age"] = df["age"].fillna(df["age"].mean())
train, test = train_test_split(df)
```

## Use instead
```python
train, test = train_test_split(df)
mean = train["age"].mean()
train["age"], test["age"] = train["age"].fillna(mean), test["age"].fillna(mean)
```
"""

from __future__ import annotations

from collections.abc import Iterator

from nb2prod.analysis.learning.model import Harm, Leak, Learning, Trace
from nb2prod.rules.leaking import ENDS, HOW, NUMBERS, leaks
from nb2prod.rules.model import Finding, Rule, Severity

RULE = Rule("NB311", "statistic-before-split", Severity.ADVICE)
REMEDY = "split first and work it out from the training rows, or use `SimpleImputer` or `StandardScaler` in a pipeline"


def check(learning: Learning) -> Iterator[Finding]:
    """Yield a finding for each number that reaches a model."""

    def say(leak: Leak) -> str:
        return f"`{leak.learnt.what}` is worked out {HOW[leak.harm]}"

    ends = {(leak.learnt.place.cell, leak.learnt.what) for leak in learning.leaks}

    def wanted(leak: Leak) -> bool:
        what, cell = leak.learnt.what, leak.learnt.place.cell
        return what in NUMBERS or (what in ENDS and all((cell, each) in ends for each in ENDS))

    harms = {Harm.BEFORE_SPLIT, Harm.BEFORE_FOLDS, Harm.ON_BOTH}
    yield from leaks(learning, harms, {Trace.STATISTIC}, wanted, say, REMEDY)
