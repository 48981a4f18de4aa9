"""
## What it does
Finds models that are given the column that they are to tell, a column that this one was made of, or one that was made
of it.

## Why is this bad
The model reads the answer off its input and scores as if it knew everything. A request does not have the answer in
it: the service cannot be asked at all, or is asked without what the model relies on.

## Example
```python
df["good"] = df["quality"] > 6
X = df.drop(columns="good")
model.fit(X, df["good"])
```

## Use instead
```python
X = df.drop(columns=["good", "quality"])
model.fit(X, df["good"])
```
"""

from __future__ import annotations

from collections.abc import Iterator

from nb2prod.analysis.learning.model import Fault, Flaw, Learning
from nb2prod.rules.leaking import flaws
from nb2prod.rules.model import Finding, Rule, Severity

RULE = Rule("NB303", "target-in-features", Severity.ERROR)


def check(learning: Learning) -> Iterator[Finding]:
    """Yield a finding for each column that gives the target away, where a model is fitted with it."""

    def say(flaw: Flaw) -> str:
        if not flaw.detail:
            return f"the target `{flaw.subject}` is among the features"
        return f"`{flaw.subject}` is among the features and tells the target: {flaw.detail}"

    remedy = "leave the column out of the features"
    yield from flaws(learning, Fault.TARGET_GIVEN, say, remedy)
