"""
## What it does
Finds notebooks that fit something and have cells tagged ``data``, ``training`` or ``evaluation``, and none
``inference``.

## Why is this bad
The inference section is what the service does with a request. Without it there is nothing to serve.

## Example
```python
# nb2prod: training
model.fit(X_train, y_train)
```

## Use instead
A cell at the end that asks the model about one row, as a client will:
```python
# nb2prod: inference
sample = X_test.head(1)
prediction = model.predict(sample)
```
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from nb2prod.analysis.nodes import Call
from nb2prod.rules.fitting import fits_something
from nb2prod.rules.model import Finding, Rule, Severity

RULE = Rule("NB501", "no-inference", Severity.ERROR)
TOWARDS = frozenset({"data", "training", "evaluation"})
"""Sections of those who mean to export: parameters are tagged for papermill too."""


def check(tagged: frozenset[str], calls: Sequence[Call]) -> Iterator[Finding]:
    """Yield one finding where sections are tagged and inference is none of them."""
    if tagged & TOWARDS and "inference" not in tagged and fits_something(calls):
        what = "no cell is tagged `inference`, so there is nothing to serve"
        yield Finding(what, remedy="tag the cell that asks the model about a row, or write one")
