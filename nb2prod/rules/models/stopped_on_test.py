"""
## What it does
Finds boosting and networks that stop early by the score on the test set, which is then reported.

## Why is this bad
The number of rounds was chosen so that this score is best. It is no longer that of rows which the model has not seen.

## Example
```python
booster.fit(X_train, y_train, eval_set=[(X_test, y_test)], early_stopping_rounds=20)
print(accuracy_score(y_test, booster.predict(X_test)))
```

## Use instead
A third part of the rows, split off the training rows, to stop by:
```python
X_fit, X_stop, y_fit, y_stop = train_test_split(X_train, y_train)
booster.fit(X_fit, y_fit, eval_set=[(X_stop, y_stop)], early_stopping_rounds=20)
```
"""

from __future__ import annotations

import ast
from collections.abc import Iterator

from nb2prod.analysis.learning.model import Fit, Learning, Part
from nb2prod.rules.model import Finding, Rule, Severity

RULE = Rule("NB405", "stopped-on-test", Severity.WARNING)

STOPPING = ("early_stopping", "EarlyStopping", "use_best_model", "od_type", "od_wait", "save_best_only")
"""What stops, or goes back to the best round, in XGBoost, LightGBM, CatBoost and Keras."""


def check(learning: Learning) -> Iterator[Finding]:
    """Yield a finding for each fit that stops by rows that a score is given for."""
    for fit in learning.models:
        watched = [given for given in fit.evals if given.part is Part.TEST]
        if not watched or not _stops(fit):
            continue
        splits = {given.split for given in watched}
        for scoring in learning.scorings:
            of_it = scoring.model is not None and scoring.model.index == fit.model.index
            if of_it and scoring.part is Part.TEST and (scoring.data is None or scoring.data.split in splits):
                name = fit.model.name or fit.model.kind
                what = f"`{name}` ends when `{watched[0].text}` is answered best, and is scored on those rows"
                yield Finding(what, fit.place.cell, fit.place.line, "stop by rows split off the training rows", name)
                break


def _stops(fit: Fit) -> bool:
    """Say whether how it was made or fitted speaks of stopping early; CatBoost goes back to the best round unasked."""
    calls = [node for node in (fit.node, fit.model.constructed) if node is not None]
    said = " ".join(map(ast.unparse, calls))
    kept = said.replace("use_best_model=False", "")
    goes_back = fit.model.path.startswith("catboost.") and kept == said and "**" not in said
    return goes_back or any(word in kept for word in STOPPING)
