"""
## What it does
Counts the rows of each class. Finds a rare class where accuracy is all that is shown. Needs the notebook's objects:
`nb2prod check --run`.

## Why is this bad
Of 100 payments 3 are fraud: a model that never says fraud is right in 97 of 100 cases. Accuracy does not tell it from a
good one.

## Example
```python
print(accuracy_score(y_test, model.predict(X_test)))
```

## Use instead
```python
print(classification_report(y_test, model.predict(X_test)))
print(average_precision_score(y_test, model.predict_proba(X_test)[:, 1]))
```
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import Any

from nb2prod.analysis.nodes import Call
from nb2prod.capture.measurements import Measured
from nb2prod.notebook.model import Cell
from nb2prod.rules.model import Finding, Rule, Severity

RULE = Rule("NB327", "imbalance-without-metric", Severity.WARNING)

RARE = 0.2
"""Share of the rarest class below which data are called imbalanced (Google, Machine Learning Crash Course)."""
FITTING = re.compile(
    "auc|average_precision|balanced|brier|classification_report|confusion|cost|f1|fbeta|gini|kappa|lift|log_loss|matthews"
    "|pr_curve|precision|quantile|recall|roc|sensitivity|specificity",
    re.IGNORECASE,
)
"""Words in the names of metrics that a rare class moves."""
IMPORT = re.compile(r"\s*(import|from)\b")


def check(measured: Measured, calls: Sequence[Call], cells: Sequence[Cell]) -> Iterator[Finding]:
    """Yield a finding where a class is rare and nothing is shown that would tell whether it is found."""
    found = measured.value("imbalance-without-metric")
    if not found or len(found["counts"]) < 2 or found["rows"] < 50:
        return
    label, count = min(found["counts"].items(), key=lambda each: each[1])
    share = count / found["rows"]
    even = 1 / len(found["counts"])
    shown = [each for each in calls if each.last in {"accuracy_score", "score"}]
    if share < min(RARE, even / 2) and shown and not _tells_of_classes(cells):
        what = f"only {share:.1%} of the training rows are of the class `{label}`, and accuracy is all that is shown"
        remedy = "show recall and precision of each class too, such as `classification_report(y_test, answers)`"
        for call in shown:
            place = (call.statement.cell, call.line)
            yield Finding(what, *place, remedy=remedy, subject=label, picture=_bars(found), once=label)


def _tells_of_classes(cells: Sequence[Cell]) -> bool:
    """Say whether something that a rare class moves is shown; to import it is not enough."""
    lines = (line for cell in cells for line in cell.source.splitlines())
    return any(FITTING.search(line) and not IMPORT.match(line) for line in lines)


def _bars(found: dict[str, Any]) -> dict[str, Any]:
    bars = [{"label": label, "value": count} for label, count in list(found["counts"].items())[:10]]
    return {"kind": "bars", "title": "training rows of each class", "bars": bars}
