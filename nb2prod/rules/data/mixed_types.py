"""
## What it does
Finds features with numbers and texts in the same column. Needs the notebook's objects: `nb2prod check --run`.

## Why is this bad
`3` and `"3"` are two categories, and `"unknown"` among numbers turns arithmetic into an error, sooner or later. JSON
clients send one or the other, and the schema of the service can only name one.

## Example
```python
data["rooms"] = [3, 4, "5+", 2]
```

## Use instead
```python
data["rooms"] = pd.to_numeric(data["rooms"].replace("5+", 5))
```
"""

from __future__ import annotations

from collections.abc import Iterator

from nb2prod.capture.measurements import Measured
from nb2prod.rules.model import Finding, Rule, Severity

RULE = Rule("NB329", "mixed-types", Severity.WARNING)


def check(measured: Measured) -> Iterator[Finding]:
    """Yield a finding for each column of several types."""
    for each in measured.value("mixed-types") or ():
        what = f"the column `{each['column']}` holds {each['texts']} texts and {each['numbers']} numbers"
        remedy = "make one type of it: `pd.to_numeric(...)`, or `.astype(str)`"
        yield Finding(what, *measured.place("data", "fit"), remedy=remedy, subject=each["column"])
