"""Training rows against test rows, column by column."""

from __future__ import annotations

import math
from typing import Any

from .rows import table
from .skipping import SkipError, library
from .subject import Subject

BINS = 20
FEWEST = 50
MOST_VALUES = 30
MOST_TOLD = 10


def shifted(subject: Subject) -> dict[str, Any]:
    """Return ``{"columns": how many were held against each other, "found": [...]}``.

    Of each column: ``distance`` (Kolmogorov and Smirnov's for numbers, total variation for categories), the ``bound``
    that chance alone stays below with probability 1 - 0.001 over all columns together, and the two distributions.
    """
    train, test = table(subject.data("train")), table(subject.data("test"))
    if min(len(train), len(test)) < FEWEST:
        raise SkipError(f"there are fewer than {FEWEST} rows on one side")
    shared = [name for name in train.columns if name in test.columns]
    if not shared:
        raise SkipError("training and test rows have no column in common")
    found = []
    for name in shared:
        one = _compared(train[name], test[name], 0.001 / len(shared))
        if one and one["distance"] > one["bound"]:
            found.append({"column": str(name), **one})
    found.sort(key=lambda each: -float(each["distance"]))
    return {"columns": len(shared), "found": found[:MOST_TOLD], "train": len(train), "test": len(test)}


def _compared(train: Any, test: Any, chance: float) -> dict[str, Any] | None:
    types = library("pandas").api.types
    numbers = types.is_numeric_dtype(train) and types.is_numeric_dtype(test)
    if types.is_datetime64_any_dtype(train):
        return None  # a split by time is meant
    if types.is_integer_dtype(train) and train.is_unique:
        return None  # numbers of rows
    train, test = train.dropna(), test.dropna()
    if min(len(train), len(test)) < FEWEST:
        return None
    try:
        few = train.nunique() <= MOST_VALUES
    except TypeError:
        return None
    if numbers and not types.is_bool_dtype(train) and not few:
        return _numbers(train.to_numpy(dtype=float), test.to_numpy(dtype=float), chance)
    return _categories(train, test, chance) if few else None


def _numbers(train: Any, test: Any, chance: float) -> dict[str, Any] | None:
    """Hold two samples of numbers against each other; the bound is Smirnov's, for large samples."""
    numpy = library("numpy")
    train, test = train[numpy.isfinite(train)], test[numpy.isfinite(test)]
    if min(len(train), len(test)) < FEWEST:
        return None
    values = numpy.sort(numpy.concatenate([train, test]))
    one = numpy.searchsorted(numpy.sort(train), values, side="right") / len(train)
    other = numpy.searchsorted(numpy.sort(test), values, side="right") / len(test)
    size = len(train) * len(test) / (len(train) + len(test))
    low, high = numpy.quantile(values, [0.005, 0.995])
    edges = numpy.linspace(low, high if high > low else low + 1, BINS + 1)
    return {
        "kind": "numbers",
        "distance": float(numpy.abs(one - other).max()),
        "bound": math.sqrt(-math.log(chance / 2) / 2 / size),
        "edges": [float(edge) for edge in edges],
        "train": _shares(numpy.clip(train, low, edges[-1]), edges),
        "test": _shares(numpy.clip(test, low, edges[-1]), edges),
    }


def _shares(values: Any, edges: Any) -> list[float]:
    counts = library("numpy").histogram(values, edges)[0]
    return [float(count) / len(values) for count in counts]


def _categories(train: Any, test: Any, chance: float) -> dict[str, Any]:
    """Hold two samples of categories against each other; the bound is by McDiarmid's inequality on top of the
    expectation, which is at most half of the sum of sqrt(p (1/n + 1/m)) over the categories."""
    one, other = train.value_counts(normalize=True), test.value_counts(normalize=True)
    labels = sorted({*one.index[one > 0], *other.index[other > 0]}, key=str)
    pairs = [(float(one.get(label, 0.0)), float(other.get(label, 0.0))) for label in labels]
    pooled = [(a * len(train) + b * len(test)) / (len(train) + len(test)) for a, b in pairs]
    inverse = 1 / len(train) + 1 / len(test)
    expected = sum(math.sqrt(share * inverse) for share in pooled) / 2
    shown = pairs[:MOST_VALUES]
    return {
        "kind": "categories",
        "distance": sum(abs(a - b) for a, b in pairs) / 2,
        "bound": expected + math.sqrt(-math.log(chance) * inverse / 2),
        "labels": [str(label)[:40] for label in labels[:MOST_VALUES]],
        "train": [a for a, _ in shown],
        "test": [b for _, b in shown],
    }
