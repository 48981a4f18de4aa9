"""
## What it does
Adds noise of one hundredth of its spread to each feature that is a measurement, and asks the model again. Finds models
that change their mind about many rows. Needs the notebook's objects: `nb2prod check --run`.

## Why is this bad
Sensors, rounding and units differ by more than that. An answer that turns over in the last digit cannot be defended,
and a monitor sees drift where there is none.

## Example
```python
model = KNeighborsClassifier(1).fit(X_train, y_train)
```

## Use instead
```python
model = make_pipeline(StandardScaler(), KNeighborsClassifier(15)).fit(X_train, y_train)
```
"""

from __future__ import annotations

from collections.abc import Iterator

from nb2prod.capture.measurements import Measured
from nb2prod.rules.model import Finding, Rule, Severity

RULE = Rule("NB416", "fragile-to-noise", Severity.WARNING)

MANY = 0.1
"""Share of the rows whose class changes."""
FAR = 0.2
"""Mean change in standard deviations of the answers, for numbers: twenty times that of the features."""


def check(measured: Measured) -> Iterator[Finding]:
    """Yield a finding where a little noise changes a lot."""
    found = measured.value("fragile-to-noise")
    if not found:
        return
    place = measured.place("fit")
    remedy = "smooth the model: fewer or scaled features, more neighbours, more regularisation, bigger leaves"
    if found["kind"] == "classification" and found["changed"] >= MANY:
        what = f"noise of 1 % of each feature's spread changes the class of {found['changed']:.0%} of the test rows"
        yield Finding(what, *place, remedy=remedy)
    elif found["kind"] == "regression" and found["changed"] >= FAR:
        what = f"noise of 1 % of each feature's spread moves answers by {found['changed']:.0%} of theirs"
        yield Finding(what, *place, remedy=remedy)
