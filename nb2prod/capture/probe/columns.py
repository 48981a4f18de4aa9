"""Raw rows and what prepares them go in; the columns that it can do without come out."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any

from .as_json import is_a
from .same_rows import difference

SECONDS = 30.0
"""What trying to do without columns may take; those not tried by then are asked for."""

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
