"""scikit-learn's IsolationForest: how deep a row falls in random trees."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from ..forest import Forest, forest
from ..not_light import NotLight
from .registry import Unknown, compiles, stored
from .stand_in import Predictor, Values, columns_of
from .trees import rounded, rounded_rows, tree_of

TIE = 1e-12
"""A score so near to the offset may be on either side of it, by the order of additions."""


@stored
@dataclass(frozen=True, eq=False)
class Isolation(Predictor):
    """``trees`` sum up depths, which ``scale`` is the largest of; ``offset_`` is where outliers begin."""

    trees: Forest
    scale: float
    offset_: float

    def score_samples(self, X: Any) -> np.ndarray:
        """Return the original's ``score_samples``, (n,)."""
        return self.ask("score_samples", X)

    def decision_function(self, X: Any) -> np.ndarray:
        """Return the original's ``decision_function``, (n,)."""
        return self.ask("decision_function", X)

    def score_samples_one(self, row: Values) -> np.ndarray:
        """Return the score of one row, (1,)."""
        return self.scores(rounded(row, False))

    def score_samples_many(self, rows: Any) -> np.ndarray:
        """Return the scores of rows, (n,)."""
        return self.scores(rounded_rows(rows, False))

    def scores(self, X: np.ndarray) -> np.ndarray:
        """Return the scores of rounded rows, (n,)."""
        return -(2 ** (-self.trees(X)[:, 0] / self.scale))

    def decision_function_one(self, row: Values) -> np.ndarray:
        """Return how far one row is from being an outlier, (1,)."""
        return self.score_samples_one(row) - self.offset_

    def decision_function_many(self, rows: Any) -> np.ndarray:
        """Return how far rows are from being outliers, (n,)."""
        return self.score_samples_many(rows) - self.offset_

    def predict_one(self, row: Values) -> np.ndarray:
        """Return -1 for an outlier, else 1, (1,)."""
        return signs(self.decision_function_one(row))

    def predict_many(self, rows: Any) -> np.ndarray:
        """Return -1 for outliers, else 1, (n,)."""
        return signs(self.decision_function_many(rows))


def signs(scores: np.ndarray) -> np.ndarray:
    """Return -1 where a score is below 0, else 1."""
    if (np.abs(scores) < TIE).any():
        raise NotLight("a score right at the offset")
    return np.where(scores < 0, -1, 1)


@compiles("sklearn.ensemble.IsolationForest")
def isolation(fitted: Any) -> Isolation:
    """Return the trees with how deep each leaf counts."""
    trees = []
    lengths = zip(fitted._decision_path_lengths, fitted._average_path_length_per_tree, strict=True)
    for member, features, (path, average) in zip(
        fitted.estimators_, fitted.estimators_features_, lengths, strict=True
    ):
        own = tree_of(member.tree_, path + average - 1.0, 0)
        own.feature[own.left >= 0] = np.asarray(features)[own.feature[own.left >= 0]]
        trees.append(own)
    largest = average_path(int(fitted._max_samples))
    if largest == 0:
        raise Unknown("A forest of single rows is not known.")
    width = int(fitted.n_features_in_)
    return Isolation(
        **columns_of(fitted),
        trees=forest(trees, width, 1),
        scale=len(trees) * largest,
        offset_=float(fitted.offset_),
    )


def average_path(count: int) -> float:
    """Return the mean depth of a row in a random tree of so many (Liu, Ting and Zhou 2008, equation 1)."""
    if count <= 2:
        return float(count == 2)
    return float(2 * (np.log(count - 1.0) + np.euler_gamma) - 2 * (count - 1.0) / count)
