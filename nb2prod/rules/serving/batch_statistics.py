"""
## What it does
Finds statistics that inference takes over the rows of the request itself: means to fill gaps with, scalers fitted to
them, categories and quantiles counted among them.

## Why is this bad
The model was trained with the statistics of the training data. Over a request they are others, and of one single row
they say nothing: the same customer gets another answer depending on who else is asked about. This is training/serving
skew.

## Example
```python
rows["age"] = rows["age"].fillna(rows["age"].mean())
prediction = model.predict(scaler.fit_transform(rows))
```

## Use instead
What was learnt in training:
```python
rows["age"] = rows["age"].fillna(mean_age)
prediction = model.predict(scaler.transform(rows))
```
"""

from __future__ import annotations

import ast
from collections.abc import Iterator

from nb2prod.notebook.called import called_name
from nb2prod.rules.answering import Answering, Step
from nb2prod.rules.model import Finding, Rule, Severity

RULE = Rule("NB503", "batch-statistics", Severity.ERROR)

STATISTICS = frozenset({"mean", "median", "std", "var", "quantile", "mode", "nunique", "value_counts", "skew", "kurt"})
EXTREMES = frozenset({"min", "max"})
LEARNING = frozenset({"fit_transform"})
OVER_ROWS = frozenset({"scale", "minmax_scale", "robust_scale", "maxabs_scale", "factorize", "qcut", "rank"})
"""Functions of scikit-learn and pandas whose result for one row depends on the others."""

REMEDY = "compute it from the training data, and use that here"
SAME_COLUMNS = "fit a `OneHotEncoder` in training and `transform` here, or `reindex` to the columns of training"


def check(answering: Answering) -> Iterator[Finding]:
    """Yield a finding for each statement that takes a statistic over what was asked."""
    aligned = any(called_name(call) in {"reindex", "align"} for step in answering.steps for call in step.calls())
    told: set[tuple[int, int]] = set()
    for step in answering.steps:
        for call in step.calls():
            why, remedy = _why(call, step, aligned)
            if why and (step.cell, step.line) not in told:
                told.add((step.cell, step.line))
                what = f"`{ast.unparse(call)[:80]}` {why}, so an answer depends on which rows are asked about together"
                yield Finding(what, step.cell, step.line, remedy)


def _why(call: ast.Call, step: Step, aligned: bool) -> tuple[str, str]:
    """Return why an answer depends on other rows, and what to do; nothing where it does not."""
    name, own = called_name(call), call.func.value if isinstance(call.func, ast.Attribute) else None
    given = any(step.is_asked(argument) for argument in call.args)
    if name in LEARNING and given and own is not None:
        return "learns from the request", "fit it on the training data, and only `transform` here"
    if name in OVER_ROWS and (given or (own is not None and step.is_asked(own))):
        return "is computed over the rows of the request", REMEDY
    if name in STATISTICS | EXTREMES and own is not None and step.is_asked(own) and _is_over_rows(call, own):
        return "is a statistic of the rows of the request", REMEDY
    if name == "get_dummies" and given and (not aligned or _drops_first(call)):
        return "makes columns of the categories that happen to be in the request", SAME_COLUMNS
    if name == "cut" and given and len(call.args) > 1 and isinstance(call.args[1], ast.Constant):
        return "makes its bins of the range of the request", "write the edges of the bins out, as training had them"
    return "", ""


def _is_over_rows(call: ast.Call, own: ast.expr) -> bool:
    """Say whether a statistic is surely taken down the rows: of a column by its name, or along the first axis."""
    for keyword in call.keywords:
        if keyword.arg in {"axis", "dim"}:
            return isinstance(keyword.value, ast.Constant) and keyword.value.value in {0, "index", "rows"}
    if call.args:
        first = call.args[0]
        return called_name(call) == "quantile" or (isinstance(first, ast.Constant) and first.value == 0)
    return isinstance(own, ast.Subscript) and _is_name(own.slice)


def _is_name(node: ast.expr) -> bool:
    if isinstance(node, ast.List):
        return bool(node.elts) and all(_is_name(each) for each in node.elts)
    return isinstance(node, ast.Constant) and isinstance(node.value, str)


def _drops_first(call: ast.Call) -> bool:
    return any(k.arg == "drop_first" and getattr(k.value, "value", False) is True for k in call.keywords)
