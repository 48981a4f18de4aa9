"""How the model's answers hold when its features are a little off, or one of them is missing."""

from __future__ import annotations

from typing import Any

from ..as_json import is_a
from ..body import copied
from .rows import at
from .skipping import SkipError, library
from .subject import Subject

MOST_ROWS = 500
MOST_COLUMNS = 40
NOISE = 0.01
"""Standard deviation of the noise, in standard deviations of the feature."""
CONTINUOUS = 20
"""Distinct values from which on numbers are taken for a measurement, which may be a little off."""


def noise(subject: Subject) -> dict[str, Any]:
    """Return ``{"kind", "rows", "columns", "changed"}``: the share of rows whose class changes under noise of one
    hundredth of each feature's spread; for regression the mean change in standard deviations of the answers."""
    numpy = library("numpy")
    way = subject.way
    rows, kind = _rows(subject), way.kind
    before = way.answers(rows)
    noisy, touched = _disturbed(rows, subject.random())
    if not touched:
        raise SkipError("no feature is a measurement, with many different numbers")
    after = way.answers(noisy)
    if kind == "classification":
        changed = float((before != after).mean())
    else:
        spread = float(numpy.std(before.astype(float)))
        changed = float(numpy.abs(before.astype(float) - after.astype(float)).mean()) / spread if spread else 0.0
    return {"kind": kind, "rows": len(before), "columns": touched, "changed": changed}


def _rows(subject: Subject) -> Any:
    rows = subject.way.rows("test" if subject.has("test_features") or subject.has("test_rows") else "train")
    if isinstance(rows, list) or hasattr(rows, "tocsr"):
        raise SkipError("the features are no table and no array of numbers")
    size = rows.shape[0]
    return (
        rows if size <= MOST_ROWS else at(rows, range(MOST_ROWS) if is_a(rows, "torch", "Tensor") else slice(MOST_ROWS))
    )


def _disturbed(rows: Any, random: Any) -> tuple[Any, int]:
    """Return the rows with noise on what are measurements, and how many columns that are."""
    numpy = library("numpy")
    found, touched = copied(rows), 0
    for place, values in _columns(rows):
        numbers = numpy.asarray(values, dtype=float)
        there = numbers[numpy.isfinite(numbers)]
        if len(numpy.unique(there)) < min(CONTINUOUS, len(numbers)) or numpy.all(there == numpy.round(there)):
            continue
        touched += 1
        _put(found, place, numbers + random.normal(0, NOISE * float(numpy.std(there)), len(numbers)))
    return found, touched


def _columns(rows: Any) -> Any:
    """Yield the places and the values of columns of floating-point numbers."""
    if is_a(rows, "pandas", "DataFrame"):
        types = library("pandas").api.types
        for place, name in enumerate(rows.columns):
            if types.is_float_dtype(rows[name]):
                yield place, rows.iloc[:, place].to_numpy(dtype=float, na_value=float("nan"))
    elif is_a(rows, "numpy", "ndarray") and rows.ndim == 2 and rows.dtype.kind == "f":
        for place in range(rows.shape[1]):
            yield place, rows[:, place]
    elif is_a(rows, "torch", "Tensor") and rows.ndim == 2 and rows.is_floating_point():
        for place in range(rows.shape[1]):
            yield place, rows[:, place].detach().cpu().numpy()


def _put(rows: Any, place: int, values: Any) -> None:
    if is_a(rows, "pandas", "DataFrame"):
        rows.isetitem(place, values) if hasattr(rows, "isetitem") else rows.__setitem__(rows.columns[place], values)
    elif is_a(rows, "torch", "Tensor"):
        rows[:, place] = library("torch").as_tensor(values, dtype=rows.dtype)
    else:
        rows[:, place] = values


def missing_value(subject: Subject) -> dict[str, Any]:
    """Return ``{"takes": False}`` where the model refuses a missing value; else ``{"takes", "kind", "rows",
    "columns": [{"column", "changed"}], "score", "base"}``, those that change most first."""
    numpy = library("numpy")
    way = subject.way
    rows, kind = _rows(subject), way.kind
    before = way.answers(rows)
    names = [str(name) for name in rows.columns] if is_a(rows, "pandas", "DataFrame") else None
    found = []
    places = [place for place, _ in _columns(rows)][:MOST_COLUMNS]
    if not places:
        raise SkipError("no feature is a floating-point number, which may be missing")
    for place in places:
        lacking = copied(rows)
        _put(lacking, place, numpy.full(len(before), float("nan")))
        try:
            after = way.answers(lacking)
        except SkipError:
            return {"takes": False}
        if kind == "classification":
            changed = float((before != after).mean())
        else:
            spread = float(numpy.std(before.astype(float))) or 1.0
            difference = numpy.abs(before.astype(float) - after.astype(float))
            changed = float(numpy.nanmean(difference)) / spread if not numpy.isnan(difference).all() else 0.0
        found.append({"column": names[place] if names else f"column {place + 1}", "changed": changed})
    found.sort(key=lambda each: -float(each["changed"]))
    seen = any(numpy.isnan(values).any() for _, values in _columns(rows))
    return {"takes": True, "kind": kind, "rows": len(before), "columns": found[:5], "seen": bool(seen)}
