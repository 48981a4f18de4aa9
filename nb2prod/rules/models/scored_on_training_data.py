"""
## What it does
Finds models that are only scored on the rows that they were trained with.

## Why is this bad
A model can learn its rows by heart. What it scores there says nothing about rows that it has not seen, and a service is
only asked about those.

## Example
```python
model.fit(X, y)
print(model.score(X, y))
```

## Use instead
```python
model.fit(X_train, y_train)
print(model.score(X_test, y_test))
```
"""

from __future__ import annotations

from collections.abc import Iterator

from nb2prod.analysis.learning.model import How, Learning, Part, Scoring
from nb2prod.rules.model import Finding, Rule, Severity

RULE = Rule("NB402", "scored-on-training-data", Severity.WARNING)


def check(learning: Learning) -> Iterator[Finding]:
    """Yield a finding for each model all of whose scores are of rows that it has learnt from."""
    if any(scoring.how in {How.CROSSED, How.SEARCHED} for scoring in learning.scorings):
        return
    by_model: dict[int, list[Scoring]] = {}
    for scoring in learning.scorings:
        if scoring.model is not None:
            by_model.setdefault(scoring.model.index, []).append(scoring)
    for index, scorings in by_model.items():
        if all(_of_learnt_rows(each) for each in scorings):
            for each in scorings:
                name = each.model.name or each.model.kind if each.model else "the model"
                what = f"`{name}` is scored only on rows that it was trained with"
                remedy = "score it on rows that were held back"
                yield Finding(what, each.place.cell, each.place.line, remedy, name, once=str(index))


def _of_learnt_rows(scoring: Scoring) -> bool:
    """Say whether the rows are surely those of the fit: the training part of a split, or the very same names."""
    fit, data = scoring.fit, scoring.data
    if fit is None or fit.features is None or fit.target is None:
        return False
    if scoring.part is Part.TRAIN:
        return fit.features.part in {Part.TRAIN, Part.WHOLE}
    same = data is not None and data.text != "" and data.text in {fit.features.text, fit.target.text}
    return scoring.part is Part.WHOLE and same
