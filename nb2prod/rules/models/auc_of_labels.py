"""
## What it does
Finds curves and their areas that are computed from labels where they are about probabilities: `roc_auc_score` of what
`predict` gives.

## Why is this bad
Labels have lost the order that these metrics measure. The area comes out lower than it is, as if there were a single
threshold, and models are compared by the wrong number.

## Example
```python
roc_auc_score(y_test, classifier.predict(X_test))
```

## Use instead
```python
roc_auc_score(y_test, classifier.predict_proba(X_test)[:, 1])
```
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from nb2prod.analysis.learning.model import Learning
from nb2prod.analysis.model import Dataflow
from nb2prod.analysis.nodes import Call, last_names
from nb2prod.rules.answers import Answers
from nb2prod.rules.model import Finding, Rule, Severity

OF_SCORES = {
    f"sklearn.metrics.{name}": "y_score"
    for name in ("roc_auc_score", "average_precision_score", "roc_curve", "precision_recall_curve")
} | {"sklearn.metrics.log_loss": "y_pred", "sklearn.metrics.brier_score_loss": "y_proba"}
"""Metrics that want probabilities or scores, with the parameter that they have for them."""
RULE = Rule("NB406", "auc-of-labels", Severity.WARNING, words=last_names(OF_SCORES))
CLASSIFIERS = frozenset({"LogisticRegression", "SVC", "LinearSVC", "GaussianNB", "MultinomialNB", "BernoulliNB",
                         "Perceptron", "LinearDiscriminantAnalysis", "QuadraticDiscriminantAnalysis"})  # fmt: skip
"""Classifiers of scikit-learn whose name does not end so; what ``predict`` of these gives is labels."""


def check(calls: Sequence[Call], flow: Dataflow, learning: Learning) -> Iterator[Finding]:
    """Yield a finding for each such metric that is given labels."""
    answers = Answers(flow, learning)
    for call in calls:
        wanted = OF_SCORES.get(call.path)
        given = call.argument(1, wanted) if wanted else None
        answer = answers.behind(given, call.statement) if given is not None else None
        if answer is None or answer.method != "predict":
            continue
        kind = answer.model.kind
        if kind.endswith("Classifier") or kind in CLASSIFIERS:
            what = f"`{call.last}` is given labels, what `{kind}.predict` gives, and measures probabilities"
            remedy = "give it `predict_proba(...)[:, 1]`, or `decision_function(...)`"
            yield Finding(what, call.statement.cell, call.line, remedy)
