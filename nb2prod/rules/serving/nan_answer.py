"""
## What it does
Asks the inference section about the notebook's own rows, one by one. Finds answers without a value: NaN, infinity,
nothing. Needs the notebook's objects: `nb2prod check --run`.

## Why is this bad
JSON has no NaN. The client gets `null`, or an error, and mostly takes it for a zero.

## Example
```python
ratio = sample["debt"] / sample["income"]  # income is 0 for some
prediction = np.log(ratio)
```

## Use instead
```python
ratio = sample["debt"] / sample["income"].clip(lower=1)
prediction = np.log1p(ratio)
```
"""

from __future__ import annotations

from collections.abc import Iterator

from nb2prod.capture.measurements import Measured
from nb2prod.rules.model import Finding, Rule, Severity

RULE = Rule("NB523", "nan-answer", Severity.ERROR)


def check(measured: Measured) -> Iterator[Finding]:
    """Yield a finding where answers lack a value."""
    found = measured.value("nan-answer")
    if found and found["missing"]:
        what = (
            f"{found['missing']} of {found['asked']} rows of the notebook are answered without a value (NaN, infinity)"
        )
        remedy = "find out which values lead to it, and say in the inference section what to answer to them"
        yield Finding(what, *measured.place("inference"), remedy=remedy)
