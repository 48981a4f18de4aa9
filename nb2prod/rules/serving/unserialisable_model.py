"""
## What it does
Pickles the model, without keeping it. Finds one that cannot be saved at all, and one that nothing but a pickle can
hold. Needs the notebook's objects: `nb2prod check --run`.

## Why is this bad
What cannot be saved cannot be served. And a pickle runs code when it is loaded: whoever can write the file owns the
service.

## Example
```python
model.callback = lambda row: row  # pickle raises
model = MyOwnRegressor().fit(X, y)  # only a pickle takes it
```

## Use instead
```python
model = make_pipeline(StandardScaler(), Ridge()).fit(X, y)  # skops saves it without running code
```
"""

from __future__ import annotations

from collections.abc import Iterator

from nb2prod.capture.measurements import Measured
from nb2prod.rules.model import Finding, Rule, Severity

RULE = Rule("NB520", "unserialisable-model", Severity.WARNING)


def check(measured: Measured) -> Iterator[Finding]:
    """Yield a finding where the model cannot be saved, or not safely."""
    found = measured.value("unserialisable-model")
    if not found:
        return
    place, name = measured.place("fit", "inference"), found["name"]
    if found["why"] and found["kind"] == "object":
        remedy = "take out of it what cannot be saved: a lambda, an open file, a lock, a connection"
        yield Finding(f"`{name}` cannot be saved: {found['why']}", *place, remedy=remedy, subject=name)
    elif found["kind"] == "object":
        kind = f"`{name}` is a `{found['type']}`"
        what = f"{kind}, which goes into a repository as a pickle only, and a pickle runs code when it is loaded"
        remedy = (
            "build it of what scikit-learn, PyTorch, Keras, XGBoost or LightGBM have, or export with --allow-pickle"
        )
        yield Finding(what, *place, remedy=remedy, subject=name)
