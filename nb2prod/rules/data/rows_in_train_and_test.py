"""
## What it does
Counts the test rows that are, feature by feature, among the training rows too. Needs the notebook's objects: `nb2prod
check --run`.

## Why is this bad
The model has seen the answer to such a row, so the test score is better than what the service will reach.

## Example
```python
data = pd.concat([data, data[data.label == 1]])  # more of the rare class
X_train, X_test, y_train, y_test = train_test_split(data[features], data.label)
```

## Use instead
```python
data = data.drop_duplicates()
X_train, X_test, y_train, y_test = train_test_split(data[features], data.label)
```
Repeat or make up rows in the training part only, behind the split.
"""

from __future__ import annotations

from collections.abc import Iterator

from nb2prod.capture.measurements import Measured
from nb2prod.rules.model import Finding, Rule, Severity

RULE = Rule("NB320", "rows-in-train-and-test", Severity.WARNING)

FEWEST = 0.01
"""Share of the test rows from which on it matters; fewer do not move a score by more than that."""
PART = 0.5
"""Share from which on the test rows are training rows, also where different things may give the same row."""


def check(measured: Measured) -> Iterator[Finding]:
    """Yield a finding where rows of the training data are tested on."""
    found = measured.value("rows-in-train-and-test")
    if not found or not found["shared"]:
        return
    share, by_nature = found["shared"] / found["test"], found["repeated"] / found["train"]
    if share >= FEWEST if found["distinctive"] else share >= PART and share > 3 * by_nature:
        what = f"{found['shared']} of {found['test']} test rows ({share:.0%}) are training rows as well"
        remedy = "drop duplicates before the split, and repeat rows only behind it"
        yield Finding(what, *measured.place("split", "scoring"), remedy=remedy)
