"""
## What it does
Measures how big the model is when it is saved. The limit is `max_model_mb` in the settings. Needs the notebook's
objects: `nb2prod check --run`.

## Why is this bad
Each container holds a copy in memory and loads it before it answers. Git hosts refuse files above 100 MB.

## Example
```python
model = RandomForestRegressor(n_estimators=2000).fit(X, y)  # 3 GB of trees
```

## Use instead
```python
model = RandomForestRegressor(n_estimators=200, min_samples_leaf=5).fit(X, y)
```
"""

from __future__ import annotations

from collections.abc import Iterator

from nb2prod.capture.measurements import Measured
from nb2prod.rules.model import Finding, Rule, Severity
from nb2prod.rules.settings import Settings

RULE = Rule("NB521", "large-model", Severity.ADVICE)


def check(measured: Measured, settings: Settings) -> Iterator[Finding]:
    """Yield a finding where the model is above the limit."""
    found = measured.value("large-model")
    if found and found["bytes"] > settings.max_model_mb * 1e6:
        what = f"`{found['name']}` takes {found['bytes'] / 1e6:.0f} MB (the limit is {settings.max_model_mb:g})"
        remedy = "make it smaller (fewer or shallower trees, fewer features), or raise `max_model_mb`"
        yield Finding(what, *measured.place("fit"), remedy=remedy, subject=found["name"])
