"""Which number of an answer is explained, and how it is read from the answers to other records."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from .orders import Numbers
from .reading import MOST, Explained, leaves, numbers_at, rank
from .scores import Score
from .watched import Asked


def explained(asked: Asked) -> Explained:
    """Return what to explain of the answer to one record.

    Its numbers with a fraction, else the score behind a label, else whole numbers, else whether it is the answer.
    """
    answer, score = asked.answers[0], asked.score
    found = dict(leaves(answer))
    is_label = score is not None and () in found and found[()] in score.classes
    floats = {} if is_label else {place: value for place, value in found.items() if type(value) is float}
    if floats:
        return numbers_at(sorted(floats, key=lambda place: rank(place, floats[place]))[:MOST])
    if score is not None:
        return score_of(list(found.values()), score)
    whole = [place for place, value in found.items() if type(value) is int]
    return numbers_at(whole[:MOST]) if whole else same_as(answer)


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

    return Explained([f"{kind} of {of!r}, by {score.by}"], numbers)


def same_as(given: Any) -> Explained:
    """Return how to read whether an answer is the given one."""

    def numbers(asked: Asked) -> Numbers:
        return np.array([[float(answer == given)] for answer in asked.answers])

    return Explained([f"1 where the answer is {given!r}, 0 where it is another"], numbers)
