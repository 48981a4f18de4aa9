"""
## What it does
Where the notebook asks for probabilities, or its inference section answers some, holds them against how often the test
rows are what they are said to be: the expected calibration error over ten bins (Guo et al., *On Calibration of Modern
Neural Networks*, ICML 2017). Finds one that is high, and higher than chance explains. Needs the notebook's objects:
`nb2prod check --run`.

## Why is this bad
Of 100 customers who are said to leave with 90 %, 60 do. Thresholds, expected costs and what people decide by such
numbers are then wrong, although the order may be right.

## Example
```python
risk = GaussianNB().fit(X_train, y_train).predict_proba(X_test)[:, 1]
```

## Use instead
```python
model = CalibratedClassifierCV(GaussianNB(), method="isotonic").fit(X_train, y_train)
risk = model.predict_proba(X_test)[:, 1]
```
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from nb2prod.analysis.nodes import Call
from nb2prod.capture.measurements import Measured
from nb2prod.rules.model import Finding, Rule, Severity

RULE = Rule("NB415", "miscalibrated", Severity.WARNING)

HIGH = 0.1
"""Expected calibration error from which on probabilities mislead; that of calibrated models is a few hundredths."""


def check(measured: Measured, calls: Sequence[Call]) -> Iterator[Finding]:
    """Yield a finding where probabilities are asked for and are not what they say."""
    found = measured.value("miscalibrated")
    asking: list[tuple[int | None, int]] = []
    asking += [(each.statement.cell, each.line) for each in calls if each.last == "predict_proba"]
    if found and found["answered"]:
        asking = [measured.place("inference")]
    if found and asking and found["ece"] >= HIGH and found["ece"] > 1.5 * found["chance"]:
        worst = max(found["bins"], key=lambda each: abs(each["said"] - each["seen"]) * each["rows"])
        what = (
            f"probabilities are off by {found['ece']:.2f} on average: where the model says {worst['said']:.0%}, it is "
            f"{worst['seen']:.0%} of {worst['rows']} test rows"
        )
        remedy = "wrap the model in `CalibratedClassifierCV`, or use the scores for their order only"
        picture = {"kind": "reliability", "title": "said and seen", "bins": found["bins"]}
        yield Finding(what, *asking[-1], remedy=remedy, picture=picture)
