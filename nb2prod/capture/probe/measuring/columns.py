"""What the columns of the features hold, as the notebook has them before it prepares them."""

from __future__ import annotations

import re
from collections import Counter
from typing import Any

from ..as_json import is_a
from .rows import plain, table, truth
from .skipping import SkipError, library
from .subject import Subject

DATE = re.compile(r"\s*(\d{4}[-/.]\d{1,2}[-/.]\d{1,2}|\d{1,2}[-/.]\d{1,2}[-/.]\d{2,4})([ T]\d{1,2}:\d{2}.*)?\s*")
"""A date in digits, with or without a time."""
ID_NAME = re.compile(r"(^|[_\s.])(id|uuid|guid)$|^(id|uuid|guid)([_\s.]|$)|^unnamed: 0$", re.IGNORECASE)
CAMEL_ID = re.compile(r"[a-z](Id|ID)$")
MOST_CATEGORIES = 50
MOST_TOLD = 20
ELEMENTS = 10
"""Columns from which on those that differ in their numbers only (``pixel_3_7``) are the elements of one thing."""


def features(subject: Subject) -> Any:
    """Return the features of the training rows as a table, before they were prepared where that is known."""
    return table(subject.whole(subject.unprepared("train")))


def constant(subject: Subject) -> list[dict[str, Any]]:
    """Return ``{"column", "value"}`` of those with one value; a column without any is one of them."""
    rows = features(subject)
    found = [name for name in _by_themselves(rows) if _few(rows[name], 1)]
    return [{"column": str(name), "value": plain(rows[name].iloc[0]), "rows": len(rows)} for name in found[:MOST_TOLD]]


def _by_themselves(rows: Any) -> list[Any]:
    """Return the names of the columns but for the elements of an image, a signal or an encoding."""
    stems = [re.sub(r"\d+", "#", str(name)) for name in rows.columns]
    many = {stem for stem, times in Counter(stems).items() if times >= ELEMENTS}
    return [name for name, stem in zip(rows.columns, stems) if stem not in many]  # noqa: B905


def _few(column: Any, most: int) -> bool:
    try:
        return int(column.nunique(dropna=False)) <= most
    except TypeError:  # lists and the like
        return False


def near_constant(subject: Subject) -> list[dict[str, Any]]:
    """Return ``{"column", "value", "share", "others"}`` by the most frequent value; flags of 0 and 1 are left out."""
    rows = features(subject)
    found: list[dict[str, Any]] = []
    for name in _by_themselves(rows):
        column = rows[name]
        if _few(column, 1) or _is_flag(column):
            continue
        try:
            shares = column.value_counts(normalize=True, dropna=False)
        except TypeError:
            continue
        share = float(shares.iloc[0])
        others = round((1 - share) * len(column))
        if share > 0.9:
            found.append({"column": str(name), "value": plain(shares.index[0]), "share": share, "others": others})
    return sorted(found, key=lambda each: -float(each["share"]))[:MOST_TOLD]


def _is_flag(column: Any) -> bool:
    values = set(column.dropna().unique().tolist()[:3]) if _few(column, 3) else {2}
    return values <= {0, 1}


def identifiers(subject: Subject) -> list[dict[str, Any]]:
    """Return ``{"column", "how", "example"}`` of columns with another value in each row that tell rows apart."""
    rows = features(subject)
    if len(rows) < 30:
        raise SkipError("there are too few rows to tell an identifier from chance")
    found = []
    for name in rows.columns:
        column = rows[name]
        how = _identifies(str(name), column)
        if how:
            found.append({"column": str(name), "how": how, "example": plain(column.iloc[0])})
    return found[:MOST_TOLD]


def _identifies(name: str, column: Any) -> str:
    try:
        if column.isna().any() or int(column.nunique()) < len(column):
            return ""
    except TypeError:
        return ""
    named = bool(ID_NAME.search(name) or CAMEL_ID.search(name))
    types = library("pandas").api.types
    if types.is_integer_dtype(column):
        numbers = column.to_numpy()
        dense = int(numbers.max()) - int(numbers.min()) < 2 * len(numbers)
        return "its name says so" if named else "whole numbers counted up" if dense and len(numbers) >= 100 else ""
    if _is_text(column):
        texts = [str(each) for each in column]
        codes = all(not any(letter.isspace() for letter in text) and len(text) <= 64 for text in texts)
        return ("its name says so" if named else "codes, each of which is there once") if codes else ""
    return ""


def _is_text(column: Any) -> bool:
    """Say whether all values that are there are texts."""
    there = column.dropna()
    return len(there) > 0 and not is_a(there.dtype, "pandas", "CategoricalDtype") and _all_text(there)


def _all_text(values: Any) -> bool:
    return all(isinstance(each, str) for each in values.head(2_000))


def missing(subject: Subject) -> dict[str, Any]:
    """Return ``{"rows", "columns": [{"column", "missing"}], "fails": ...}``: which columns of the data lack values, and
    why the inference section cannot answer a row that lacks one, where it cannot."""
    source = table(subject.whole("table")) if subject.has("table") else features(subject)
    counted = {str(name): int(source[name].isna().sum()) for name in source.columns}
    lacking = {name: number for name, number in counted.items() if number}
    if not lacking:
        return {"rows": len(source), "columns": []}
    asking = subject.asking()
    if not asking.is_table and asking.form.kind != "record":
        raise SkipError("requests have no columns by name")
    record = next((each for each in asking.records(5) if isinstance(each, dict)), None)
    if record is None:
        raise SkipError("requests have no columns by name")
    asking.single(record)  # what raises without anything missing is not to be told of here
    found = []
    for name, number in lacking.items():
        if name in record and record[name] is not None:
            found.append({"column": name, "missing": number, "fails": _fails(asking, {**record, name: None})})
    return {"rows": len(source), "columns": found[:MOST_TOLD]}


def _fails(asking: Any, record: dict[str, Any]) -> str:
    try:
        asking.single(record)
    except Exception as error:
        return " ".join(f"{type(error).__name__}: {error}".split())[:120]
    return ""


def mixed(subject: Subject) -> list[dict[str, Any]]:
    """Return ``{"column", "texts", "numbers"}`` of columns that hold both."""
    rows = features(subject)
    found = []
    for name in rows.columns:
        if str(rows[name].dtype) != "object":
            continue
        values = list(rows[name].dropna())
        texts = sum(isinstance(each, str) for each in values)
        numbers = sum(isinstance(each, (int, float)) and not isinstance(each, bool) for each in values)
        if texts and numbers:
            found.append({"column": str(name), "texts": texts, "numbers": numbers})
    return found[:MOST_TOLD]


def dates(subject: Subject) -> list[dict[str, Any]]:
    """Return ``{"column", "example"}`` of columns of texts that are dates."""
    rows = features(subject)
    found = []
    for name in rows.columns:
        if not is_a(rows[name].dtype, "pandas", "CategoricalDtype") and not _is_text(rows[name]):
            continue
        values = [str(each) for each in rows[name].dropna().head(500)]
        if len(values) >= 5 and sum(bool(DATE.fullmatch(each)) for each in values) >= 0.95 * len(values):
            found.append({"column": str(name), "example": values[0][:40]})
    return found[:MOST_TOLD]


def rare(subject: Subject) -> list[dict[str, Any]]:
    """Return ``{"column", "categories": {name: rows}, "of"}`` by columns of texts with few values, rarest first."""
    rows = features(subject)
    if len(rows) < 100:
        raise SkipError("with so few rows every category is rare")
    found = []
    for name in rows.columns:
        column = rows[name]
        if not is_a(column.dtype, "pandas", "CategoricalDtype") and not _is_text(column):
            continue
        counts = column.value_counts()
        counts = counts[counts > 0]
        if 2 <= len(counts) <= min(MOST_CATEGORIES, len(rows) // 20):
            rarest = counts.sort_values(kind="stable").head(5)
            found.append(
                {
                    "column": str(name),
                    "categories": {str(key)[:40]: int(number) for key, number in rarest.items()},
                    "of": len(counts),
                }
            )
    return found[:MOST_TOLD]


def classes(subject: Subject) -> dict[str, Any]:
    """Return ``{"counts": {label: rows}, "rows"}`` of a classification's target, all of its training rows."""
    if subject.kind() != "classification":
        raise SkipError("the model is no classifier")
    target = truth(subject.value("train_target"))
    pandas = library("pandas")
    counts = pandas.Series(target).value_counts()
    if len(counts) > MOST_CATEGORIES:
        raise SkipError("the target has too many values to be classes")
    return {"rows": len(target), "counts": {str(key)[:40]: int(number) for key, number in counts.items()}}
