"""
## What it does
Finds rows that are parted by chance although the notebook says elsewhere that they come in groups (``groups=``), or
has counted or averaged over the rows of each patient, user or session.

## Why is this bad
Rows of the same person are alike. With some of them in training and others in the test, the score says how well the
model recognises people that it knows, not how it does with new ones.

## Example
```python
df["visits"] = df.groupby("patient_id").cumcount()
train, test = train_test_split(df)
```

## Use instead
```python
parts = GroupShuffleSplit(n_splits=1).split(df, groups=df["patient_id"])
train, test = (df.iloc[rows] for rows in next(parts))
```
"""

from __future__ import annotations

from collections.abc import Iterator

from nb2prod.analysis.learning.model import Fault, Flaw, Learning
from nb2prod.rules.leaking import flaws
from nb2prod.rules.model import Finding, Rule, Severity

RULE = Rule("NB308", "ignored-groups", Severity.WARNING)
REMEDY = "keep the rows of one group together: `GroupShuffleSplit`, `GroupKFold`"


def check(learning: Learning) -> Iterator[Finding]:
    """Yield a finding for each split by chance of rows that come in groups."""

    def say(flaw: Flaw) -> str:
        told, _, how = flaw.detail.partition(":")
        why = "elsewhere kept together by" if told == "said" else "put together above by"
        return f"`{how}` parts rows one by one that are {why} `{flaw.subject}`"

    yield from flaws(learning, Fault.GROUPS_APART, say, REMEDY)
