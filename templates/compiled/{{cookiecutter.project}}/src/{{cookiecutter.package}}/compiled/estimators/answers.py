"""From scores to labels and probabilities, as scikit-learn does it: shared by all classifiers; and what regressors share."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property, partial
from math import exp
from typing import Any

import numpy as np

from ..not_light import NotLight
from .stand_in import Predictor, Values


@dataclass(frozen=True, eq=False)
class Regressor(Predictor):
    """Answers a number for each row."""

    def value(self, row: Values) -> float:
        """Return the answer for one row."""
        raise NotImplementedError

    def values(self, rows: Any) -> np.ndarray:
        """Return the answers for rows, (n,)."""
        raise NotImplementedError

    def predict_one(self, row: Values) -> np.ndarray:
        """Return the answer for one row, (1,)."""
        return np.array([self.value(row)])

    def predict_many(self, rows: Any) -> np.ndarray:
        """Return the answers for rows, (n,)."""
        return self.values(rows)


@dataclass(frozen=True, eq=False)
class Labels(Predictor):
    """Answers one of ``classes_`` for each row."""

    classes_: np.ndarray

    @cached_property
    def labels(self) -> list[np.ndarray]:
        """An array with each class alone."""
        return [self.classes_[i : i + 1] for i in range(len(self.classes_))]

    def label(self, index: int) -> np.ndarray:
        """Return an array with one class."""
        return self.labels[index].copy()


@dataclass(frozen=True, eq=False)
class Probabilities(Labels):
    """A classifier that tells probabilities."""

    def predict_proba(self, X: Any) -> np.ndarray:
        """Return what the original's ``predict_proba`` does, (n, classes)."""
        return self.ask("predict_proba", X)

    def predict_log_proba(self, X: Any) -> np.ndarray:
        """Return the logarithm of the probabilities."""
        with np.errstate(divide="ignore"):
            return np.log(self.predict_proba(X))


@dataclass(frozen=True, eq=False)
class ScoreClassifier(Labels):
    """A classifier by scores: one for each row where there are two classes, else one for each class.

    ``link`` names how they become probabilities; it is empty if they do not.
    """

    link: str

    def decision_function(self, X: Any) -> np.ndarray:
        """Return what the original's ``decision_function`` does, (n,) or (n, classes)."""
        return self.ask("decision_function", X)

    @property
    def predict_proba(self) -> Callable[[Any], np.ndarray]:
        """What the original's ``predict_proba`` does, if there is one: a function from X to (n, classes)."""
        if not self.link:
            raise NotLight("probabilities of a classifier that has none")
        return partial(self.ask, "predict_proba")

    def way(self, name: str) -> Callable[[Any], Any] | None:
        """Return the method of that name; None if there is none."""
        return None if name.startswith("predict_proba") and not self.link else super().way(name)

    def score(self, row: Values) -> Any:
        """Return the scores of one row: a float, or an array (classes,)."""
        raise NotImplementedError

    def scores(self, rows: Any) -> np.ndarray:
        """Return the scores of rows, (n,) or (n, classes)."""
        raise NotImplementedError

    def positive(self, score: Any) -> Any:
        """Say whether a score is one of the second class."""
        return score > 0

    def predict_one(self, row: Values) -> np.ndarray:
        """Return the label of one row, (1,)."""
        score = self.score(row)
        if type(score) is float:
            return self.label(int(self.positive(score)))
        return self.label(int(score.argmax()))

    def predict_many(self, rows: Any) -> np.ndarray:
        """Return the labels of rows, (n,)."""
        scores = self.scores(rows)
        return self.classes_[
            self.positive(scores).astype(int) if scores.ndim == 1 else scores.argmax(axis=1)
        ]

    def decision_function_one(self, row: Values) -> np.ndarray:
        """Return the scores of one row, (1,) or (1, classes)."""
        return np.array([self.score(row)])

    def decision_function_many(self, rows: Any) -> np.ndarray:
        """Return the scores of rows."""
        return self.scores(rows)

    def predict_proba_one(self, row: Values) -> np.ndarray:
        """Return the probabilities of one row, (1, classes)."""
        score = self.score(row)
        if type(score) is float and self.link in LOGISTIC:
            probability = logistic(LOGISTIC[self.link] * score)
            return np.array([[1 - probability, probability]])
        return LINKS[self.link](np.array([score]))

    def predict_proba_many(self, rows: Any) -> np.ndarray:
        """Return the probabilities of rows, (n, classes)."""
        return LINKS[self.link](self.scores(rows))


LOGISTIC = {"logistic": 1, "half_logistic": 2}
"""Links for two classes, and what the score is multiplied with."""


def logistic(score: float) -> float:
    """Return 1 / (1 + exp(-score)), without overflow."""
    if score >= 0:
        return 1 / (1 + exp(-score))
    small = exp(score) if score > -745 else 0.0
    return small / (1 + small)


def logistic_array(scores: np.ndarray) -> np.ndarray:
    """Return 1 / (1 + exp(-score)) for each score, without overflow."""
    small = np.exp(-np.abs(scores))
    return np.where(scores >= 0, 1 / (1 + small), small / (1 + small))


def two_columns(probability: np.ndarray) -> np.ndarray:
    """Return the probabilities of both classes, (n, 2), from those of the second."""
    return np.stack([1 - probability, probability], axis=1)


def softmax(scores: np.ndarray) -> np.ndarray:
    """Return exp(score) as a share of all classes'."""
    powers = np.exp(scores - scores.max(axis=1, keepdims=True))
    return powers / powers.sum(axis=1, keepdims=True)


def shares(parts: np.ndarray) -> np.ndarray:
    """Return each row divided by its sum; where all are 0, all classes are alike."""
    sums = parts.sum(axis=1, keepdims=True)
    return np.where(sums == 0, 1 / parts.shape[1], parts / np.where(sums == 0, 1, sums))


def by_logistic(scores: np.ndarray) -> np.ndarray:
    """Return probabilities of two classes, or of several where each was learnt against the rest."""
    return (
        two_columns(logistic_array(scores)) if scores.ndim == 1 else shares(logistic_array(scores))
    )


def by_modified_huber(scores: np.ndarray) -> np.ndarray:
    """Return probabilities as SGDClassifier does for the loss "modified_huber"."""
    clipped = (np.clip(scores, -1, 1) + 1) / 2
    return two_columns(clipped) if scores.ndim == 1 else shares(clipped)


LINKS = {
    "logistic": by_logistic,
    "half_logistic": lambda scores: two_columns(logistic_array(2 * scores)),
    "softmax": softmax,
    "modified_huber": by_modified_huber,
}
