"""
## What it does
Asks the inference section about the same table with its columns the other way round. Finds answers that differ, with
nothing raised. Needs the notebook's objects: `nb2prod check --run`.

## Why is this bad
JSON objects have no order, and tables are put together in another one every day. A model that was fitted to bare
numbers takes the price for the age and answers.

## Example
```python
model.fit(X_train.values, y_train)
prediction = model.predict(sample.values)
```

## Use instead
```python
model.fit(X_train, y_train)
prediction = model.predict(sample)  # scikit-learn compares the names, and raises
```
Or pick the columns by name: `sample[features].values`.
"""

from __future__ import annotations

from collections.abc import Iterator

from nb2prod.capture.measurements import Measured
from nb2prod.rules.model import Finding, Rule, Severity

RULE = Rule("NB418", "column-order", Severity.ADVICE)


def check(measured: Measured) -> Iterator[Finding]:
    """Yield a finding where the order of columns decides."""
    found = measured.value("column-order")
    if found and found["differing"] * 2 > found["asked"] and not found["raises"]:
        what = f"with its columns in another order, {found['differing']} of {found['asked']} rows get another answer"
        remedy = "fit the model to the table itself, or pick the columns by name in the inference section"
        yield Finding(what, *measured.place("inference"), remedy=remedy)
