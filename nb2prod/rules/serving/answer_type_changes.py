"""
## What it does
Asks the inference section about the notebook's own rows, one by one. Finds answers of several types: a number for one
row, a text for another. Needs the notebook's objects: `nb2prod check --run`.

## Why is this bad
A client parses what it has got so far. The schema of the service can name one type, and an answer of another is an
error.

## Example
```python
prediction = model.predict(sample)[0] if sample["age"][0] > 18 else "too young"
```

## Use instead
```python
prediction = {"score": float(model.predict(sample)[0]), "too_young": bool(sample["age"][0] <= 18)}
```
"""

from __future__ import annotations

from collections.abc import Iterator

from nb2prod.capture.measurements import Measured
from nb2prod.rules.model import Finding, Rule, Severity

RULE = Rule("NB525", "answer-type-changes", Severity.WARNING)


def check(measured: Measured) -> Iterator[Finding]:
    """Yield a finding where answers are of several types."""
    found = measured.value("answer-type-changes")
    types = sorted(found["types"].items(), key=lambda each: -int(each[1])) if found else []
    if len(types) > 1:
        listed = ", ".join(f"{name} ({rows})" for name, rows in types[:4])
        what = f"answers are of several types, by the row that is asked about: {listed}"
        remedy = "answer with the same fields of the same types to every row"
        yield Finding(what, *measured.place("inference"), remedy=remedy)
