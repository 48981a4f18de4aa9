"""The rows that training reads are held to the very schema that requests are held to."""

from __future__ import annotations

import csv
import math
from collections.abc import Iterator
from typing import Any

import pytest

from {{ cookiecutter.package }}.files import DATA_DIR
from {{ cookiecutter.package }}.schema import REQUEST, check

from .experiment import texts, watched

pytestmark = pytest.mark.quality

MOST = 2000
"""Rows that are looked at."""


def values() -> Iterator[Any]:
    """Yield the tables in the data files, and what the pipeline's steps are handed."""
    calls, _ = watched()
    pandas = pytest.importorskip("pandas")
    for path in sorted(DATA_DIR.glob("*.csv")):
        with path.open(newline="", encoding="utf-8", errors="replace") as file:
            dialect = csv.Sniffer().sniff(file.read(4096), delimiters=",;\t|")
        yield pandas.read_csv(path, sep=dialect.delimiter, nrows=MOST)
    for each in calls.values():
        for handed in each:
            yield from handed


def records(value: Any) -> list[Any]:
    """Return rows as a client would send them; none where they lack a field."""
    if REQUEST["kind"] == "array":
        shape = REQUEST.get("shape", [])
        fits = list(getattr(value, "shape", ()))[1:] == shape and not hasattr(value, "columns")
        return value[:MOST].tolist() if fits else []
    if not hasattr(value, "columns"):
        return []
    if REQUEST["kind"] == "text":
        found = texts(value)
        return value[found[0]].head(MOST).tolist() if found else []
    places = {str(name): value[name].head(MOST).tolist() for name in value.columns}
    fields = {field["name"]: places.get(field["name"]) for field in REQUEST.get("fields", [])}
    if not fields or None in fields.values():
        return []
    return [
        {name: sent(each) for name, each in zip(fields, row, strict=True)}
        for row in zip(*fields.values(), strict=True)
    ]


def sent(value: Any) -> Any:
    """Return a value as JSON has it."""
    if value is None or type(value).__name__ in ("NaTType", "NAType"):
        return None
    if isinstance(value, float):
        return value if math.isfinite(value) else None
    return value.isoformat() if hasattr(value, "isoformat") else value


def test_training_rows_fit_the_schema() -> None:
    found = next((rows for value in values() if (rows := records(value))), [])
    if not found:
        pytest.skip("the pipeline reads no table that has all fields of a request")
    problems = [f"row {each.record}, {each.field}: {each.message}" for each in check(found)]
    print(f"{len(found)} rows of training, {len(problems)} problems")
    assert not problems, "\n".join(problems[:20])
