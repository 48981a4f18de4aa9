"""Raw rows and what prepares them go in; the columns that it can do without come out."""

# zip(strict=True) came with Python 3.10; the probe runs from 3.8 on.
from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any

from .as_json import is_a, loaded
from .forms import spread
from .same_rows import Unprepared, difference, each_prepared, fresh, is_single, length, plain, same, take

SECONDS = 30.0
"""What trying to do without columns may take; those not tried by then are asked for."""

FEW = 3
"""How many values a column takes, one after the other, to show that none of them matters."""

ROWS_FOR_COLUMNS = 500
"""How many more rows have a say in which columns matter."""

ROWS_TO_HOLD, CELLS_TO_HOLD = 10_000, 1_000_000
"""How many rows, and values in what is prepared of them, the columns found are held against at last."""

SECONDS_FOR_HOLDING = 10.0
TURNS = 3
"""How often rows are added that show that a column matters after all."""

SECONDS_FOR_UNREAD = 10.0
"""What asking the model without one column after the other may take."""


class NotSent:
    """The columns that a client does not send: those that may be missing, those that have to be there without values,
    and those that have to be there with a value, whatever it is."""

    def __init__(self, missing: list[Any], emptied: list[Any], filled: dict[str, Any]) -> None:
        self.missing = missing
        self.emptied = emptied
        self.filled = filled

    @property
    def labels(self) -> list[Any]:
        """All of them."""
        return [*self.missing, *self.emptied, *self.filled]

    def layout(self, columns: Any) -> list[Any]:
        """Return the columns that have to be there, none where those that are sent will do."""
        return [c for c in columns if c not in self.missing] if self.emptied or self.filled else []

    def without(self, rows: Any) -> Any:
        """Return rows as they are prepared where these columns are not sent."""
        sent, layout = rows.drop(columns=self.labels), self.layout(rows.columns)
        return sent.reindex(columns=layout).assign(**self.filled) if layout else sent


def columns_not_sent(rows: Any, raw: Any, prepare: Callable[[Any], Any], targets: list[Any]) -> NotSent:
    """Return the columns of the table ``raw`` whose values do not matter for what is prepared of its rows, the ones
    given and any others; ``targets`` are those that may be filled in."""
    nothing = NotSent([], [], {})
    if not is_a(raw, "pandas", "DataFrame") or not raw.columns.is_unique:
        return nothing
    own = prepare(rows)
    width = max(1, *getattr(own, "shape", ())[1:])
    held = fresh(take(raw, spread(length(raw), min(ROWS_TO_HOLD, max(ROWS_FOR_COLUMNS, CELLS_TO_HOLD // width)))))
    wanted = each_prepared(held, prepare, SECONDS_FOR_HOLDING)
    known = [place for place, row in enumerate(wanted) if not isinstance(row, Unprepared)]
    held, wanted = take(held, known), [wanted[place] for place in known]
    seen = _joined(rows, held, spread(len(known), ROWS_FOR_COLUMNS))
    single = is_single(own)
    for _ in range(TURNS):
        missing, emptied = unused_columns(seen, prepare)
        others = [label for label in targets if label not in (*missing, *emptied)]
        found = NotSent(missing, emptied, columns_to_fill(seen.drop(columns=missing), prepare, others, emptied))
        if not found.labels:
            return found
        made = each_prepared(found.without(held), prepare, SECONDS_FOR_HOLDING)
        telling = [place for place, row in enumerate(made) if not same(row, wanted[place], single)]
        if not telling:
            return found
        seen = _joined(seen, held, [telling[at] for at in spread(len(telling), ROWS_FOR_COLUMNS)])
    return nothing


def _joined(rows: Any, more: Any, places: list[int]) -> Any:
    return fresh(loaded("pandas").concat([rows, take(more, places)])) if places else rows


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
    wanted = [(rows, prepare(rows)), *(_with_gaps(rows, prepare) if candidates else ())]
    laid_out = [(table.drop(columns=emptied).reindex(columns=rows.columns), prepared) for table, prepared in wanted]

    def differs(filled: dict[str, Any], among: list[tuple[Any, Any]]) -> bool:
        return any(difference(prepare(table.assign(**filled)), prepared) for table, prepared in among)

    deadline = time.monotonic() + SECONDS
    found: dict[str, list[Any]] = {}
    for label in candidates:
        try:
            values = _few_of(rows[label])
            tried = {**found, label: values}
            filled = [{c: known[turn % len(known)] for c, known in tried.items()} for turn in range(len(values))]
            # a column may matter only where another has no value
            matters = any(differs(each, laid_out[:1]) for each in filled) or differs(filled[0], laid_out[1:])
        except Exception:
            continue
        if len(values) > 1 and not matters and time.monotonic() < deadline:
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
