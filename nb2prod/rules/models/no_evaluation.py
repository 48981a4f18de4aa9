"""
## What it does
Finds notebooks that train a model and never measure it.

## Why is this bad
Nobody knows whether the model is any good, neither today nor after it is trained again: a service cannot refuse a worse
one.

## Example
```python
model.fit(X, y)
joblib.dump(model, "model.joblib")
```

## Use instead
```python
model.fit(X_train, y_train)
accuracy = accuracy_score(y_test, model.predict(X_test))
```
"""

from __future__ import annotations

from collections.abc import Iterator

from nb2prod.analysis.learning.model import Fit, Learning
from nb2prod.analysis.learning.networks import BACKWARD
from nb2prod.rules.model import Finding, Rule, Severity

RULE = Rule("NB401", "no-evaluation", Severity.WARNING)

EXPLAINING = "statsmodels."
"""Its models explain rows, and their summaries say how well."""


def check(learning: Learning, tagged: frozenset[str]) -> Iterator[Finding]:
    """Yield one finding, at the last fit that has a name, where nothing is scored and no section says that it does."""
    fits = [fit for fit in learning.models if fit.target is not None and not fit.model.path.startswith(EXPLAINING)]
    named = [fit for fit in fits if (fit.model.name or fit.model.kind) and not _is_asked_besides(learning, fit)]
    if not named or learning.measured or "evaluation" in tagged or any(fit.evals for fit in fits):
        return
    last = named[-1]
    what = f"`{last.model.name or last.model.kind}` is trained, and nothing measures how good it is"
    remedy = "hold rows back, and score its answers for them"
    yield Finding(what, last.place.cell, last.place.line, remedy, subject=last.model.name)


def _is_asked_besides(learning: Learning, fit: Fit) -> bool:
    """Say whether a network is asked anywhere but where it learns: people measure networks in many ways."""
    asked = [each for each in learning.predictions if each.model.index == fit.model.index]
    return fit.method == BACKWARD and len(asked) > 1
