"""How well each feature by itself tells the target."""

from __future__ import annotations

from typing import Any

from .rows import at, table
from .skipping import SkipError, library
from .subject import SEED, Subject

MOST_ROWS = 2_000
FEWEST = 60
MOST_COLUMNS = 60
DEPTH = 4
FOLDS = 3


def telltale(subject: Subject) -> dict[str, Any]:
    """Return ``{"metric", "rows", "columns": [{"column", "score"}]}``, the best first, by cross-validation.

    The score is that of a decision tree of depth 4 on the one column (balanced accuracy, or R²); for numbers that of a
    straight line, where it is better.
    """
    rows = table(subject.data("train"))
    target = subject.target("train")
    kind = subject.kind()
    pandas = library("pandas")
    there = (~pandas.isna(target)).nonzero()[0]
    if len(rows) != len(target) or len(there) < FEWEST:
        raise SkipError(f"there are fewer than {FEWEST} training rows with a target")
    if len(there) > MOST_ROWS:
        there = subject.random().choice(there, MOST_ROWS, replace=False)
    rows, target = at(rows, there), target[there]
    if kind == "classification" and pandas.Series(target).value_counts().min() < FOLDS:
        raise SkipError(f"a class has fewer than {FOLDS} rows")
    found: list[dict[str, Any]] = []
    for name in rows.columns[:MOST_COLUMNS]:
        numbers = _as_numbers(rows[name])
        if numbers is not None:
            found.append({"column": str(name), "score": _score(numbers, target, kind)})
    found.sort(key=lambda each: -float(each["score"]))
    return {
        "metric": "balanced accuracy" if kind == "classification" else "R²",
        "rows": len(rows),
        "columns": found[:5],
    }


def _as_numbers(column: Any) -> Any:
    """Return a column as numbers: codes of its values where it has others, few enough to be learnt."""
    pandas = library("pandas")
    if pandas.api.types.is_numeric_dtype(column):
        numbers = column.to_numpy(dtype=float, na_value=float("nan")).copy()
        numbers[~library("numpy").isfinite(numbers)] = -1e12
        return numbers
    try:
        codes, values = pandas.factorize(column, sort=False)
    except TypeError:
        return None
    return codes.astype(float) if len(values) <= len(column) // 4 else None


def _score(numbers: Any, target: Any, kind: str) -> float:
    tree, chosen = library("sklearn.tree"), library("sklearn.model_selection")
    metrics, numpy = library("sklearn.metrics"), library("numpy")
    if numpy.all(numbers == numbers[0]):
        return 0.0
    features = numbers.reshape(-1, 1)
    if kind == "classification":
        folds = chosen.StratifiedKFold(FOLDS, shuffle=True, random_state=SEED)
        one = tree.DecisionTreeClassifier(max_depth=DEPTH, random_state=SEED)
        answers = chosen.cross_val_predict(one, features, target, cv=folds)
        return float(metrics.balanced_accuracy_score(target, answers))
    folds = chosen.KFold(FOLDS, shuffle=True, random_state=SEED)
    one = tree.DecisionTreeRegressor(max_depth=DEPTH, random_state=SEED)
    values = target.astype(float)
    score = float(metrics.r2_score(values, chosen.cross_val_predict(one, features, values, cv=folds)))
    line = numpy.corrcoef(numbers, values)[0, 1] ** 2
    return max(score, float(line)) if numpy.isfinite(line) else score
