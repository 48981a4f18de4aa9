"""Raw rows and what prepares them go in; the columns that it can do without come out."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any

from .as_json import is_a
from .same_rows import difference, plain

SECONDS = 30.0
"""What trying to do without columns may take; those not tried by then are asked for."""

FEW = 3
"""How many values a column takes, one after the other, to show that none of them matters."""

SECONDS_FOR_UNREAD = 10.0
"""What asking the model without one column after the other may take."""


def unused_columns(rows: Any, prepare: Callable[[Any], Any]) -> tuple[list[Any], list[Any]]:
    """Return the labels of columns whose values do not matter for what is prepared: those that may be missing, and
    those that have to be there, empty, because others are counted from them or they are named and dropped again."""
    if not is_a(rows, "pandas", "DataFrame") or not rows.columns.is_unique:
        return [], []
    deadline = time.monotonic() + SECONDS
    wanted = [(rows, prepare(rows))]
    missing = _most(wanted, lambda table, labels: prepare(table.drop(columns=labels)), deadline)
    layout = [label for label in rows.columns if label not in missing]
    if not all(isinstance(label, (str, int)) for label in layout):
        return missing, []

    def emptied(table: Any, labels: list[Any]) -> Any:
        return prepare(table.drop(columns=labels).reindex(columns=layout))

    wanted = [(rows[layout], wanted[0][1])]
    if not _most(wanted, emptied, deadline):
        return missing, []
    # a column may matter only where another has no value
    return missing, _most([*wanted, *_with_gaps(rows[layout], prepare)], emptied, deadline)


def columns_to_fill(
    rows: Any, prepare: Callable[[Any], Any], candidates: list[str], emptied: list[Any]
) -> dict[str, Any]:
    """Return those of ``candidates`` whose values do not matter for what is prepared, as of a table that is encoded or
    scaled as a whole, with a value for each to be filled in: there has to be one that training knew.

    Each has to take several values among the rows, and to give the same with every one of a few of them in all rows.
    ``emptied`` are columns that are there without values.
    """
    if not is_a(rows, "pandas", "DataFrame") or not rows.columns.is_unique:
        return {}
    wanted = prepare(rows)
    laid_out = rows.drop(columns=emptied).reindex(columns=rows.columns)
    deadline = time.monotonic() + SECONDS
    found: dict[str, list[Any]] = {}
    for label in candidates:
        values = _few_of(rows[label])
        if len(values) < 2:
            continue
        tried = {**found, label: values}
        filled = ({c: known[turn % len(known)] for c, known in tried.items()} for turn in range(len(values)))
        try:
            differs = any(difference(prepare(laid_out.assign(**each)), wanted) for each in filled)
        except Exception:
            continue
        if not differs and time.monotonic() < deadline:
            found = tried
    return {label: values[0] for label, values in found.items()}


def _few_of(column: Any) -> list[Any]:
    """Return a few values of a column that a file can spell out, the most frequent first."""
    counted = column.value_counts()
    values = plain([*counted.index[:FEW], *counted.index[-1:]])
    return list(dict.fromkeys(values)) if column.dtype.kind in "biufOUT" and len(counted) else []


def unread_columns(rows: Any, ask: Callable[[Any], Any]) -> list[Any]:
    """Return the labels of columns that may be missing from prepared rows, which get the same answers all the same."""
    deadline = time.monotonic() + SECONDS_FOR_UNREAD
    return _most([(rows, ask(rows))], lambda table, labels: ask(table.drop(columns=labels)), deadline)


def _with_gaps(rows: Any, prepare: Callable[[Any], Any]) -> list[tuple[Any, Any]]:
    """Return the rows without the values of one column after the other, and what is prepared of them if anything."""
    found = []
    for label in rows.columns:
        table = rows.drop(columns=[label]).reindex(columns=rows.columns)
        try:
            found.append((table, prepare(table)))
        except Exception:
            continue
    return found


def _most(wanted: list[tuple[Any, Any]], without: Callable[[Any, list[Any]], Any], deadline: float) -> list[Any]:
    """Return labels, as many as can be found, without which all of them together the same is prepared."""

    def can_do_without(chosen: list[Any]) -> bool:
        try:
            return time.monotonic() < deadline and not any(
                difference(without(table, chosen), prepared) for table, prepared in wanted
            )
        except Exception:
            return False

    labels = list(wanted[0][0].columns)
    alone = [label for label in labels if can_do_without([label])]
    if len(alone) == len(labels):
        alone = alone[1:]
    if not alone or can_do_without(alone):
        return alone
    together: list[Any] = []
    for label in alone:
        if can_do_without([*together, label]):
            together.append(label)
    return together
