"""
## What it does
Finds columns of categories in which some are in one or two training rows only. Needs the notebook's objects: `nb2prod
check --run`.

## Why is this bad
The model has learnt next to nothing of them, and a split or a fold may leave them out altogether: then the encoder has
never seen them.

## Example
```python
encoder = OneHotEncoder().fit(X_train[["city"]])  # two cities are there once
```

## Use instead
```python
encoder = OneHotEncoder(min_frequency=10, handle_unknown="infrequent_if_exist").fit(X_train[["city"]])
```
"""

from __future__ import annotations

from collections.abc import Iterator

from nb2prod.capture.measurements import Measured
from nb2prod.rules.model import Finding, Rule, Severity

RULE = Rule("NB328", "rare-category", Severity.ADVICE)

RARE = 3
"""Rows below which a category is rare: less than one for each of three folds."""


def check(measured: Measured) -> Iterator[Finding]:
    """Yield a finding for each column with rare categories."""
    for each in measured.value("rare-category") or ():
        rare = {name: rows for name, rows in each["categories"].items() if rows < RARE}
        if rare:
            listed = ", ".join(f"`{name}` ({rows})" for name, rows in list(rare.items())[:3])
            more = " and others" if len(rare) > 3 else ""
            what = f"of the {each['of']} categories of `{each['column']}`, some are hardly there: {listed}{more}"
            remedy = "put rare ones together: `OneHotEncoder(min_frequency=..., handle_unknown='infrequent_if_exist')`"
            yield Finding(what, *measured.place("fit", "data"), remedy=remedy, subject=each["column"])
