"""The way from raw rows to the answer goes in; it comes out proven on the notebook's own rows, or why it is not."""

# ruff: noqa: B905
# zip(strict=True) came with Python 3.10; the probe runs from 3.8 on.
from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

from .answers import Interview
from .as_json import alike, is_a, to_json
from .body import Body, copied, nothing_happened
from .columns import columns_not_sent
from .cutting import split
from .describing import column_field
from .forms import spread
from .rebuilding import UnfitError
from .same_rows import (
    difference,
    differing_columns,
    each_prepared,
    fresh,
    is_single,
    length,
    look_up,
    rows_of,
    same,
    take,
)
from .taking import UnsafeToTakeError, taken
from .undecided import told

SECONDS_FOR_LOOKING = 60.0
"""What preparing the whole raw table to look rows up in it may take."""
SOURCES = 3
"""How many variables are looked through for more prepared rows of the notebook's own."""
TRIED_WITH_NULL = 3
ROWS_TO_TRY = 5
"""How many rows of another table are prepared to see whether it is one of the kind."""


DEFINITIONS = "<nb2prod preparation>"
"""The file that tracebacks name for what is defined here."""


class StandsInTheWayError(Exception):
    """Raw rows cannot be served; the message says why."""

    def __init__(self, why: str, line: int = 0, columns: list[str] | None = None) -> None:
        super().__init__(why)
        self.line = line
        self.columns = columns or []


class RawRows:
    """What is taken while the notebook runs, and what comes of it."""

    def __init__(self, wanted: dict[str, Any], namespace: dict[str, Any]) -> None:
        self.wanted = wanted
        self.namespace = namespace
        self.failures: dict[str, str] = {}
        self.result: dict[str, Any] | None = None
        self.layout: list[Any] = []
        self.filled: dict[str, Any] = {}
        self.table = ""

    def take(self, number: int) -> None:
        """Take the value of a moment, right now."""
        moment = self.wanted["moments"][number]
        name = moment["name"]
        try:
            self.namespace[name] = taken(moment["expression"], self.namespace)
            self.failures.pop(name, None)
        except UnsafeToTakeError as error:
            self.failures[name] = str(error)
        except Exception as error:
            self.failures[name] = f"{type(error).__name__}: {str(error)[:200]}"

    def prove(self, original: dict[str, Any]) -> None:
        """Find the raw rows of the request ``original`` and ask them instead; ``result`` is a ``RawRows`` then."""
        problems: list[str] = []
        answers: dict[str, Any] | None = None
        why = ""
        unused: list[str] = []
        line, columns = 0, []
        try:
            self._refuse_missing()
            with nothing_happened(self.namespace):
                answers, unused = self._answers(original, problems)
        except StandsInTheWayError as error:
            why, line, columns = str(error), error.line, error.columns
        except UnfitError as error:
            why = str(error)
        except Exception as error:
            why = f"asking raw rows raised {type(error).__name__}: {str(error)[:300]}"
            line = line_of(error)
        found = {"answers": answers, "why": why, "unused": unused, "layout": self.layout, "problems": problems}
        self.result = {**found, "filled": self.filled, "table": self.table, "line": line, "columns": columns}

    def _refuse_missing(self) -> None:
        for moment in self.wanted["moments"]:
            if moment["name"] not in self.namespace and moment["name"] not in self.wanted["others"]:
                why = self.failures.get(moment["name"], "its statement was not run")
                raise StandsInTheWayError(f"`{moment['expression']}` could not be taken from the run: {why}")

    def _answers(self, original: dict[str, Any], problems: list[str]) -> tuple[dict[str, Any], list[str]]:
        inference = self.wanted["inference"]
        exec(compile(self.wanted["definitions"], DEFINITIONS, "exec", dont_inherit=True), self.namespace)
        code = compile(self.wanted["prepare"], "<nb2prod request>", "eval", dont_inherit=True)
        request = inference["inputs"][0]

        asking = Own(original, self.namespace)
        own, others = asking.parts()
        unread = asking.interview.unread({asking.name: own.rows})

        def prepare(rows: Any) -> Any:
            return read(eval(code, self.namespace, {request: copied(rows)}))

        def read(rows: Any) -> Any:
            return rows.drop(columns=unread, errors="ignore") if unread else rows

        own.rows = read(own.rows)
        if others is not None:
            others.rows = read(others.rows)
        search, found = self._table_of(own, prepare)
        raw = search.raw
        more = search.of_some(others) if others is not None else []
        places = [*found, *(place for place, _ in more)]
        expected = [*own.answers, *(others.answers[at] for _, at in more if others is not None)]
        rows = fresh(take(raw, places))
        _refuse_difference(prepare(rows), own, others, [at for _, at in more])
        not_sent = columns_not_sent(rows, raw, prepare, _labels(raw, self.wanted["targets"]))
        if not_sent.labels:
            self._lay_out(not_sent.layout(raw.columns), not_sent.filled)
            raw, rows = raw.drop(columns=not_sent.labels), rows.drop(columns=not_sent.labels)
        count = len(found)
        interview = RawInterview(inference, self.namespace, problems, raw)
        interview.own = take(rows, range(count))
        interview.others = take(rows, range(count, len(places))) if more else None
        answers = interview.hold()
        others_said = [problem for problem in problems if problem != told(interview.left_out)]
        if answers is None or (others_said and not interview.cut_short):
            raise StandsInTheWayError(others_said[0] if others_said else "the raw rows got no answer")
        _refuse_other_answers(answers, rows, expected, interview)
        problems[:] = [*others_said, *([told(interview.left_out)] if interview.left_out else [])]
        return answers, [str(label) for label in not_sent.labels]

    def _table_of(self, own: Part, prepare: Callable[[Any], Any]) -> tuple[Search, list[int]]:
        """Return the raw table that the notebook's own rows were made from, and their places in it."""
        raw = self.namespace[self.wanted["moments"][0]["name"]]
        search = Search(raw, prepare)
        try:
            return search, search.of_all(own.rows)
        except StandsInTheWayError as error:
            for name in self.wanted["others"]:
                other = self.namespace.get(name)
                if not _is_of_the_kind(raw, other, prepare):
                    continue
                search = Search(other, prepare)
                try:
                    found = search.of_all(own.rows)
                except StandsInTheWayError:
                    continue
                self.table = name
                return search, found
            raise error

    def _lay_out(self, layout: list[Any], filled: dict[str, Any]) -> None:
        """Give what prepares rows all columns of ``layout``, empty or ``filled`` where they are not sent."""
        if not layout:
            return
        self.layout, self.filled = layout, filled
        name = self.wanted["prepare"].partition("(")[0]
        whole = self.namespace[name]

        def prepare(records: Any, **given: Any) -> Any:
            return whole(records.reindex(columns=layout).assign(**filled), **given)

        self.namespace[name] = prepare


def _is_of_the_kind(raw: Any, other: Any, prepare: Callable[[Any], Any]) -> bool:
    """Say whether another table has most columns of the raw one, and rows that can be prepared as its are."""
    if not (is_a(raw, "pandas", "DataFrame") and is_a(other, "pandas", "DataFrame")):
        return False
    if 2 * len(set(raw.columns) & set(other.columns)) <= len(raw.columns):
        return False
    try:
        prepare(fresh(other.head(ROWS_TO_TRY)))
    except Exception:
        return False
    return True


def _labels(raw: Any, named: list[Any]) -> list[Any]:
    """Return the labels of a table's columns that are named or counted, each once."""
    if not is_a(raw, "pandas", "DataFrame"):
        return []
    known = list(raw.columns)
    places = {number: known[number] for number in named if isinstance(number, int) and abs(number) < len(known)}
    labels = dict.fromkeys(places.get(name, name) for name in named)
    return [label for label in labels if label in known and isinstance(label, str)]


class Part:
    """Prepared rows of the notebook's own, and its answers to them."""

    def __init__(self, rows: Any, answers: list[Any]) -> None:
        self.rows = rows
        self.answers = answers


class Own:
    """The notebook's own request, and more prepared rows like it."""

    def __init__(self, wanted: dict[str, Any], namespace: dict[str, Any]) -> None:
        self.wanted = wanted
        self.namespace = namespace
        self.name = wanted["inputs"][0]
        self.interview = Interview(wanted, namespace, [])

    def parts(self) -> tuple[Part, Part | None]:
        """Return the notebook's request, and rows of a variable that holds more of the kind."""
        value = self.interview.own_values()[self.name]
        count, most = length(value), self.wanted["max_rows"]
        if count < 1 or rows_of(value) is None:
            raise StandsInTheWayError(
                f"`{self.name}`, which the model is asked about, is a {type(value).__name__} and not a table of rows"
            )
        places = spread(count, most)
        answers = self._cut(self.interview.body({self.name: value}), count)
        own = Part(take(value, places), [answers[place] for place in places])
        return own, self._others(value, most - len(places))

    def _cut(self, answer: Any, count: int) -> list[Any]:
        parts = split(answer, count)
        if parts is None:
            if count > 1:
                raise StandsInTheWayError("the answer does not fall apart into one for each row")
            parts = [to_json(answer)]
        return parts

    def _others(self, value: Any, room: int) -> Part | None:
        tried = 0
        for name in self.wanted["row_sources"] if room > 0 else ():
            other = self.namespace.get(name)
            if name == self.name or other is None or not _alike_in_form(value, other):
                continue
            tried += 1
            rows = take(other, spread(length(other), room))
            if is_a(value, "pandas", "DataFrame"):
                rows = rows[list(value.columns)]
            try:
                return Part(rows, self._cut(self.interview.body({self.name: rows}), length(rows)))
            except Exception:
                if tried == SOURCES:
                    break
        return None


def _alike_in_form(value: Any, other: Any) -> bool:
    """Say whether ``other`` may hold rows like those of ``value``."""
    if type(value) is not type(other) or length(other) < 1:
        return False
    if is_a(value, "pandas", "DataFrame"):
        return other.columns.is_unique and set(value.columns) <= set(other.columns)
    if isinstance(value, (list, tuple)):
        return type(value[0]) is type(other[0])
    return tuple(value.shape[1:]) == tuple(other.shape[1:]) and str(value.dtype) == str(other.dtype)


def line_of(error: BaseException) -> int:
    """Return the line of the definitions in which preparing rows raised, 0 where it is not there."""
    trace = error.__traceback__
    while trace is not None:
        if trace.tb_frame.f_code.co_filename == DEFINITIONS:
            return trace.tb_lineno
        trace = trace.tb_next
    return 0


class Search:
    """Looks for the raw rows that prepared ones were made from."""

    def __init__(self, raw: Any, prepare: Callable[[Any], Any]) -> None:
        self.raw = raw
        self.prepare = prepare
        self.whole: list[Any] | None = None
        self.said = ""
        """How the rows that the index led to differ."""
        self.led = 0
        """How many rows the index led to the raw ones of, at the last look."""
        self.line = 0
        self.columns: list[str] = []
        """Where it raised, and what differed."""

    def of_all(self, own: Any) -> list[int]:
        """Return the places of raw rows that become ``own``; raise where one of them has none."""
        found = self._places(own)
        missing = [place for place, at in enumerate(found) if at is None]
        if missing:
            what = self.said or "none of its rows becomes the notebook's"
            raise StandsInTheWayError(
                f"of {len(found)} rows that the model is asked about, {len(missing)} could not be made from raw rows: "
                f"prepared by itself, a raw row is not what the notebook made of it: {what}",
                self.line,
                self.columns,
            )
        return [at for at in found if at is not None]

    def of_some(self, others: Part) -> list[tuple[int, int]]:
        """Return (place in the raw rows, place in ``others``) of those that were found.

        Rows that come from nowhere are left out, as training may have made them. Raise where the index leads to the raw
        rows, as most of them show, and some of these become something else.
        """
        try:
            found = self._places(others.rows)
        except Exception:
            return []
        others_made = found.count(None)
        if others_made and 2 * self.led >= len(found):
            raise StandsInTheWayError(
                f"of {len(found)} more rows that the notebook prepared, {others_made} could not be made from raw rows: "
                f"prepared by itself, a raw row is not what the notebook made of it: {self.said}",
                self.line,
                self.columns,
            )
        return [(at, place) for place, at in enumerate(found) if at is not None]

    def _places(self, rows: Any) -> list[int | None]:
        wanted, single = rows_of(rows) or [], is_single(rows)
        found = self._by_index(rows, wanted, single)
        missing = [place for place, at in enumerate(found) if at is None]
        if missing:
            for place, at in zip(missing, look_up([wanted[place] for place in missing], self._all(), single)):
                found[place] = at
        return found

    def _by_index(self, rows: Any, wanted: list[Any], single: bool) -> list[int | None]:
        nowhere: list[int | None] = [None] * len(wanted)
        self.led = 0
        if not (is_a(rows, "pandas", "DataFrame", "Series") and is_a(self.raw, "pandas", "DataFrame", "Series")):
            return nowhere
        if not self.raw.index.is_unique:
            return nowhere
        places = [int(place) for place in self.raw.index.get_indexer(rows.index)]
        if min(places, default=-1) < 0:
            return nowhere
        try:
            prepared = self.prepare(fresh(take(self.raw, places)))
        except Exception as error:  # labels counted anew lead to other rows, which the notebook may have dropped
            self._raised(error)
            return nowhere
        self.said, self.columns = difference(prepared, rows), differing_columns(prepared, rows)
        made = rows_of(prepared) or []
        if len(made) != len(wanted):
            return nowhere
        found = [place if same(a, b, single) else None for place, a, b in zip(places, made, wanted)]
        self.led = sum(place is not None for place in found)
        return found

    def _raised(self, error: Exception) -> None:
        self.said, self.line = f"it raised {type(error).__name__}: {str(error)[:200]}", line_of(error)

    def _first_raised(self, error: Exception) -> None:
        if not self.said:
            self._raised(error)

    def _all(self) -> list[Any]:
        """Return all raw rows prepared, something that equals nothing for those that cannot be."""
        if self.whole is None:
            self.whole = each_prepared(self.raw, self.prepare, SECONDS_FOR_LOOKING, self._first_raised)
        return self.whole


def _refuse_difference(prepared: Any, own: Part, others: Part | None, chosen: list[int]) -> None:
    """Hold prepared raw rows against the notebook's own rows, all of them at once."""
    count = length(own.rows)
    made, known = take(prepared, range(count)), own.rows
    said = difference(made, known)
    if not said and chosen and others is not None:
        made, known = take(prepared, range(count, count + len(chosen))), take(others.rows, chosen)
        said = difference(made, known)
    if said:
        why = f"prepared together, raw rows are not what the notebook made of them: {said}"
        raise StandsInTheWayError(why, columns=differing_columns(made, known))


def _refuse_other_answers(answers: dict[str, Any], rows: Any, expected: list[Any], interview: Interview) -> None:
    """Hold what raw rows were answered against the notebook's answers to the rows that they became; rows that rounding
    alone decides are left out."""
    known: dict[str, Any] = {}
    for record, answer in zip(to_json(rows), expected):
        known.setdefault(json.dumps(record), answer)
    requests, responses = answers["requests"], answers["responses"]
    wanted = [known.get(json.dumps(request)) for request in requests]
    differing = [at for at, answer in enumerate(wanted) if not alike(responses[at], answer, interview.dtype)]
    if differing and interview.leave_out(differing, requests, responses) is None:
        at = differing[0]
        raise StandsInTheWayError(
            f"a raw row is answered {str(responses[at])[:80]}, and {str(wanted[at])[:80]} where the notebook had "
            "prepared it"
        )
    answers["own"] -= sum(at < answers["own"] for at in differing)


class RawInterview(Interview):
    """Asks about raw rows whose answers are known."""

    own: Any = None
    others: Any = None

    def __init__(self, wanted: dict[str, Any], namespace: dict[str, Any], problems: list[str], table: Any) -> None:
        super().__init__(wanted, namespace, problems)
        self.table = table

    def unread(self, values: dict[str, Any]) -> list[Any]:
        """Return none: what raw rows can do without is known by what is prepared of them."""
        return []

    def own_values(self) -> dict[str, Any]:
        """As :class:`Interview` says."""
        self.body = Body(self.wanted["body"], self.wanted["output"], self.namespace)
        return {self.wanted["inputs"][0]: self.own}

    def compare_with_run(self, answer: Any, actual: dict[str, Any], same_request: bool = False) -> None:
        """Nothing to compare: the notebook asked about prepared rows, and the answers to these are known."""

    def sources(self) -> list[tuple[str, Any]]:
        """As :class:`Interview` says."""
        return [(self.wanted["row_sources"][0], self.others)] if self.others is not None else []

    def schema(self, requests: list[Any]) -> dict[str, Any]:
        """As :class:`Interview` says, with the whole raw table seen."""
        found = super().schema(requests)
        if found["kind"] == "table":
            labels = list(self.table.columns)
            found["fields"] = [column_field(label, self.table[label], self.table[label].dtype) for label in labels]
            for field in found["fields"]:
                if field["nullable"] and not self._takes_null(field["name"], requests):
                    field["nullable"] = False
        return found

    def _takes_null(self, name: str, requests: list[Any]) -> bool:
        """Say whether a row may lack a value: one did and was answered, or would be."""
        if any(request[name] is None for request in requests):
            return True
        for request in requests[:TRIED_WITH_NULL]:
            try:
                self.single({**request, name: None})
            except Exception:
                return False
        return True
