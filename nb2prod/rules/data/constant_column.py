"""
## What it does
Finds features that have the same value in every training row. Needs the notebook's objects: `nb2prod check --run`.

## Why is this bad
A model cannot learn anything from it. Clients have to send it all the same, and if another value comes one day, nobody
knows what the model makes of it. Often it is a sign that a filter or a join has gone wrong.

## Example
```python
houses = houses[houses.country == "NL"]
features = houses[["country", "area", "rooms"]]
```

## Use instead
```python
features = houses[["area", "rooms"]]
```
"""

from __future__ import annotations

from collections.abc import Iterator

from nb2prod.capture.measurements import Measured
from nb2prod.rules.model import Finding, Rule, Severity

RULE = Rule("NB323", "constant-column", Severity.ADVICE)


def check(measured: Measured) -> Iterator[Finding]:
    """Yield a finding for each constant feature."""
    for each in measured.value("constant-column") or ():
        if each["rows"] < 2:
            continue
        value = "is empty" if each["value"] is None else f"is `{each['value']}`"
        what = f"the column `{each['column']}` {value} in all {each['rows']} training rows"
        remedy = "leave it out of the features, or find out why it does not vary"
        yield Finding(what, *measured.place("fit", "data"), remedy=remedy, subject=each["column"])
