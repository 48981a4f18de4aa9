"""
## What it does
Times how long the inference section takes for one row, many times over. The limit for 95 of 100 answers is
`max_latency_ms` in the settings. Where the middle one takes less than half of it, the late ones are taken for the doing
of a machine that has other work too. Needs the notebook's objects: `nb2prod check --run`.

## Why is this bad
A person notices a tenth of a second (Nielsen, *Usability Engineering*, 1993), and a machine that takes a second for
each row answers one row a second. Often it is the preparation that is slow, or something that is done again for each
row.

## Example
```python
def predict(row):
    model = joblib.load("model.joblib")  # for each request
    return model.predict(row)
```

## Use instead
```python
model = joblib.load("model.joblib")

def predict(row):
    return model.predict(row)
```
"""

from __future__ import annotations

from collections.abc import Iterator

from nb2prod.capture.measurements import Measured
from nb2prod.rules.model import Finding, Rule, Severity
from nb2prod.rules.settings import Settings

RULE = Rule("NB522", "slow-answer", Severity.WARNING)


def check(measured: Measured, settings: Settings) -> Iterator[Finding]:
    """Yield a finding where single rows take too long."""
    found = measured.value("slow-answer")
    if found and found["p95"] > settings.max_latency_ms and found["p50"] >= settings.max_latency_ms / 2:
        what = (
            f"one row takes {found['p50']:.0f} ms, 5 of 100 more than {found['p95']:.0f} ms "
            f"(the limit is {settings.max_latency_ms:g} ms)"
        )
        remedy = (
            "move what is the same for each row out of the section, take a smaller model, or raise `max_latency_ms`"
        )
        picture = {
            "kind": "histogram",
            "title": "one row, in ms",
            "edges": [round(edge, 3) for edge in found["edges"]],
            "counts": found["counts"],
            "mark": settings.max_latency_ms,
        }
        yield Finding(what, *measured.place("inference"), remedy=remedy, picture=picture)
