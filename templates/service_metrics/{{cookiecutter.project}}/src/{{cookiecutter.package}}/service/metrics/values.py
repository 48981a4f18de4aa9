"""Tell what stands in records and predictions by numbers: missing values, values that are new to the model, answers."""

from __future__ import annotations

import logging
from bisect import bisect_left
from collections.abc import Iterator
from typing import Any

from ...schema import REQUEST, unusual
from .totals import Key, Totals

logger = logging.getLogger(__name__)

RECORDS = (1, 2, 5, 10, 20, 50, 100, 200, 500, 1000, 2000, 5000, 10_000)
NUMBERS = tuple(
    sorted(
        {0.0, *(n / 10 for n in range(1, 10))}
        | {
            sign * digit * 10.0**power
            for sign in (-1, 1)
            for digit in (1, 3)
            for power in range(-2, 8)
        }
    )
)
"""Bounds for any number: tenths for probabilities, half powers of ten for what is larger."""
ANSWERS = 50
"""Different answers that are told apart; the rest is ``other``, as are long texts."""
LONG = 60
PLACES = 20
"""Places of an answer that is a list."""
SIZES: Key = ("predict_records", ())
ANSWERED: Key = ("predictions_total", ())
NUMBER: Key = ("prediction_value", ("",))
"""What is counted of nearly every request."""


class Values:
    """Adds what it sees to ``totals``; most requests are looked at within their own time, so that every step counts."""

    def __init__(self) -> None:
        self.totals = Totals()
        self._fields = [field["name"] for field in REQUEST.get("fields", ())]
        self._answers: set[tuple[str, str]] = set()

    def look(
        self, records: list[Any], predictions: list[Any], flags: list[dict[str, Any]] | None
    ) -> None:
        """Count the records of one request, what is unusual in them, and its answers."""
        self._histogram(SIZES, RECORDS, len(records))
        self._count(ANSWERED, len(predictions))
        for record in records if self._fields else ():
            if len(record) < len(self._fields) or None in record.values():
                for name in self._fields:
                    if record.get(name) is None:
                        self._count(("values_missing_total", (name,)))
        for flag in unusual(records) if flags is None else flags:
            self._count(("values_unusual_total", (flag["field"] or "", flag["reason"])))
        for prediction in predictions:
            if type(prediction) is float:
                self._histogram(NUMBER, NUMBERS, prediction)
            else:
                for place, value in parts(prediction):
                    self._answer(place, value)

    def _answer(self, place: str, value: Any) -> None:
        """Count an answer: texts, whole numbers and truth values by what they are, others by how large they are."""
        if value is None:
            self._count(("values_not_finite_total", ()))
        elif isinstance(value, float):
            self._histogram(("prediction_value", (place,)), NUMBERS, value)
        else:
            self._count(("predictions_by_answer_total", (place, self._named(place, value))))

    def _named(self, place: str, value: Any) -> str:
        text = value if isinstance(value, str) else str(value).lower()
        if (place, text) not in self._answers:
            if len(self._answers) >= ANSWERS or len(text) > LONG:
                return "other"
            self._answers.add((place, text))
        return text

    def _count(self, key: Key, more: int = 1) -> None:
        numbers = self.totals.get(key)
        if numbers is None:
            numbers = self.totals[key] = [0.0]
        numbers[0] += more

    def _histogram(self, key: Key, bounds: tuple[float, ...], value: float) -> None:
        numbers = self.totals.get(key)
        if numbers is None:
            numbers = self.totals[key] = [0.0] * (len(bounds) + 2)
        numbers[bisect_left(bounds, value)] += 1
        numbers[-1] += value


def parts(value: Any, place: str = "") -> Iterator[tuple[str, Any]]:
    """Yield the single values of an answer, each with its place: ``""`` where the answer is one."""
    if isinstance(value, dict):
        for name, inner in value.items():
            yield from parts(inner, f"{place}.{name}".lstrip("."))
    elif isinstance(value, list):
        for number, inner in enumerate(value[:PLACES]):
            yield from parts(inner, f"{place}.{number}".lstrip("."))
    else:
        yield place, value
