"""
## What it does
Finds features that number or name the rows: another value in each of them, and counted up, or codes, or called an id.
Needs the notebook's objects: `nb2prod check --run`.

## Why is this bad
A model that is given one learns rows by heart, or the order in which they were collected. For a new row it says
nothing.

## Example
```python
X = customers.drop(columns="churned")  # customer_id is still in it
```

## Use instead
```python
X = customers.drop(columns=["churned", "customer_id"])
```
"""

from __future__ import annotations

from collections.abc import Iterator

from nb2prod.capture.measurements import Measured
from nb2prod.rules.model import Finding, Rule, Severity

RULE = Rule("NB325", "identifier-feature", Severity.WARNING)


def check(measured: Measured) -> Iterator[Finding]:
    """Yield a finding for each feature that identifies rows."""
    for each in measured.value("identifier-feature") or ():
        what = f"the feature `{each['column']}` has another value in each row, as an identifier has ({each['how']})"
        remedy = "leave it out of the features; keep it as the index if answers have to be matched"
        yield Finding(what, *measured.place("fit", "data"), remedy=remedy, subject=each["column"])
