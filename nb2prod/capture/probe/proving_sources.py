"""Rows that may be sent: what the model is given for them is what the notebook itself gave it."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable
from typing import Any

from .as_json import is_a
from .forms import spread, texts
from .same_rows import is_single, rough, rows_of, same

ANSWERING = frozenset(
    {
        "predict", "predict_proba", "predict_log_proba", "decision_function", "score_samples", "predict_classes",
        "inplace_predict", "predict_on_batch", "get_prediction", "classify", "kneighbors", "_call_impl",
    }
)  # fmt: skip
"""Methods by which models answer; the last is how torch calls its modules."""
SINGLES = 20
"""How many rows of a source are tried."""
MOST_ROWS = 200_000
"""How many rows that the notebook asked about are looked through."""
SECONDS = 20.0
"""What trying sources may take; those not tried by then count as not proven."""


def given_to_model(run: Callable[[], Any]) -> list[Any] | None:
    """Return the rows that the first model asked while ``run`` runs is given; ``None`` where none was seen."""
    seen: list[Any] = []

    def look(frame: Any, event: str, _: Any) -> None:
        if event != "call" or seen or frame.f_code.co_name not in ANSWERING:
            return
        names = frame.f_code.co_varnames
        if names[:1] != ("self",) or len(names) < 2:
            return
        given = frame.f_locals.get(names[1])
        if not frame.f_code.co_argcount > 1:  # *args
            given = given[0] if given else None
        try:
            seen.append(rows_of(given))
        except Exception:
            return

    before = sys.getprofile()
    sys.setprofile(look)
    try:
        run()
    finally:
        sys.setprofile(before)
    return seen[0] if seen else None


class ModelRows:
    """The rows that the notebook itself gave the model, in fitting it or asking it."""

    def __init__(self, values: list[Any]) -> None:
        self.buckets: dict[Any, list[Any]] = {}
        self.single = any(is_single(value) for value in values)
        for value in values:
            for row in _rows(value):
                self.buckets.setdefault(rough(row), []).append(row)

    def __bool__(self) -> bool:
        """Say whether any are known."""
        return bool(self.buckets)

    def has(self, row: Any) -> bool:
        """Say whether ``row`` is one of them."""
        return any(same(row, other, self.single) for other in self.buckets.get(rough(row), ()))


class Judge:
    """Says of rows that are there whether a client could have sent them.

    Rows of the form of the request may have been prepared already, so that the request's own preparation would be
    done to them a second time. They are proven where the model is given for them what the notebook gave it itself.
    """

    def __init__(self, wanted: dict[str, Any], namespace: dict[str, Any], own: Any, ask: Callable[[Any], Any]) -> None:
        self.judged = wanted.get("judged", False)
        self.raw = set(wanted.get("raw", ()))
        self.picked = set(wanted.get("picked", ()))
        self.unsure: set[str] = set()
        self.own = own
        self.ask = ask
        self.deadline = time.monotonic() + SECONDS
        if self.judged:
            self.known = ModelRows([namespace[name] for name in wanted["asked"] if name in namespace])
            self.seen = given_to_model(lambda: ask(own))
            self.direct = is_handed_on(own, self.seen)

    def ordered(self, sources: list[tuple[str, Any]]) -> list[tuple[str, Any]]:
        """Return the sources: those of which the request is a part, then raw ones where it is prepared on its way."""
        if not self.judged:
            return sources
        columns = [(name, column) for name, value in sources for column in self._columns(name, value)]
        return sorted(
            columns, key=lambda source: (source[0] not in self.picked, (source[0] in self.raw) == self.direct)
        )

    def _columns(self, name: str, value: Any) -> list[Any]:
        """Return each column of texts where a text is asked about and there is more than one in a table as it was read:
        the one that has the request's own text is it; where none has, only trying tells."""
        if name not in self.raw or not isinstance(self.own, str) or not is_a(value, "pandas", "DataFrame"):
            return [value]
        found = [column for place in range(value.shape[1]) if (column := texts(value.iloc[:, place]))]
        holding = [column for column in found if self.own in column]
        if holding:
            self.picked.add(name)
            return holding[:1]
        if len(found) > 1:
            self.unsure.add(name)
        return found or [value]

    def proves(self, name: str, records: list[Any], ask: Callable[[Any], Any]) -> bool:
        """Say whether at least half of some records become rows that the notebook gave its model, or are as it picked
        its own."""
        if not self.judged or name in self.picked:
            return True
        if not self.known or self.seen is None:
            return False
        tried = [records[place] for place in spread(len(records), SINGLES)]
        return 2 * sum(self._becomes_known(record, ask) for record in tried) >= len(tried)

    def _becomes_known(self, record: Any, ask: Callable[[Any], Any]) -> bool:
        if time.monotonic() > self.deadline:
            return False
        try:
            given = given_to_model(lambda: ask(record))
        except Exception:
            return False
        return given is not None and len(given) > 0 and self.known.has(given[0])

    def allows(self, name: str) -> bool:
        """Say whether a source will do where none is proven."""
        if name in self.raw:
            return not self.direct and name not in self.unsure
        # what the model is asked just as it is may be drawn from what is prepared, unless that is known not to be it
        return not self.known and self.direct


def _rows(value: Any) -> list[Any]:
    try:
        return (rows_of(value) or [])[:MOST_ROWS]
    except Exception:
        return []


def is_handed_on(record: Any, given: list[Any] | None) -> bool:
    """Say whether the model is given a record just as it was sent."""
    if not given or len(given) != 1:
        return False
    sent = list(record.values()) if isinstance(record, dict) else record
    return same(sent, given[0])
