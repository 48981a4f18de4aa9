"""Which numbers of an answer are explained, and how they are read from the answers to other records."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from .scores import Score
from .task import Numbers
from .watched import Asked

MOST = 10
"""Numbers of an answer that are explained."""
CLASSES = 20
"""Different whole numbers, up to which they are taken for classes beside numbers with a fraction."""
Place = tuple[Any, ...]


@dataclass(frozen=True)
class Explained:
    """Numbers that answers are turned into."""

    of: list[str]
    """What each one is, in words."""
    numbers: Callable[[Asked], Numbers]
    """A row for each answer, NaN where it has no such number."""
    scored: bool = False
    """Whether they are of the scores behind the answers."""


def explained(asked: Asked, others: Sequence[Any] = ()) -> Explained:
    """Return what to explain of the answer to one record; ``others`` are answers to other records.

    Its numbers with a fraction and counts, else the score behind a label, else whole numbers, else whether it is the
    answer.
    """
    answer, score = asked.answers[0], asked.score
    found = dict(leaves(answer))
    is_label = score is not None and () in found and found[()] in score.classes
    floats = [place for place, value in found.items() if type(value) is float and not is_label]
    whole = [place for place, value in found.items() if type(value) is int]
    if floats:
        places = floats if score is not None else [*counts_among(whole, others), *floats]
        return numbers_at(sorted(places, key=lambda place: rank(place, found[place]))[:MOST])
    if score is not None:
        return score_of(list(found.values()), score)
    return numbers_at(whole[:MOST]) if whole else same_as(answer)


def counts_among(places: Sequence[Place], answers: Sequence[Any]) -> list[Place]:
    """Return where answers have so many different whole numbers that these are no classes."""
    seen = [dict(leaves(answer)) for answer in answers]
    return [place for place in places if len({each.get(place) for each in seen}) > CLASSES]


def leaves(value: Any, place: Place = ()) -> Iterator[tuple[Place, Any]]:
    """Yield the single values of an answer, each with its place."""
    if isinstance(value, dict | list):
        for key, inner in value.items() if isinstance(value, dict) else enumerate(value):
            yield from leaves(inner, (*place, key))
    else:
        yield place, value


def rank(place: Place, value: float) -> float:
    """Return what numbers are sorted by: of a list the largest first, of an object what may be a probability."""
    return -value if place and isinstance(place[-1], int) else float(not 0 <= value <= 1)


def numbers_at(places: Sequence[Place]) -> Explained:
    """Return how to read numbers from answers; what is no number is NaN."""

    def number(value: Any) -> float:
        return float(value) if isinstance(value, int | float) else math.nan

    def numbers(asked: Asked) -> Numbers:
        found = [dict(leaves(answer)) for answer in asked.answers]
        return np.array([[number(each.get(place)) for place in places] for each in found])

    return Explained([".".join(map(str, place)) or "the answer" for place in places], numbers)


def score_of(labels: Sequence[Any], score: Score) -> Explained:
    """Return how to read the score of a class: the answered one, else the second of two, else the likeliest."""
    classes, row = score.classes, score.values[0]
    answered = next((classes.index(label) for label in labels if label in classes), None)
    if len(row) == 1:
        column, of = 0, classes[-1]
    else:
        column = answered if answered is not None else 1 if len(row) == 2 else int(row.argmax())
        column = min(column, len(row) - 1)
        of = classes[column] if len(classes) == len(row) else column
    kind = "probability" if score.by.endswith("predict_proba") else "score"

    def numbers(asked: Asked) -> Numbers:
        if asked.score is None or asked.score.values.shape[1] != len(row):
            return np.full((len(asked.answers), 1), np.nan)
        return np.asarray(asked.score.values[:, [column]], dtype=np.float64)

    return Explained([f"{kind} of {of!r}, by {score.by}"], numbers, scored=True)


def same_as(given: Any) -> Explained:
    """Return how to read whether an answer is the given one."""

    def numbers(asked: Asked) -> Numbers:
        return np.array([[float(answer == given)] for answer in asked.answers])

    return Explained([f"1 where the answer is {given!r}, 0 where it is another"], numbers)
