"""
## What it does
Finds inference sections of which cannot be told what is asked or what is answered, and says what is ambiguous.

## Why is this bad
nb2prod does not guess: an export stops here.

## Example
```python
first = model.predict(rows)
second = other.predict(rows)
```

## Use instead
One answer, or the metadata of the cell say which is meant: `"nb2prod": {"input": "rows", "output": "first"}`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from nb2prod.analysis.inference.model import Inference
from nb2prod.errors import Problem
from nb2prod.rules.model import Finding, Rule, Severity

RULE = Rule("NB502", "unclear-inference", Severity.ERROR)
PLACE = re.compile(r"cell \[(\d+)\](?:, line (\d+))?")


def check(inference: Inference | tuple[Problem, ...]) -> Iterator[Finding]:
    """Yield a finding for each thing that cannot be told."""
    for problem in inference if isinstance(inference, tuple) else ():
        place = PLACE.search(problem.where)
        cell, line = (int(place.group(1)) - 1, int(place.group(2) or 0)) if place else (None, 0)
        yield Finding(problem.what, cell, line, problem.remedy)
