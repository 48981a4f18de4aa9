"""
## What it does
Finds columns that are chosen by how they go with the target, by ``SelectKBest``, ``RFE``, importances or
correlations, before the rows are split, or outside of a cross-validation.

## Why is this bad
Of many columns some go with the target by luck in just these rows, test rows included. A model of those columns
scores well even where there is nothing to learn (Hastie et al., *The Elements of Statistical Learning*, 7.10.2).

## Example
```python
X = SelectKBest(k=20).fit_transform(X, y)
cross_val_score(SVC(), X, y)
```

## Use instead
```python
cross_val_score(make_pipeline(SelectKBest(k=20), SVC()), X, y)
```
"""

from __future__ import annotations

from collections.abc import Iterator

from nb2prod.analysis.learning.model import Harm, Leak, Learning, Trace
from nb2prod.rules.leaking import HOW, leaks
from nb2prod.rules.model import Finding, Rule, Severity

RULE = Rule("NB309", "selected-before-split", Severity.WARNING)
REMEDY = "choose the columns by training rows only: put the selection into a pipeline with the model"


def check(learning: Learning) -> Iterator[Finding]:
    """Yield a finding for each selection that reaches a model."""

    def say(leak: Leak) -> str:
        return f"columns are chosen with the target by `{leak.learnt.what}` {HOW[leak.harm]}"

    harms = {Harm.BEFORE_SPLIT, Harm.BEFORE_FOLDS}
    yield from leaks(learning, harms, {Trace.SELECTION}, lambda leak: leak.of_target, say, REMEDY)
