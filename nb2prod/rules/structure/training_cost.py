"""
## What it does
Takes the time, the memory and, where codecarbon is installed, the energy that a run of the notebook needs. The limits
are `max_run_minutes`, `max_memory_gb` and `max_kwh` in the settings. Needs a run: `nb2prod check --run`.

## Why is this bad
Retraining costs that each time, on a machine that has as much memory. What takes hours is not tried twice, and what
does not fit into a common runner needs a special one.

## Example
```python
search = GridSearchCV(model, grid_of_4000, cv=10).fit(X, y)
```

## Use instead
```python
search = HalvingRandomSearchCV(model, distributions, cv=5).fit(X, y)
```
"""

from __future__ import annotations

from collections.abc import Iterator

from nb2prod.capture.measurements import Measured
from nb2prod.rules.model import Finding, Rule, Severity
from nb2prod.rules.settings import Settings

RULE = Rule("NB720", "training-cost", Severity.ADVICE)


def check(measured: Measured, settings: Settings) -> Iterator[Finding]:
    """Yield a finding for each budget that the run has gone beyond."""
    cost = measured.cost
    if cost is None:
        return
    cell, seconds = cost.slowest
    if cost.seconds > settings.max_run_minutes * 60:
        what = (
            f"a run takes {cost.seconds / 60:.0f} minutes (the limit is {settings.max_run_minutes:g}), "
            f"{seconds / 60:.0f} of them here"
        )
        yield Finding(
            what, cell, remedy="try less on more of the data, or cache what does not change; or raise the limit"
        )
    if cost.peak_memory_mb > settings.max_memory_gb * 1024:
        what = f"a run takes {cost.peak_memory_mb / 1024:.1f} GiB of memory (the limit is {settings.max_memory_gb:g})"
        yield Finding(what, remedy="read fewer columns, smaller types, or the data in parts; or raise `max_memory_gb`")
    if cost.kwh is not None and cost.kwh > settings.max_kwh:
        what = f"a run takes {cost.kwh:.2f} kWh (the limit is {settings.max_kwh:g})"
        yield Finding(what, cell, remedy="train less often, or a smaller model; or raise `max_kwh`")
