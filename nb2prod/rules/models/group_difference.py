"""
## What it does
Where the notebook's metadata name columns of groups, `{"nb2prod": {"groups": ["sex"]}}`, holds the groups' test rows
against each other: how often the model errs, and how often it gives the one of two answers. Needs the notebook's
objects: `nb2prod check --run`.

## Why is this bad
People in one group are served worse, or chosen less often, than those in another. Where that is about work, credit or
housing, it is against the law in many places.

## Example
```python
answers = model.predict(applicants)  # yes for 41 % of the men and 22 % of the women
```

## Use instead
```python
from fairlearn.metrics import MetricFrame

print(MetricFrame(metrics=accuracy_score, y_true=y_test, y_pred=answers, sensitive_features=X_test["sex"]).by_group)
```
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from typing import Any

from nb2prod.capture.measurements import Measured
from nb2prod.rules.model import Finding, Rule, Severity

RULE = Rule("NB414", "group-difference", Severity.WARNING)

FOUR_FIFTHS = 0.8
"""Share of the best group's rate below which a rate is taken for adverse impact (29 CFR 1607.4 D, EEOC 1978)."""
FAR = 0.05
"""Difference of errors from which on it is told of, where it is no accident."""
SURE = 3.0


def check(measured: Measured) -> Iterator[Finding]:
    """Yield a finding for each column whose groups differ."""
    for column in measured.value("group-difference") or ():
        groups = column["groups"]
        if len(groups) < 2:
            continue
        place = measured.place("scoring", "fit")
        for what, remedy in (_errors(column), _rates(column)):
            if what:
                yield Finding(what, *place, remedy=remedy, subject=column["column"], picture=_bars(column))


def _errors(column: dict[str, Any]) -> tuple[str, str]:
    by_loss = sorted(column["groups"], key=lambda each: float(each["loss"]))
    best, worst = by_loss[0], by_loss[-1]
    apart = worst["loss"] - best["loss"]
    classes = column["kind"] == "classification"
    enough = FAR if classes else FAR * worst["loss"]
    if apart < enough or apart <= SURE * math.hypot(best["error"], worst["error"]):
        return "", ""
    shown = (
        (f"{worst['loss']:.0%}", f"{best['loss']:.0%}") if classes else (f"{worst['loss']:.3g}", f"{best['loss']:.3g}")
    )
    what = (
        f"the error is {shown[0]} where `{column['column']}` is `{worst['value']}` ({worst['rows']} test rows) and "
        f"{shown[1]} where it is `{best['value']}` ({best['rows']})"
    )
    return what, "get more rows of that group, or features that work for it; say so in the model card"


def _rates(column: dict[str, Any]) -> tuple[str, str]:
    rated = sorted(
        (each for each in column["groups"] if each["positive"] is not None), key=lambda each: each["positive"]
    )
    if len(rated) < 2:
        return "", ""
    low, high = rated[0], rated[-1]
    error = math.sqrt(sum(each["positive"] * (1 - each["positive"]) / each["rows"] for each in (low, high)))
    far = low["positive"] < FOUR_FIFTHS * high["positive"] and high["positive"] - low["positive"] > SURE * error
    if not far:
        return "", ""
    what = (
        f"where `{column['column']}` is `{low['value']}`, the answer is `{column['label']}` for {low['positive']:.0%}; "
        f"where it is `{high['value']}`, for {high['positive']:.0%}"
    )
    return what, "find out which features carry the group, and whether the difference can be defended"


def _bars(column: dict[str, Any]) -> dict[str, Any]:
    bars = [
        {"label": each["value"], "value": round(each["loss"], 4), "note": f"{each['rows']} rows"}
        for each in column["groups"]
    ]
    return {"kind": "bars", "title": f"error by {column['column']}"[:60], "bars": bars}
