"""Answers as JSON has them go in; which class or number each says of the target comes out."""

from __future__ import annotations

import math
from typing import Any

from .rows import truth
from .skipping import SkipError, library

MOST_CLASSES = 20
"""Whole numbers of which there are more are taken for quantities."""


class Answers:
    """What is answered to some rows."""

    def __init__(self, kind: str, values: Any, shares: Any = None, classes: Any = None) -> None:
        self.kind = kind
        self.values = values
        """One class or number for each row."""
        self.shares = shares
        """Probabilities, a column for each of ``classes``, where some were answered."""
        self.classes = classes


class Truth:
    """What the target is, by its values."""

    def __init__(self, targets: list[Any]) -> None:
        numpy, pandas = library("numpy"), library("pandas")
        parts = [truth(each) for each in targets]
        self.dtype = parts[0].dtype
        values = [value for part in parts for value in part[~pandas.isna(part)].tolist()]
        if not values:
            raise SkipError("no row has a target")
        found = set(values)
        numbers = all(isinstance(each, (int, float)) for each in found)
        whole = numbers and all(float(each).is_integer() for each in found)
        self.is_number = numbers and not all(isinstance(each, bool) for each in found)
        few = len(found) <= (MOST_CLASSES if numpy.dtype(self.dtype).kind in "iub" or not numbers else 2)
        self.labels: list[Any] = sorted(found, key=_in_order) if (few and whole) or not numbers else []

    def read(self, given: list[Any], how: str, kind: str = "") -> Answers:
        """Return what these answers say. Raises ``SkipError`` where they are nothing that the target has."""
        found = [each for column in _columns(given) if (each := self._read(column)) is not None]
        found = [each for each in found if not kind or each.kind == kind]
        if not found:
            raise SkipError(f"what {how} answers is no value of the target, and no probability of one")
        sure = next((each for each in found if each.shares is not None), None)
        first = next((each for each in found if each.shares is None), found[0])
        return Answers(first.kind, first.values, sure and sure.shares, sure and sure.classes)

    def _read(self, column: list[Any]) -> Answers | None:
        numpy = library("numpy")
        if column and all(isinstance(each, list) for each in column):
            return self._read_matrix(column)
        if any(isinstance(each, (list, dict)) for each in column):
            return None
        if self.labels and set(column) <= set(self.labels):
            return Answers("classification", self._as_target(column))
        numbers = [math.nan if each is None else each for each in column]
        if not all(isinstance(each, (int, float)) for each in numbers):
            return None
        values = numpy.array(numbers, dtype=float)
        if len(self.labels) == 2 and set(self.labels) == {0, 1}:
            if ((values >= 0) & (values <= 1)).all():
                shares = numpy.column_stack([1 - values, values])
                chosen = [self.labels[int(each > 0.5)] for each in values]
                return Answers("classification", self._as_target(chosen), shares, numpy.array(self.labels))
            return None
        return Answers("regression", values) if self.is_number else None

    def _read_matrix(self, rows: list[list[Any]]) -> Answers | None:
        numpy = library("numpy")
        width = len(rows[0])
        if width == 1:
            return self._read([each[0] if each else None for each in rows])
        if self.labels != list(range(width)) or any(len(each) != width for each in rows):
            return None
        try:
            values = numpy.array(rows, dtype=float)
        except (TypeError, ValueError):
            return None
        shares = (values >= 0).all() and numpy.allclose(values.sum(axis=1), 1, atol=1e-3)
        chosen = self._as_target(values.argmax(axis=1).tolist())
        return Answers("classification", chosen, values if shares else None, numpy.arange(width) if shares else None)

    def _as_target(self, values: list[Any]) -> Any:
        numpy = library("numpy")
        if numpy.dtype(self.dtype).kind in "OUS":
            found = numpy.empty(len(values), dtype=object)
            found[:] = values
            return found
        return numpy.array(values).astype(self.dtype)


def _columns(given: list[Any]) -> list[list[Any]]:
    """Return the parts of answers that have several, such as a label and its probability; else the answers."""
    if given and all(isinstance(each, dict) for each in given):
        return [[each.get(key) for each in given] for key in given[0]]
    if given and all(isinstance(each, list) for each in given) and len({len(each) for each in given}) == 1:
        mixed = any(not isinstance(item, (int, float)) for each in given for item in each)
        return [[each[place] for each in given] for place in range(len(given[0]))] if mixed else [given]
    return [given]


def _in_order(value: Any) -> tuple[bool, float, str]:
    number = isinstance(value, (int, float))
    return not number, float(value) if number else 0.0, str(value)
