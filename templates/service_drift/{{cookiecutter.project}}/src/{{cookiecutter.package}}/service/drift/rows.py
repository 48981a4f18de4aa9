"""The rows that the model was made of: from the pipeline's data, else those captured at the export."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple

from ...files import parity
from ...schema import check
from .as_sent import SINGLE, as_sent
from .tables import tables

MOST = 20_000
"""Rows of a table that are looked at, from all over it."""
ENOUGH = 0.5
"""Share of the captured rows that must be among a table's, for these to be what is asked about."""
CAPTURED = "records captured at the export"


class Table(NamedTuple):
    """A table that the pipeline has."""

    source: str
    loaded: bool
    """Whether the pipeline hands it on, else it is as it was read from a file."""
    total: int
    records: list[Any]
    """Of up to ``MOST`` rows, those that the schema allows."""


def rows_of_model(parameters: Mapping[str, Any], source: str = "") -> tuple[list[Any], str]:
    """Return rows, and where they are from: the largest table that has the captured rows, or one like it.

    Where none has them, since the data is new, it is the table that the last baseline was made of: ``source``.
    """
    captured = parity("requests.json", [])
    seen = [part for each in tables(parameters) for part in parts(*each)]
    found = [each for each in (table(*part) for part in seen) if each.records]
    believed = [each for each in found if has(each, captured)]
    if not SINGLE and any(each.loaded for each in believed):
        believed += [each for each in found if each.loaded and each not in believed]
    believed = believed or [each for each in found if each.source == source]
    if not believed:
        return captured, CAPTURED
    best = max(believed, key=lambda each: each.total)
    return best.records, best.source


def parts(source: str, loaded: bool, value: Any) -> Iterator[tuple[str, bool, Any]]:
    """Yield a table, or each of its columns where a record is one value."""
    if SINGLE and hasattr(value, "columns"):
        for name in value.columns:
            yield f"{name} in {source}", loaded, value[name]
    else:
        yield source, loaded, value


def table(source: str, loaded: bool, value: Any) -> Table:
    """Return a table with the rows that a client could send."""
    total = len(value) if hasattr(value, "__len__") else 0
    found = as_sent(value, max(1, -(-total // MOST))) if total else []
    odd = {problem.record for problem in check(found)}
    fit = [each for place, each in enumerate(found) if place not in odd]
    return Table(source, loaded, total, fit if len(fit) > len(odd) else [])


def has(found: Table, captured: list[Any]) -> bool:
    """Whether enough of the captured rows are among a table's, of which only some may have been looked at."""
    there = set(map(key, found.records))
    share = sum(key(each) in there for each in captured) / max(len(captured), 1)
    return share >= ENOUGH * len(found.records) / found.total


def key(record: Any) -> Any:
    """Return what is equal for records that are."""
    if isinstance(record, dict):
        return tuple((name, key(value)) for name, value in sorted(record.items()))
    return tuple(map(key, record)) if isinstance(record, list) else record
