"""
## What it does
Finds models that are scored on held-out rows although they have learnt from them: fitted on all rows, on the test
rows, on parts put together again, or on a choice of rows that overlaps.

## Why is this bad
The score is that of remembering (*overlap leakage*; Yang et al., ASE 2022). It says nothing about rows that the
service will be asked about.

## Example
```python
search = GridSearchCV(SVC(), grid).fit(X, y)
search.score(X_test, y_test)
```

## Use instead
```python
search = GridSearchCV(SVC(), grid).fit(X_train, y_train)
search.score(X_test, y_test)
```
"""

from __future__ import annotations

from collections.abc import Iterator

from nb2prod.analysis.learning.model import Fault, Flaw, Learning
from nb2prod.rules.leaking import flaws
from nb2prod.rules.model import Finding, Rule, Severity

RULE = Rule("NB312", "scored-on-learnt-rows", Severity.ERROR)
REMEDY = "fit on the training rows; fit again on all of them when everything is scored"


def check(learning: Learning) -> Iterator[Finding]:
    """Yield a finding for each such score."""

    def say(flaw: Flaw) -> str:
        rows = f" (`{flaw.subject}`)" if flaw.subject else ""
        why = f": {flaw.detail}" if flaw.detail else ""
        return f"the model is scored on test rows{rows} that it has learnt from{why}"

    yield from flaws(learning, Fault.OVERLAP, say, REMEDY)
