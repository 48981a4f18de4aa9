"""Both ways to an answer and the records to ask them in, a ``Verdict`` out: equal on every record, and worth it."""

from __future__ import annotations

import json
import statistics
import time
import warnings
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import islice
from typing import Any

from ..comparing import Tolerance, difference
from .verdict import Verdict

BATCH = 250
"""Drawn records in one call of the original, where one call may answer many."""
SINGLY = 5
"""Of these, how many the original is asked one by one as well: that is what a service would have done."""
MOST_PASSED_ON = 0.1
"""Share of the notebook's rows up to which the original may have to be asked after all."""
ROUNDS = 25
SECONDS_FOR_ROUNDS = 2.0
LEAST_ROUNDS = 3
WORTH_IT = 2.0
"""Times faster from which on a second way is worth having."""
SHOWN = 300
"""Characters of a record in the words."""


class Budget:
    """Seconds of the processor, so that it does not matter how busy a machine is; by the clock five times as many."""

    def __init__(self, seconds: float) -> None:
        self._ends = (time.process_time() + seconds, time.monotonic() + 5 * seconds)

    def is_spent(self) -> bool:
        """Say whether the time is over."""
        return time.process_time() > self._ends[0] or time.monotonic() > self._ends[1]


class Outcome:
    """What takes the place of an answer."""


PASSED_ON = Outcome()
REFUSED = Outcome()


@dataclass(frozen=True)
class Ways:
    """The original, asked about many records where it takes many, and the compiled way, asked about one."""

    original: Callable[[list[Any]], list[Any]]
    compiled: Callable[[Any], Any]
    batch: bool
    tolerance: Tolerance = Tolerance()

    def quickly(self, record: Any) -> Any:
        """Return the compiled answer, or ``PASSED_ON``: whatever it raises, the original is asked."""
        try:
            return self.compiled(record)
        except Exception:
            return PASSED_ON

    def originals(self, records: list[Any]) -> list[Any]:
        """Return the original's answers, ``REFUSED`` where it raises; as many at a time as it takes."""
        if len(records) > 1 and not self.batch:
            return [self.originals([record])[0] for record in records]
        try:
            return self.original(records)
        except Exception:
            if len(records) == 1:
                return [REFUSED]
            half = len(records) // 2
            return self.originals(records[:half]) + self.originals(records[half:])

    def differing(self, answer: Any, expected: Any) -> str:
        """Say how an answer differs; nothing if it does not."""
        if expected is REFUSED:
            return f"the answer is {answer!r}, and the notebook's own code refuses"
        return difference(answer, expected, self.tolerance) or ""


def prove(ways: Ways, captured: Sequence[Any], drawn: Iterable[Any], seconds: float) -> Verdict:
    """Ask both ways about every record; stop at the first difference, and after so many ``seconds`` of the processor on
    drawn ones.

    A record that the compiled way does not take is answered by the original in a service too, so it cannot differ:
    these are counted.
    """
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        verdict = on_captured(ways, captured)
        if verdict.ok:
            verdict = on_drawn(ways, drawn, verdict, Budget(seconds))
        return worth(ways, captured, verdict) if verdict.ok else verdict


def on_captured(ways: Ways, captured: Sequence[Any]) -> Verdict:
    """Compare on the notebook's rows, one by one."""
    passed_on = 0
    for number, record in enumerate(captured):
        answer = ways.quickly(record)
        if answer is PASSED_ON:
            passed_on += 1
            continue
        why = ways.differing(answer, ways.originals([record])[0])
        if why:
            why = f"row {number} of the notebook: {why}"
            return Verdict(False, why, shown(record), number + 1, passed_on=passed_on)
    if not captured or passed_on > MOST_PASSED_ON * len(captured):
        why = f"{passed_on} of {len(captured)} rows of the notebook can only be answered by its own code"
        why += f" ({complaint(ways, captured)})"
        return Verdict(False, why, rows=len(captured), passed_on=passed_on)
    return Verdict(True, rows=len(captured), passed_on=passed_on)


def complaint(ways: Ways, captured: Sequence[Any]) -> str:
    """Return what the compiled way says to the first row that it does not take."""
    for record in captured:
        try:
            ways.compiled(record)
        except Exception as error:
            return f"{type(error).__name__}: {error}"[:SHOWN]
    return ""


def on_drawn(ways: Ways, drawn: Iterable[Any], verdict: Verdict, budget: Budget) -> Verdict:
    """Compare on drawn records, while there is time."""
    asked = passed_on = 0
    for records in batches(drawn, BATCH if ways.batch else SINGLY):
        answers = [(record, ways.quickly(record)) for record in records]
        answered = [pair for pair in answers if pair[1] is not PASSED_ON]
        why, record = first_difference(ways, answered)
        if why:
            words = f"a drawn record: {why}"
            return replace(verdict, ok=False, why=words, record=record, drawn=asked + len(records))
        asked += len(records)
        passed_on += len(records) - len(answered)
        if budget.is_spent():
            break
    return replace(verdict, drawn=asked, drawn_passed_on=passed_on)


def first_difference(ways: Ways, answered: Sequence[tuple[Any, Any]]) -> tuple[str, str]:
    """Say how the first answer that differs from the original's does, and for which record; nothing if none does.

    What the original answers to a single record decides: to some, and wherever the answers to a batch differ.
    """
    expected = ways.originals([record for record, _ in answered]) if answered else []
    for place, ((record, answer), wanted) in enumerate(zip(answered, expected, strict=True)):
        why = ways.differing(answer, wanted)
        if ways.batch and (why or place < SINGLY):
            why = ways.differing(answer, ways.originals([record])[0])
        if why:
            return why, shown(record)
    return "", ""


def batches(records: Iterable[Any], size: int) -> Iterator[list[Any]]:
    """Yield lists of so many records."""
    left = iter(records)
    while batch := list(islice(left, size)):
        yield batch


def worth(ways: Ways, captured: Sequence[Any], verdict: Verdict) -> Verdict:
    """Measure both ways in turn, and say whether a second one is worth having."""
    taken = [record for record in captured if ways.quickly(record) is not PASSED_ON]
    original, compiled = medians(ways, taken)
    measured = replace(verdict, original_microseconds=original, compiled_microseconds=compiled)
    if measured.times_faster >= WORTH_IT:
        return measured
    return replace(measured, ok=False, why="compiled code would be hardly faster")


def medians(
    ways: Ways, records: Sequence[Any], seconds: float = SECONDS_FOR_ROUNDS
) -> tuple[float, float]:
    """Return the microseconds of both ways for one record, the median of rounds in which both take turns."""
    taken: tuple[list[float], list[float]] = ([], [])
    began = time.perf_counter()
    for number in range(ROUNDS):
        record = records[number % len(records)]
        taken[0].append(microseconds(ways.original, [record]))
        taken[1].append(microseconds(ways.compiled, record))
        if number + 1 >= LEAST_ROUNDS and time.perf_counter() - began > seconds:
            break
    return statistics.median(taken[0]), statistics.median(taken[1])


def microseconds(way: Callable[[Any], Any], asked: Any) -> float:
    """Return how long an answer takes."""
    began = time.perf_counter()
    way(asked)
    return 1e6 * (time.perf_counter() - began)


def shown(record: Any) -> str:
    """Return a record as JSON, as far as it fits."""
    text = json.dumps(record, ensure_ascii=False)
    return text if len(text) <= SHOWN else f"{text[:SHOWN]}…"
