"""
## What it does
Finds rows that follow one another in time, as lags, moving averages or an order by date show, and that are parted by
chance.

## Why is this bad
The model learns from what came after the rows that it is tested on, and neighbours in time are alike: it only has to
remember. A service is asked about what is to come.

## Example
```python
df["yesterday"] = df["sales"].shift(1)
train, test = train_test_split(df)
```

## Use instead
```python
df["yesterday"] = df["sales"].shift(1)
train, test = train_test_split(df, shuffle=False)
```
"""

from __future__ import annotations

from collections.abc import Iterator

from nb2prod.analysis.learning.model import Fault, Flaw, Learning
from nb2prod.rules.leaking import flaws
from nb2prod.rules.model import Finding, Rule, Severity

RULE = Rule("NB307", "shuffled-time", Severity.WARNING)
REMEDY = "train on what comes first and test on what comes later: `shuffle=False`, a date, or `TimeSeriesSplit`"


def check(learning: Learning) -> Iterator[Finding]:
    """Yield a finding for each split by chance of rows in time."""

    def say(flaw: Flaw) -> str:
        return f"`{flaw.subject}` parts rows by chance that are {flaw.detail}"

    yield from flaws(learning, Fault.SHUFFLED_TIME, say, REMEDY)
