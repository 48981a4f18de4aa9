"""
## What it does
Trains three simple models on the training rows: one that always gives the same answer, a linear one, and a decision
tree of depth 3. Finds a model that answers the test rows no better than the first, or clearly worse than one of the
others. Needs the notebook's objects: `nb2prod check --run`.

## Why is this bad
A model that a constant can replace has learnt nothing. One that a straight line beats costs more to train, to serve and
to explain, and answers worse.

## Example
```python
model = MLPRegressor().fit(X_train, y_train)  # the features are not scaled
print(model.score(X_test, y_test))  # 0.31; LinearRegression: 0.62
```

## Use instead
```python
for candidate in (DummyRegressor(), LinearRegression(), model):
    print(candidate, candidate.fit(X_train, y_train).score(X_test, y_test))
```
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from nb2prod.capture.measurements import Measured
from nb2prod.rules.model import Finding, Rule, Severity

RULE = Rule("NB410", "worse-than-baseline", Severity.WARNING)

SURE = 3.0
"""Standard errors by which a simple model has to be ahead, row by row: one in 700 by chance."""
LEAST = 0.02
"""By how much its score has to be better to be worth a word."""


def check(measured: Measured) -> Iterator[Finding]:
    """Yield a finding where something simpler does as well, or better."""
    found = measured.value("worse-than-baseline")
    others = [each for each in found["others"] if "score" in each] if found else []
    if not others:
        return
    place, picture = measured.place("fit", "scoring"), _bars(found, others)
    constant = others[0]
    score = f"{found['metric']} {found['model']:.2f} on {found['rows']} test rows"
    if constant["ahead"] >= 0 and constant.get("balanced", 0.0) >= -LEAST:
        what = f"the model is no better than {constant['name']}: {score}, against {constant['score']:.2f}"
        remedy = "look at the features and the target again before anything is served"
        yield Finding(what, *place, remedy=remedy, picture=picture)
        return
    ahead = [each for each in others[1:] if _is_ahead(each)]
    if ahead:
        best = max(ahead, key=lambda each: float(each["score"]))
        what = f"{best['name']}, trained on the same rows, reaches {best['score']:.2f}; the model: {score}"
        remedy = "serve that one, or find what keeps the model from it: scaling, too few rows, hyperparameters"
        yield Finding(what, *place, remedy=remedy, picture=picture)


def _is_ahead(each: dict[str, Any]) -> bool:
    plainly = each["ahead"] >= LEAST and each["ahead"] > SURE * each["error"]
    return plainly and ("balanced" not in each or each["balanced"] > SURE * each["balanced_error"] / 2)


def _bars(found: dict[str, Any], others: list[dict[str, Any]]) -> dict[str, Any]:
    bars = [{"label": "the model", "value": round(found["model"], 4)}]
    bars += [{"label": each["name"], "value": round(each["score"], 4)} for each in others]
    return {"kind": "bars", "title": f"{found['metric']} on the test rows", "bars": bars}
