"""
## What it does
Finds scalers, imputers, vectorisers, projections such as PCA and clusterings that are fitted on rows that are split
afterwards, where what they make is learnt from. Encoders that only list categories, and what treats each row alone,
are passed over; so is what is fitted for a picture.

## Why is this bad
The test rows have a say in what the model is given, so its score is that of a model that has seen them already
(*preprocessing leakage*; Yang et al., ASE 2022). Rows that the service will be asked about were not there.

## Example
```python
X = StandardScaler().fit_transform(X)
X_train, X_test, y_train, y_test = train_test_split(X, y)
```

## Use instead
```python
X_train, X_test, y_train, y_test = train_test_split(X, y)
model = make_pipeline(StandardScaler(), LogisticRegression()).fit(X_train, y_train)
```

## Fix safety
The fix splits first, fits on the training part and transforms both; the same rows are held out. It is unsafe because
scores change: that is what it is for. It is offered for scalers, `SimpleImputer` and text vectorisers where
`X = scaler.fit_transform(X)` is followed by `train_test_split(X, ...)` and nothing else uses what was made of all
rows. Other shapes (columns of a table that are scaled in place, cross-validation) are left to you: a pipeline with the
model serves them best.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from nb2prod.analysis.learning.model import Harm, Leak, Learning, Trace
from nb2prod.analysis.model import Statement
from nb2prod.notebook.model import Cell
from nb2prod.rules.leaking import HOW, leaks, measures
from nb2prod.rules.model import Finding, Fix, Fixing, Rule, Severity
from nb2prod.rules.split_first import split_first

RULE = Rule("NB301", "fitted-before-split", Severity.WARNING, Fixing.UNSAFE)
REMEDY = "split first and fit it on the training rows, or put it into a pipeline with the model"


def check(learning: Learning) -> Iterator[Finding]:
    """Yield a finding for each fit that reaches a model."""

    def say(leak: Leak) -> str:
        return f"`{leak.learnt.what}` is fitted {HOW[leak.harm]}"

    harms = {Harm.BEFORE_SPLIT, Harm.BEFORE_FOLDS}
    yield from leaks(learning, harms, {Trace.TOOL}, lambda leak: measures(learning, leak), say, REMEDY)


def fix(finding: Finding, statements: Sequence[Statement], cells: Sequence[Cell]) -> Fix | None:
    """Split first, fit on the training rows, transform both parts."""
    changes = split_first(finding, statements, cells)
    return Fix(f"Split first, fit {finding.subject} on the training rows", changes) if changes else None
