"""
## What it does
Finds models whose settings are all the library's defaults, in notebooks that try no others.

## Why is this bad
Defaults are made for no data in particular, and how much there is to gain nobody knows until others were tried. The *ML
Test Score* (Breck et al., 2017) asks that all hyperparameters have been tuned.

## Example
```python
model = RandomForestClassifier().fit(X_train, y_train)
```

## Use instead
```python
search = RandomizedSearchCV(RandomForestClassifier(), {"max_depth": [3, 5, None], "max_features": [0.3, 1.0]})
search.fit(X_train, y_train)
```
"""

from __future__ import annotations

from collections.abc import Iterator

from nb2prod.analysis.learning.model import Fit, How, Learning
from nb2prod.rules.model import Finding, Rule, Severity

RULE = Rule("NB404", "default-settings", Severity.ADVICE)

TUNABLE = frozenset(
    {"RandomForestClassifier", "RandomForestRegressor", "ExtraTreesClassifier", "ExtraTreesRegressor",
     "GradientBoostingClassifier", "GradientBoostingRegressor", "HistGradientBoostingClassifier",
     "HistGradientBoostingRegressor", "SVC", "SVR", "KNeighborsClassifier", "KNeighborsRegressor",
     "DecisionTreeClassifier", "DecisionTreeRegressor", "MLPClassifier", "MLPRegressor", "XGBClassifier",
     "XGBRegressor", "LGBMClassifier", "LGBMRegressor", "CatBoostClassifier", "CatBoostRegressor", "Ridge", "Lasso"}
)  # fmt: skip
"""Models whose quality depends on their settings."""
WITHOUT_EFFECT = frozenset(
    {"random_state", "seed", "n_jobs", "verbose", "verbosity", "probability", "silent", "random_seed", "thread_count",
     "nthread", "use_label_encoder", "eval_metric", "logging_level", "warm_start", "oob_score"}
)  # fmt: skip
"""Settings that do not change how much a model learns."""


def check(learning: Learning) -> Iterator[Finding]:
    """Yield a finding for the last model where neither it nor another one was given any settings."""
    if any(s.how is How.SEARCHED for s in learning.scorings) or any(f.model.searches for f in learning.fits):
        return
    models = [*(fit.model for fit in learning.fits), *(each.model for each in learning.predictions)]
    if any(model.among for model in models):
        return  # Several are held against one another, and which of them is used nobody knows.
    fits = [fit for fit in learning.models if fit.model.kind in TUNABLE]
    if fits and all(_is_default(fit) for fit in fits):
        last = fits[-1]
        what = f"`{last.model.kind}` is used with the library's settings, and no others are tried"
        remedy = "search over a few settings by cross-validation, or write down why these are right"
        yield Finding(what, last.place.cell, last.place.line, remedy, subject=last.model.name)


def _is_default(fit: Fit) -> bool:
    made = fit.model.constructed
    if made is None or made.args or any(keyword.arg is None for keyword in made.keywords):
        return False
    return {keyword.arg for keyword in made.keywords} <= WITHOUT_EFFECT
