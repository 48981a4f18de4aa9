"""
## What it does
Asks the inference section about several rows together, and about each of them alone. Finds rows that are answered
differently. Needs the notebook's objects: `nb2prod check --run`.

## Why is this bad
The answer depends on who else is asking. In the notebook all rows come together; the service is asked about one.

## Example
```python
sample = (sample - sample.mean()) / sample.std()  # of the rows that are asked about
prediction = model.predict(sample)
```

## Use instead
```python
scaler = StandardScaler().fit(X_train)
prediction = model.predict(scaler.transform(sample))
```
"""

from __future__ import annotations

from collections.abc import Iterator

from nb2prod.capture.measurements import Measured
from nb2prod.rules.model import Finding, Rule, Severity

RULE = Rule("NB526", "batch-differs", Severity.ERROR)


def check(measured: Measured) -> Iterator[Finding]:
    """Yield a finding where a row alone gets another answer."""
    found = measured.value("batch-differs")
    if found and found["differing"]:
        first = found["first"]
        example = f": {first['together']} together, {first['alone']} alone" if first else ""
        what = (
            f"{found['differing']} of {found['asked']} rows are answered otherwise when they are asked alone{example}"
        )
        remedy = "take means, spreads, ranks and categories from the training rows, not from those that are asked about"
        yield Finding(what, *measured.place("inference"), remedy=remedy)
