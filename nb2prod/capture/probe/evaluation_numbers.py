"""What evaluation made goes in; the numbers in it come out, each with a name and the expression that gives it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from .as_json import is_a, to_json

DEPTH = 5
ROWS = 20
"""How many rows a table of results may have, and how many numbers an array of scores."""
COLUMNS = 12
CLASSES = 4
"""How many classes a confusion matrix may be of."""
CONFUSION = frozenset({"confusion", "conf", "cm", "confmat"})
MEASURES = frozenset(
    {
    "acc", "accuracy", "accuracies", "auc", "bleu", "error", "errors", "f1", "f2", "iou", "jaccard", "kappa",
    "loss", "losses", "mae", "mape", "mcc", "mse", "msle", "precision", "r2", "recall", "rmse", "rmsle", "roc",
    "score", "scores", "sensitivity", "smape", "specificity",
    }
)  # fmt: skip
"""Words by which people call what they measure."""
WORD = re.compile(r"[A-Z]+(?![a-z])\d*|[A-Z]?[a-z]+\d*")


def measures(name: str, value: Any) -> Iterator[tuple[str, str, float]]:
    """Yield (name, expression, number) for each number in ``value``, the variable ``name``: itself, the entries of a
    dict, the cells of a table of results or of a confusion matrix, the mean of an array of scores."""
    if is_a(value, "pandas", "DataFrame"):
        yield from _table(name, value)
    elif is_a(value, "pandas", "Series"):
        yield from _series(name, value)
    elif is_a(value, "numpy", "ndarray") and value.ndim == 1:
        yield from _scores(name, value)
    elif is_a(value, "numpy", "ndarray") and value.ndim == 2:
        yield from _matrix(name, value)
    else:
        yield from _entries(name, name, value, 0)


def _entries(name: str, text: str, value: Any, depth: int) -> Iterator[tuple[str, str, float]]:
    if isinstance(value, dict):
        for key, item in value.items() if depth < DEPTH else ():
            plain = key.item() if is_a(key, "numpy", "generic") else key
            if type(plain) in (str, int, float, bool):
                yield from _entries(f"{name}.{plain}", f"{text}[{plain!r}]", item, depth + 1)
        return
    found = number(value)
    if found is not None:
        yield name, text, found


def number(value: Any) -> float | None:
    """Return a number of Python's, NumPy's or PyTorch's, NaN and infinity too; ``None`` for anything else."""
    zero_dimensional = is_a(value, "numpy", "ndarray") and value.ndim == 0
    zero_dimensional = zero_dimensional or (is_a(value, "torch", "Tensor") and value.dim() == 0)
    if not (zero_dimensional or is_a(value, "numpy", "integer", "floating") or type(value) in (int, float)):
        return None
    result = to_json(value)
    if result is None:  # it is a number, which JSON has no word for
        return float(value)
    return result if isinstance(result, (int, float)) and not isinstance(result, bool) else None


def _scores(name: str, value: Any) -> Iterator[tuple[str, str, float]]:
    if 1 < len(value) <= ROWS and value.dtype.kind == "f" and is_measure(name):
        mean = number(value.mean())
        if mean is not None:
            yield f"{name}.mean_{name}", f"{name}.mean()", mean


def _matrix(name: str, value: Any) -> Iterator[tuple[str, str, float]]:
    """Yield the cells of a confusion matrix of a few classes, row and column behind the name."""
    words = {word.lower() for word in WORD.findall(name)}
    if len(set(value.shape)) == 1 and 1 < len(value) <= CLASSES and value.dtype.kind in "iuf" and words & CONFUSION:
        called = name.removesuffix("_value")  # which it got because its own name is a function's
        for row in range(len(value)):
            for column in range(len(value)):
                yield f"{name}.{called}_{row}_{column}", f"{name}[{row}, {column}]", float(value[row, column])


def _series(name: str, value: Any) -> Iterator[tuple[str, str, float]]:
    labels = list(value.index)
    if _are_names(labels) and any(is_measure(label) for label in [*labels, name]):
        for label in labels:
            found = number(value[label])
            if found is not None:
                yield f"{name}.{label}", f"{name}[{label!r}]", found


def _table(name: str, value: Any) -> Iterator[tuple[str, str, float]]:
    """Yield the columns that are called like a measure, by the rows' names; all of them where the rows are."""
    labels = list(value.columns)
    if not (_are_names(labels) and len(labels) <= COLUMNS and 0 < len(value) <= ROWS):
        return
    text, rows = name, list(value.index)
    names = [label for label in labels if _are_names(value[label].tolist())]
    if not _are_names(rows) and len(value) > 1 and names:
        text, rows = f"{name}.set_index({names[0]!r})", value[names[0]].tolist()
    measured = [label for label in labels if is_measure(label)]
    if _are_names(rows):
        wanted = [label for label in labels if label not in names] if any(map(is_measure, rows)) else measured
        for place, row in enumerate(rows):
            for label in wanted:
                found = number(value[label].iloc[place])
                if found is not None:
                    yield f"{name}.{row}.{label}", f"{text}.loc[{row!r}, {label!r}]", found
    elif len(value) == 1:
        for label in measured:
            found = number(value[label].iloc[0])
            if found is not None:
                yield f"{name}.{label}", f"{name}[{label!r}].iloc[0]", found


def is_measure(name: str) -> bool:
    """Return whether a name speaks of a measure: ``Test Accuracy``, ``cv_scores``, ``MeanAbsoluteError``."""
    return any(word.lower() in MEASURES for word in WORD.findall(name))


def _are_names(labels: list[Any]) -> bool:
    return all(isinstance(label, str) for label in labels) and 0 < len(set(labels)) == len(labels) <= max(ROWS, COLUMNS)


def of_report(value: Any) -> Any:
    """Return what a classification report, as a dict, says of all classes together."""
    kept = {key: item for key, item in value.items() if key == "accuracy" or key.endswith(" avg")}
    return {
        key: {name: each for name, each in item.items() if name != "support"} if isinstance(item, dict) else item
        for key, item in kept.items()
    }
