"""
## What it does
Asks the inference section about a row in which one text is a category that was never seen. Finds columns for which it
raises. Needs the notebook's objects: `nb2prod check --run`.

## Why is this bad
A new city, a new product or a misspelling comes on the first day. The service then fails for that client.

## Example
```python
encoder = OneHotEncoder().fit(X_train[["city"]])
```

## Use instead
```python
encoder = OneHotEncoder(handle_unknown="ignore").fit(X_train[["city"]])
```
"""

from __future__ import annotations

from collections.abc import Iterator

from nb2prod.capture.measurements import Measured
from nb2prod.rules.model import Finding, Rule, Severity

RULE = Rule("NB524", "unknown-category-fails", Severity.WARNING)


def check(measured: Measured) -> Iterator[Finding]:
    """Yield a finding for each column in which a new category raises."""
    for each in measured.value("unknown-category-fails") or ():
        what = f"inference raises for a `{each['column']}` that was never seen: {each['why']}"
        remedy = "have the encoder take it (`handle_unknown='ignore'`, a category `other`), or refuse it with a reason"
        yield Finding(what, *measured.place("inference"), remedy=remedy, subject=each["column"])
