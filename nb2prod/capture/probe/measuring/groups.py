"""How the model does on parts of the test rows."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

from ..as_json import is_a
from .comparing import losses
from .rows import table
from .skipping import SkipError, library
from .subject import Subject

FEWEST = 30
MOST_VALUES = 10
MOST_COLUMNS = 50
MOST_TOLD = 12


def slices(subject: Subject) -> dict[str, Any]:
    """Return ``{"kind", "loss", "rows", "count", "slices": [{"column", "value", "rows", "loss", "low"}]}``.

    A slice is the rows with one value of a column that has few, or a quarter of one with many numbers. ``low`` is what
    its loss is above with certainty, all slices considered together (Wilson's bound for classes, the normal one else).
    """
    kind, rows, loss = losses(subject)
    rows = table(rows)
    parts = [
        (str(name), value, inside)
        for name in rows.columns[:MOST_COLUMNS]
        for value, inside in _parts(rows[name])
        if FEWEST <= int(inside.sum()) <= len(loss) * 0.9
    ]
    if not parts:
        raise SkipError(f"no column parts the test rows into groups of at least {FEWEST}")
    sure = _quantile(0.01 / len(parts))
    found: list[dict[str, Any]] = []
    for name, value, inside in parts:
        own = loss[inside]
        low = _low(own, sure, kind)
        found.append({"column": name, "value": value, "rows": len(own), "loss": float(own.mean()), "low": low})
    found.sort(key=lambda each: -float(each["low"]))
    return {
        "kind": kind,
        "loss": float(loss.mean()),
        "rows": len(loss),
        "count": len(parts),
        "slices": found[:MOST_TOLD],
    }


def _parts(column: Any) -> list[tuple[str, Any]]:
    """Return the groups of a column's rows, each with its name."""
    pandas = library("pandas")
    try:
        few = column.nunique() <= MOST_VALUES
    except TypeError:
        return []
    if few:
        values = sorted(column.dropna().unique().tolist(), key=str)
        return [(f"= {str(value)[:40]}", (column == value).to_numpy(dtype=bool, na_value=False)) for value in values]
    if not pandas.api.types.is_numeric_dtype(column):
        return []
    cut = pandas.qcut(column, 4, duplicates="drop")
    return [
        (f"from {each.left:.4g} to {each.right:.4g}", (cut == each).to_numpy(dtype=bool)) for each in cut.cat.categories
    ]


def _low(loss: Any, sure: float, kind: str) -> float:
    size, mean = len(loss), float(loss.mean())
    if kind != "classification":
        return mean - sure * float(loss.std()) / math.sqrt(size)
    middle = mean + sure**2 / (2 * size)
    width = sure * math.sqrt(mean * (1 - mean) / size + sure**2 / (4 * size**2))
    return (middle - width) / (1 + sure**2 / size)


def _quantile(chance: float) -> float:
    from statistics import NormalDist

    return NormalDist().inv_cdf(1 - chance)


def named_groups(subject: Subject) -> list[dict[str, Any]]:
    """Return, for each column that somebody has named, ``{"column", "kind", "groups": [{"value", "rows", "loss",
    "error", "positive"}], "label"}``: ``positive`` is the share of answers that are ``label``, the second of two."""
    names = subject.request.get("groups") or []
    if not names:
        raise SkipError('no group column is named: say `{"nb2prod": {"groups": ["sex"]}}` in the notebook\'s metadata')
    kind, rows, loss = losses(subject)
    answers = subject.way.answers(subject.way.rows("test"))
    if len(answers) != len(loss):
        raise SkipError("some test rows have no target")
    label, chosen = _second(answers) if kind == "classification" else (None, None)
    found = []
    for name, column in _named(subject, rows, names):
        groups = []
        for value in sorted(column.dropna().unique().tolist(), key=str)[:MOST_TOLD]:
            inside = (column == value).to_numpy(dtype=bool, na_value=False)
            if int(inside.sum()) < FEWEST:
                continue
            own = loss[inside]
            error = float(own.std()) / math.sqrt(len(own))
            share = float(chosen[inside].mean()) if chosen is not None else None
            groups.append(
                {
                    "value": str(value)[:40],
                    "rows": len(own),
                    "loss": float(own.mean()),
                    "error": error,
                    "positive": share,
                }
            )
        found.append({"column": name, "kind": kind, "groups": groups, "label": label})
    return found


def _second(answers: Any) -> tuple[str | None, Any]:
    """Return the second of two classes, as scikit-learn orders them, and which answers are of it."""
    classes = sorted(set(answers.tolist()), key=str)
    return (str(classes[1])[:40], answers == classes[1]) if len(classes) == 2 else (None, None)


def _named(subject: Subject, rows: Any, names: Sequence[str]) -> list[tuple[str, Any]]:
    """Return those that are columns: what an export's evaluation is handed beside the rows is named there too."""
    columns, why = [], ""
    for name in names:
        try:
            columns.append((name, _column(subject, rows, name)))
        except SkipError as error:
            why = why or str(error)
    if not columns:
        raise SkipError(why)
    return columns


def _column(subject: Subject, rows: Any, name: str) -> Any:
    """Return a group column of the test rows: from the features, or by their index from the table of the data."""
    if is_a(rows, "pandas", "DataFrame"):
        if name in rows.columns:
            return rows[name]
        if subject.has("table"):
            whole = subject.value("table")
            known = is_a(whole, "pandas", "DataFrame") and name in whole.columns and whole.index.is_unique
            if known and rows.index.isin(whole.index).all():
                return whole.loc[rows.index, name]
    raise SkipError(f"the test rows have no column `{name}`")
