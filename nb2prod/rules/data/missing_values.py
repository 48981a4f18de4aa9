"""
## What it does
Looks for columns in which the data lack values, and asks the inference section about a row that lacks one. Finds those
about which it raises. Needs the notebook's objects: `nb2prod check --run`.

## Why is this bad
Values that were missing when the model was trained will be missing when the service is asked. Where the notebook has
dropped such rows, or filled them before the model saw them, the service fails for them.

## Example
```python
data = data.dropna()
model.fit(data[["age", "income"]], data["target"])
```

## Use instead
```python
model = make_pipeline(SimpleImputer(), LogisticRegression())
model.fit(data[["age", "income"]], data["target"])
```
"""

from __future__ import annotations

from collections.abc import Iterator

from nb2prod.capture.measurements import Measured
from nb2prod.rules.model import Finding, Rule, Severity

RULE = Rule("NB326", "missing-values", Severity.WARNING)


def check(measured: Measured) -> Iterator[Finding]:
    """Yield a finding for each column that may be empty and must not be."""
    found = measured.value("missing-values")
    for each in found["columns"] if found else ():
        if each["fails"]:
            share = each["missing"] / found["rows"]
            what = (
                f"{share:.1%} of the rows have no `{each['column']}`, and inference raises for a request without it: "
                f"{each['fails']}"
            )
            remedy = "put an imputer into the pipeline that is fitted, or say in the inference section what to answer"
            yield Finding(what, *measured.place("inference"), remedy=remedy, subject=each["column"])
