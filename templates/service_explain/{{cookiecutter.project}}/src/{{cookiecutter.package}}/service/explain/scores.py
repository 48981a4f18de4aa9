"""What fitted objects were heard to score, and whether it can be what stands behind the answers."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from .task import Numbers

SCORES = ("predict_proba", "decision_function")
"""Methods that score classes, the better one first."""


@dataclass(frozen=True)
class Score:
    """What stands behind labels: a score for each class, or one for the second of two."""

    by: str
    """Artifact and method."""
    classes: list[Any]
    values: Numbers


def only_one(heard: Sequence[tuple[str, list[Any], Any]], count: int) -> Score | None:
    """Return the scores that were told, unless they were told of several objects, or of other rows."""
    if not heard or len({by for by, _, _ in heard}) > 1:
        return None
    by, classes, _ = heard[0]
    arrays = [np.asarray(each) for _, _, each in heard]
    first = arrays[0]
    if first.ndim not in (1, 2) or len(first) != count or not all(np.array_equal(first, each) for each in arrays):
        return None
    return Score(by, [getattr(each, "item", lambda each=each: each)() for each in classes], first.reshape(count, -1))


def joined(scores: Sequence[Score | None]) -> Score | None:
    """Return the scores of several calls as those of one."""
    known = [score for score in scores if score is not None]
    if not known or len(known) < len(scores) or len({(score.by, score.values.shape[1]) for score in known}) > 1:
        return None
    return Score(known[0].by, known[0].classes, np.vstack([score.values for score in known]))
