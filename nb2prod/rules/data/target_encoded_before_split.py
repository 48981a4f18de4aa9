"""
## What it does
Finds categories that are replaced by a number made of the target, such as the mean price of each city, before the
rows are split or cross-validated.

## Why is this bad
Each test row's own target is in the mean that the model is given for it; with rare categories it is most of it. The
score says little about rows whose target nobody knows.

## Example
```python
df["city_price"] = df.groupby("city")["price"].transform("mean")
train, test = train_test_split(df)
```

## Use instead
```python
train, test = train_test_split(df)
prices = train.groupby("city")["price"].mean()
train["city_price"], test["city_price"] = train["city"].map(prices), test["city"].map(prices)
```
"""

from __future__ import annotations

from collections.abc import Iterator

from nb2prod.analysis.learning.model import Harm, Leak, Learning, Trace
from nb2prod.rules.leaking import HOW, encodes_target, leaks
from nb2prod.rules.model import Finding, Rule, Severity

RULE = Rule("NB304", "target-encoded-before-split", Severity.WARNING)
REMEDY = "split first and work it out from the training rows, or put a target encoder into a pipeline with the model"


def check(learning: Learning) -> Iterator[Finding]:
    """Yield a finding for each number made of the target that reaches a model."""

    def wanted(leak: Leak) -> bool:
        grouped = leak.learnt.trace is Trace.GROUPED and leak.of_target
        return grouped or encodes_target(learning, leak)

    def say(leak: Leak) -> str:
        what = "fitted with the target" if leak.learnt.trace is Trace.TOOL else "of the target is worked out"
        return f"`{leak.learnt.what}` {'is ' if leak.learnt.trace is Trace.TOOL else ''}{what} {HOW[leak.harm]}"

    harms = {Harm.BEFORE_SPLIT, Harm.BEFORE_FOLDS}
    yield from leaks(learning, harms, {Trace.GROUPED, Trace.TOOL}, wanted, say, REMEDY)
