"""
## What it does
Finds metrics of scikit-learn that are given the answers first and the truth second.

## Why is this bad
scikit-learn's metrics take the truth first. Swapped, precision and recall change places, a confusion matrix is turned
over, and R² is another number.

## Example
```python
precision_score(model.predict(X_test), y_test)
```

## Use instead
```python
precision_score(y_test, model.predict(X_test))
```
"""

from __future__ import annotations

import ast
from collections.abc import Iterator, Sequence

from nb2prod.analysis.learning.model import Learning
from nb2prod.analysis.model import Dataflow
from nb2prod.analysis.nodes import Call, last_names
from nb2prod.rules.answers import Answers
from nb2prod.rules.model import Finding, Rule, Severity

UNEVEN = frozenset(
    f"sklearn.metrics.{name}"
    for name in (
        "precision_score", "recall_score", "fbeta_score", "r2_score", "explained_variance_score", "confusion_matrix",
        "classification_report", "balanced_accuracy_score", "mean_absolute_percentage_error", "roc_auc_score",
        "log_loss",
        "average_precision_score", "precision_recall_fscore_support",
    )
)  # fmt: skip
"""Metrics for which it matters which is which; accuracy, F1 and squared errors are the same either way."""
RULE = Rule("NB407", "swapped-truth", Severity.WARNING, words=last_names(UNEVEN))


def check(calls: Sequence[Call], flow: Dataflow, learning: Learning) -> Iterator[Finding]:
    """Yield a finding for each such metric whose first argument a model has answered, and whose second none has."""
    answers = Answers(flow, learning)
    for call in calls:
        if call.path not in UNEVEN or len(call.node.args) < 2:
            continue
        first, second = call.node.args[:2]
        if answers.within(first, call.statement) is None or answers.within(second, call.statement) is not None:
            continue
        if isinstance(second, ast.Name | ast.Attribute | ast.Subscript):
            what = f"`{call.last}` is given the answers first and the truth second"
            remedy = f"write `{call.last}({ast.unparse(second)}, {ast.unparse(first)})`"
            yield Finding(what, call.statement.cell, call.line, remedy)
