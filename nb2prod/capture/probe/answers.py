"""The inference section's own code and rows go in; requests, answers and their schemas come out."""

# ruff: noqa: B905
# zip(strict=True) came with Python 3.10; the probe runs from 3.8 on.
from __future__ import annotations

import copy
import time
from collections.abc import Callable
from functools import partial
from typing import Any

from .as_json import NotJsonError, alike, is_a, to_json
from .body import Body, changeable, copied, nothing_happened
from .columns import unread_columns
from .cutting import NoPiecesError, as_one, part_of, split, split_one, understand
from .describing import dtype_of, type_of
from .forms import Form, is_of_plain_numbers, spread
from .pieces import beside, refuse_rows_beside
from .proving_sources import Judge
from .rebuilding import UnfitError
from .undecided import told, undecided
from .values import describe

SECONDS_FOR_ROWS = 60.0
"""What drawing rows and answering them one by one may take; then the rows so far have to do."""
SINGLES_OF_BATCH = 20
SECONDS_FOR_DECISIONS = 5.0
"""What asking about all other rows alone may take where answers are decisions, which rounding may tip."""


class Interview:
    """Asks the notebook's code for its answers to its own rows, and to rows like them."""

    def __init__(self, wanted: dict[str, Any], namespace: dict[str, Any], problems: list[str]) -> None:
        self.wanted = wanted
        self.namespace = namespace
        self.problems = problems
        self.deadline = time.monotonic() + SECONDS_FOR_ROWS
        self.refused = 0
        self.whole = False
        self.dtype = ""
        self.cut_short = False
        self.contradicted = ""
        self.left_out = 0

    def hold(self) -> dict[str, Any] | None:
        """Return an ``Answers`` as a dict, or ``None`` with the reason among the problems."""
        output = self.wanted["output"]
        actual = {output: copied(self.namespace[output])} if output in self.namespace else {}
        asked = {name: copied(self.namespace[name]) for name in self.wanted["inputs"] if name in self.namespace}
        with nothing_happened(self.namespace):
            try:
                values = self.own_values()
                answer = self.body(values)
            except UnfitError as error:
                self.problems.append(str(error))
                return None
            except Exception as error:
                self.problems.append(f"The inference section, run again by itself, raised {_short(error)}.")
                return None
            try:
                values = self.without_unread(values)
                self.dtype = dtype_of(answer)
                self.compare_with_run(answer, actual, _same(asked, values))
                found = self._answers(values, answer)
                if self.left_out:
                    self.problems.append(told(self.left_out))
                return found
            except (UnfitError, NotJsonError) as error:
                self.problems.append(f"Request or answer cannot go through a service: {error}.")
                return None

    def own_values(self) -> dict[str, Any]:
        """Return the notebook's own request, by name; makes ready to run the body."""
        setup = compile(self.wanted["setup"], "<nb2prod inference>", "exec", dont_inherit=True)
        for name in changeable(setup, self.namespace):
            self.namespace[name] = copied(self.namespace[name])
        exec(setup, self.namespace)
        for name, moment in self.wanted.get("before", {}).items():
            if moment in self.namespace:
                self.namespace[name] = copied(self.namespace[moment])
        for name in self.wanted["inputs"]:
            if name not in self.namespace:
                raise UnfitError(f"There is no variable {name!r} for the inference section to start from.")
        self.body = Body(self.wanted["body"], self.wanted["output"], self.namespace)
        return {name: copied(self.namespace[name]) for name in self.wanted["inputs"]}

    def without_unread(self, values: dict[str, Any]) -> dict[str, Any]:
        """Return the request without the columns that no answer comes from."""
        unread = self.unread(values)
        return {name: rows.drop(columns=unread) for name, rows in values.items()} if unread else values

    def unread(self, values: dict[str, Any]) -> list[Any]:
        """Return the columns that no answer comes from, such as the target in a table that a model is asked about by a
        formula: a client does not have it. None where the request is not one table."""
        if len(values) != 1:
            return []
        name, rows = next(iter(values.items()))
        if not is_a(rows, "pandas", "DataFrame") or not rows.columns.is_unique or rows.shape[1] < 2:
            return []
        try:
            return unread_columns(rows, lambda table: self.body({name: table}))
        except Exception:
            return []

    def compare_with_run(self, answer: Any, actual: dict[str, Any], same_request: bool = False) -> None:
        """Note where the notebook's own run answered otherwise, and whether to the same request."""
        for name, value in actual.items():
            if not alike(to_json(value), to_json(answer), self.dtype):
                text = (
                    f"The inference section, run again by itself, gives another {name!r} than the notebook's own run: "
                    f"{_shown(answer)} instead of {_shown(value)}."
                )
                self.problems.append(text)
                self.contradicted = text if same_request else ""

    def _answers(self, values: dict[str, Any], answer: Any) -> dict[str, Any]:
        sources = self.sources()
        self.form = understand(values, answer, [value for _, value in sources])
        count = self.form.count()
        places = spread(count, self.wanted["max_rows"])
        requests = self.form.records(places)
        try:
            responses = self._own_answers(requests, places, count, answer)
            if self.form.batched and count > 1:
                self._ask_alone(requests, responses, places, count)
        except (UnfitError, NotJsonError):
            raise
        except Exception as error:
            self.form = as_one(self.form, error)
            count, places, requests = 1, [0], self.form.records([0])
            responses = self._own_answers(requests, places, count, answer)
        drawn, source = self._draw(sources, requests)
        self._check_rebuilt(requests, responses)
        own_count = len(requests)
        batch, own_left_out = self._ask(requests, responses, drawn, count)
        own_count -= own_left_out
        schema = self.schema(requests)
        schema["batch"] = batch
        return {
            "request_schema": schema,
            "response_schema": {
                "answer": "whole" if self.whole else "split",
                "type": type_of(responses),
                "dtype": self.dtype,
            },
            "requests": requests,
            "responses": responses,
            "own": own_count,
            "drawn_from": source if len(requests) > own_count else "",
            "batched": batch,
            "type": describe(self.wanted["output"], answer),
            "refused": self.refused,
            "contradicted": self.contradicted,
        }

    def sources(self) -> list[tuple[str, Any]]:
        """Return the variables that more rows may be drawn from."""
        named = [(name, self.namespace.get(name)) for name in self.wanted.get("row_sources", ())]
        return [(name, value) for name, value in named if value is not None]

    def schema(self, requests: list[Any]) -> dict[str, Any]:
        """Return the request schema, but for whether a batch is allowed."""
        return self.form.schema(requests)

    def _own_answers(self, own: list[Any], places: list[int], count: int, answer: Any) -> list[Any]:
        """Return the answers to ``own``, the records at ``places`` of ``count``; finds out whether one is to be cut."""
        parts = split(answer, count, only_arrays=not self.form.batched)
        self.whole = parts is None
        if parts is not None:
            return [parts[place] for place in places]
        if count == 1:
            return [to_json(answer)]
        singles = [to_json(self.body(self.form.build([record]))) for record in own]
        known = to_json(answer)
        if not all(alike(part_of(known, at, count), single, self.dtype) for at, single in zip(places, singles)):
            raise NoPiecesError(count)
        return singles

    def _ask_alone(self, own: list[Any], responses: list[Any], places: list[int], count: int) -> None:
        """See that records can be asked about alone: raise where they cannot, and where plain numbers are answered
        otherwise alone, since they may be the parts of one record."""
        numbers = is_of_plain_numbers(self.form)
        for at in spread(len(own), SINGLES_OF_BATCH if numbers else 1):
            raised: Exception | None = None
            try:
                same = alike(self.single(own[at]), responses[at], self.dtype)
            except Exception as error:
                same, raised = False, error
            if same:
                continue
            names = beside(self.wanted.get("artifacts", ()), self.namespace, count)
            ask = partial(self._with, self.form.build([own[at]]))
            refuse_rows_beside(names, self.namespace, places[at], responses[at], ask)
            if numbers:
                raise NoPiecesError(count) from raised
            if raised is not None:
                raise raised

    def _with(self, inputs: dict[str, Any], parts: dict[str, Any]) -> Any:
        """Return the answer to ``inputs`` where ``parts`` are what other variables hold."""
        held = {name: self.namespace[name] for name in parts}
        try:
            return self.body({**inputs, **parts})
        finally:
            self.namespace.update(held)

    def _draw(self, sources: list[tuple[str, Any]], requests: list[Any]) -> tuple[list[Any], str]:
        room = self.wanted["max_rows"] - len(requests)
        if room <= 0 or not sources:
            return [], ""
        judge = Judge(self.wanted, self.namespace, requests[0], self._asking(self.form))
        waiting: list[tuple[str, Form, list[Any]]] = []
        for name, value in judge.ordered(sources):
            form = copy.copy(self.form)
            try:
                drawn = form.draw(value, room + len(requests))
            except Exception as error:
                self.problems.append(f"No rows could be drawn from {name!r}: {_short(error)}.")
                continue
            if drawn is None:
                continue
            if judge.proves(name, drawn, self._asking(form)):
                return self._drawn(form, drawn, requests, room), name
            waiting.append((name, form, drawn))
        for name, form, drawn in waiting:
            if judge.allows(name):
                return self._drawn(form, drawn, requests, room), name
        return [], ""

    def _asking(self, form: Form) -> Callable[[Any], Any]:
        return lambda record: self.body(form.build([record]))

    def _drawn(self, form: Form, drawn: list[Any], requests: list[Any], room: int) -> list[Any]:
        self.form = form
        others = [record for record in drawn if record not in requests]
        return [others[place] for place in spread(len(others), room)]

    def _check_rebuilt(self, requests: list[Any], responses: list[Any]) -> None:
        """Hold the own answers against those to the same rows made from JSON again."""
        try:
            if self.form.batched and not self.whole:
                again = split(self.body(self.form.build(requests)), len(requests))
            else:
                again = [self.single(record) for record in requests]
        except Exception as error:
            self.problems.append(f"The notebook's own rows, made from JSON again, raised {_short(error)}.")
            return
        if again is not None and self.leave_out(self._differing(again, responses), requests, responses) is not None:
            return
        if again is None or not alike(again, responses, self.dtype):
            self.problems.append(
                f"The notebook's own rows, made from JSON again, get another answer: {_shown(again)} instead of "
                f"{_shown(responses)}. Something of them does not go through JSON (an index, a type), or an answer "
                "depends on the other rows."
            )

    def _differing(self, again: list[Any], responses: list[Any]) -> list[int]:
        if len(again) != len(responses):
            return list(range(len(responses)))
        return [place for place, one in enumerate(again) if not alike(one, responses[place], self.dtype)]

    def leave_out(self, places: list[int], requests: list[Any], responses: list[Any]) -> list[int] | None:
        """Take rows out that rounding alone decides; return their places, ``None`` where something else does."""
        if not self.form.batched or self.whole or not undecided(places, requests, self._together, self.dtype):
            return None
        for place in sorted(places, reverse=True):
            del requests[place], responses[place]
        self.left_out += len(places)
        return places

    def single(self, record: Any) -> Any:
        """Return the answer to one record."""
        output = self.body(self.form.build([record]))
        if self.whole:
            return to_json(output)
        parts = split_one(output, only_arrays=not self.form.batched)
        if parts is None:
            raise NotJsonError("the answer to one record is not of the form of the others")
        return parts[0]

    def _ask(self, requests: list[Any], responses: list[Any], drawn: list[Any], own_count: int) -> tuple[bool, int]:
        """Append the drawn rows and their answers; return whether one call may answer many, and how many of the rows
        that were there before were left out."""
        together = None
        if self.form.batched and not self.whole and own_count > 1:
            together = self._together(drawn)
        if together is not None:
            before = len(requests)
            requests += drawn
            responses += together
            return True, sum(place < before for place in self._check_singles(requests, responses))
        for record in drawn:
            if time.monotonic() > self.deadline:
                self.cut_short = True
                self.problems.append(f"Rows beyond the first {len(requests)} took too long and were left out.")
                break
            try:
                response = self.single(record)
            except Exception:
                self.refused += 1
                continue
            requests.append(record)
            responses.append(response)
        if not self.form.batched or self.whole:
            return False, 0
        rows, answers = (requests, responses) if len(requests) > 1 else (requests * 2, responses * 2)
        found = self._together(rows)
        return found is not None and alike(found, answers, self.dtype), 0

    def _together(self, records: list[Any]) -> list[Any] | None:
        if not records:
            return []
        try:
            return split(self.body(self.form.build(records)), len(records))
        except Exception:
            return None

    def _check_singles(self, requests: list[Any], responses: list[Any]) -> list[int]:
        """Ask about rows alone, about all of them where answers are decisions; return those that were left out."""
        some = spread(len(requests), SINGLES_OF_BATCH)
        decisions = not any(_has_fractions(response) for response in responses)
        others = [place for place in range(len(requests)) if place not in set(some)] if decisions else []
        until = min(self.deadline, time.monotonic() + SECONDS_FOR_DECISIONS)
        differing: list[int] = []
        for number, place in enumerate([*some, *others]):
            if time.monotonic() > (self.deadline if number < len(some) else until):
                break
            try:
                same = alike(self.single(requests[place]), responses[place], self.dtype)
            except Exception:
                same = False
            if not same:
                differing.append(place)
        left_out = self.leave_out(differing, requests, responses) if differing else []
        if left_out is None:
            self.problems.append(
                f"The answer to a row depends on the rows that are sent with it: row {differing[0]} alone is answered "
                "differently."
            )
        return left_out or []


def _has_fractions(value: Any) -> bool:
    """Say whether there is a number in an answer that is no whole one."""
    if isinstance(value, (list, dict)):
        return any(_has_fractions(each) for each in (value.values() if isinstance(value, dict) else value))
    return isinstance(value, float)


def _same(asked: dict[str, Any], values: dict[str, Any]) -> bool:
    """Say whether the request is what it was in the notebook's own run."""
    try:
        return set(asked) == set(values) and all(alike(to_json(asked[n]), to_json(values[n])) for n in asked)
    except NotJsonError:
        return False


def _shown(value: Any) -> str:
    text = repr(value)
    return text if len(text) <= 200 else text[:200] + "..."


def _short(error: BaseException) -> str:
    return f"{type(error).__name__}: {str(error)[:300]}"
