"""Rows counted: how many there are, which are there twice, and which are in training and test data."""

from __future__ import annotations

from collections import Counter
from typing import Any

from ..as_json import is_a
from .rows import count, keys
from .skipping import SkipError, library
from .subject import Subject

MANY = 1_000
"""Values of a column that is a measurement."""


def sizes(subject: Subject) -> dict[str, Any]:
    """Return ``{"train", "test", "columns", "score"}``: numbers of rows and of columns, and the test score."""
    train, test = (_part(subject, which) for which in ("train", "test"))
    found: dict[str, Any] = {"train": subject.size(train)}
    found["test"] = subject.size(test) if subject.has(test) else None
    shape = getattr(subject.value(train), "shape", (0, 1))
    found["columns"] = int(shape[1]) if len(shape) == 2 else 1
    found["score"] = None
    if found["test"]:
        try:
            if subject.kind() == "classification":
                features, target = subject.pair("test")
                found["score"] = float((subject.way.answers(features) == target).mean())
        except SkipError:
            pass
    return found


def _part(subject: Subject, which: str) -> str:
    """Return the part that has the features; the rows before they were prepared where nobody has named it."""
    return f"{which}_features" if subject.has(f"{which}_features") else subject.unprepared(which)


def duplicate_rows(subject: Subject) -> dict[str, Any]:
    """Return ``{"rows", "repeated", "distinctive"}`` of the table of the data, or of the training rows."""
    part = "table" if subject.has("table") else "train_rows" if subject.has("train_rows") else "train_features"
    rows = subject.whole(part)
    counted = Counter(keys(rows))
    size = count(rows)
    return {
        "name": subject.request[part],
        "rows": size,
        "repeated": size - len(counted),
        "distinctive": distinctive(rows),
    }


def shared_rows(subject: Subject) -> dict[str, Any]:
    """Return ``{"train", "test", "shared", "repeated", "distinctive"}``: ``shared`` of the test rows are among the
    training rows, and ``repeated`` of the training rows are there more than once."""
    train, test = subject.whole(subject.unprepared("train")), subject.whole(subject.unprepared("test"))
    known = Counter(keys(train))
    looked = keys(test)
    return {
        "train": count(train),
        "test": count(test),
        "shared": sum(1 for key in looked if key in known),
        "repeated": sum(number - 1 for number in known.values()),
        "distinctive": distinctive(train),
    }


def distinctive(rows: Any) -> bool:
    """Say whether two different things would hardly give the same row: one of its columns has many values, as a
    measurement or a text has and a handful of categories has not. Half as many as there are distinct rows will do, or
    three such columns with a thousand."""
    size = len(set(keys(rows)))
    if size < 2:
        return False
    if is_a(rows, "pandas", "DataFrame"):
        counts = sorted((_distinct(rows.iloc[:, place]) for place in range(rows.shape[1])), reverse=True)
        return counts[0] * 2 >= size or (len(counts) >= 3 and counts[2] >= MANY)
    if is_a(rows, "numpy", "ndarray") and rows.ndim == 2:
        numpy = library("numpy")
        return any(len(numpy.unique(column.astype(str))) * 2 >= size for column in rows.T[:50])
    return bool(is_a(rows, "pandas", "Series") or isinstance(rows, (list, tuple)) or getattr(rows, "ndim", 0) == 1) or (
        hasattr(rows, "tocsr")
    )


def _distinct(column: Any) -> int:
    try:
        return int(column.nunique())
    except TypeError:
        return 0
