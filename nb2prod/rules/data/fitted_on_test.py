"""
## What it does
Finds scalers, encoders and the like that are fitted on the test rows themselves, or on training and test rows put
together, where a model is then asked about what they make.

## Why is this bad
Fitted anew for the test rows, the same value becomes another number, or the same category another code, than in
training: the model is scored on rows that no service could give it, since one request has nothing to be fitted on.
Fitted on both, the test rows have a say in what is learnt.

## Example
```python
X_train = scaler.fit_transform(X_train)
X_test = scaler.fit_transform(X_test)
```

## Use instead
```python
X_train = scaler.fit_transform(X_train)
X_test = scaler.transform(X_test)
```
"""

from __future__ import annotations

from collections.abc import Iterator

from nb2prod.analysis.learning.model import Harm, Leak, Learning, Trace
from nb2prod.rules.leaking import HOW, encodes_target, leaks, measures, treats_rows_alone
from nb2prod.rules.model import Finding, Rule, Severity

RULE = Rule("NB302", "fitted-on-test", Severity.WARNING)
REMEDY = "fit it on the training rows alone; for the test rows call only `transform`"


def check(learning: Learning) -> Iterator[Finding]:
    """Yield a finding for each fit on test rows."""

    def wanted(leak: Leak) -> bool:
        if leak.harm is Harm.ON_TEST:
            return not treats_rows_alone(learning, leak)
        return measures(learning, leak) or encodes_target(learning, leak)

    def say(leak: Leak) -> str:
        return f"`{leak.learnt.what}` is fitted {HOW[leak.harm].replace('from', 'on', 1)}"

    yield from leaks(learning, {Harm.ON_TEST, Harm.ON_BOTH}, {Trace.TOOL}, wanted, say, REMEDY)
