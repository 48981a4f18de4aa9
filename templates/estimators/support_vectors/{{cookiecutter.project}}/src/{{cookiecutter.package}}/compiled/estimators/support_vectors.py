"""scikit-learn's support vector machines: a row's kernel with each support vector, weighted and summed up."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from itertools import combinations
from math import exp
from typing import Any

import numpy as np

from ..not_light import NotLight
from .answers import Labels, Regressor
from .kernels import Kernel
from .registry import Unknown, compiles, stored
from .stand_in import Predictor, Values, as_lists, columns_of

KERNELS = ("rbf", "linear", "poly", "sigmoid")
LARGEST = 8_000_000
"""Numbers that the support vectors may have: more take longer than the original's own overhead, and 64 MB."""


@stored
@dataclass(frozen=True, eq=False)
class SupportRegressor(Kernel, Regressor):
    """``weights`` (1, count) of the kernel and what is added, (1,)."""

    weights: np.ndarray
    added: np.ndarray

    def value(self, row: Values) -> float:
        """Return the answer for one row."""
        return float(self.weights[0].dot(self.near(row)) + self.added[0])

    def values(self, rows: Any) -> np.ndarray:
        """Return the answers for rows, (n,)."""
        return np.array([self.value(row) for row in as_lists(rows)])


@stored
@dataclass(frozen=True, eq=False)
class SupportOutliers(Kernel, Predictor):
    """The same of rows that are to be told from outliers."""

    weights: np.ndarray
    added: np.ndarray
    offset_: float

    def decision_function(self, X: Any) -> np.ndarray:
        """Return the original's ``decision_function``, (n,)."""
        return self.ask("decision_function", X)

    def score_samples(self, X: Any) -> np.ndarray:
        """Return the original's ``score_samples``, (n,)."""
        return self.decision_function(X) + self.offset_

    def decision_function_one(self, row: Values) -> np.ndarray:
        """Return the score of one row, (1,)."""
        return self.weighed(row, self.weights, self.added)

    def decision_function_many(self, rows: Any) -> np.ndarray:
        """Return the scores of rows, (n,)."""
        return np.concatenate([self.decision_function_one(row) for row in as_lists(rows)])

    def predict_one(self, row: Values) -> np.ndarray:
        """Return -1 for an outlier, else 1, (1,)."""
        return np.where(self.decision_function_one(row) > 0, 1, -1)

    def predict_many(self, rows: Any) -> np.ndarray:
        """Return -1 for outliers, else 1, (n,)."""
        return np.where(self.decision_function_many(rows) > 0, 1, -1)


@stored
@dataclass(frozen=True, eq=False)
class SupportClassifier(Kernel, Labels):
    """One score for each pair of classes, positive for the first of them: they vote.

    ``weights`` (pairs, count) and ``added`` (pairs,) make the scores, ``slopes`` and ``offsets`` (pairs,) the sigmoids of
    libsvm's probabilities, if there are any; ``against_rest`` and ``break_ties`` are options of scikit-learn's.
    """

    weights: np.ndarray
    added: np.ndarray
    slopes: np.ndarray
    offsets: np.ndarray
    against_rest: bool
    break_ties: bool

    @cached_property
    def pairs(self) -> tuple[np.ndarray, np.ndarray]:
        """The first and the second class of each pair."""
        pairs = np.array(list(combinations(range(len(self.classes_)), 2)))
        return pairs[:, 0], pairs[:, 1]

    def scores(self, row: Values) -> np.ndarray:
        """Return the scores of one row, (pairs,)."""
        return self.weighed(row, self.weights, self.added)

    def votes(self, scores: np.ndarray) -> np.ndarray:
        """Return how many pairs each class has won, (classes,)."""
        first, second = self.pairs
        return np.bincount(np.where(scores > 0, first, second), minlength=len(self.classes_))

    def shown(self, scores: np.ndarray) -> np.ndarray:
        """Return what ``decision_function`` says, (1,) or (1, classes) or (1, pairs)."""
        if len(self.classes_) == 2:
            return -scores
        return (self.of_classes(scores) if self.against_rest else scores).reshape(1, -1)

    def of_classes(self, scores: np.ndarray) -> np.ndarray:
        """Return votes, and within them the sum of scores, (classes,), as scikit-learn's ``ovr`` shape has them."""
        (first, second), count = self.pairs, len(self.classes_)
        sums = np.bincount(first, scores, count) - np.bincount(second, scores, count)
        return self.votes(scores) + sums / (3 * (np.abs(sums) + 1))

    def predict_one(self, row: Values) -> np.ndarray:
        """Return the label of one row, (1,)."""
        scores = self.scores(row)
        by = self.of_classes if self.break_ties and len(self.classes_) > 2 else self.votes
        return self.label(int(by(scores).argmax()))

    def predict_many(self, rows: Any) -> np.ndarray:
        """Return the labels of rows, (n,)."""
        return np.concatenate([self.predict_one(row) for row in as_lists(rows)])

    def decision_function(self, X: Any) -> np.ndarray:
        """Return what the original's ``decision_function`` does."""
        return self.ask("decision_function", X)

    def decision_function_one(self, row: Values) -> np.ndarray:
        """Return the scores of one row."""
        return self.shown(self.scores(row))

    def decision_function_many(self, rows: Any) -> np.ndarray:
        """Return the scores of rows."""
        return np.concatenate([self.decision_function_one(row) for row in as_lists(rows)])

    def way(self, name: str) -> Any:
        """Return the method of that name; None if there is none."""
        return None if "proba" in name and not len(self.slopes) else super().way(name)

    @property
    def predict_proba(self) -> Any:
        """What the original's ``predict_proba`` does, if there is one: a function from X to (n, classes)."""
        if not len(self.slopes):
            raise NotLight("probabilities of a classifier that has none")
        return lambda X: self.ask("predict_proba", X)

    def predict_proba_one(self, row: Values) -> np.ndarray:
        """Return the probabilities of one row, (1, classes)."""
        exponents = (self.slopes * self.scores(row) + self.offsets).tolist()
        first = [min(max(falling(each), 1e-7), 1 - 1e-7) for each in exponents]
        wins = [[0.0] * len(self.classes_) for _ in self.classes_]
        for i, j, share in zip(*(part.tolist() for part in self.pairs), first, strict=True):
            wins[i][j], wins[j][i] = share, 1 - share
        return np.array([coupled(wins)])

    def predict_proba_many(self, rows: Any) -> np.ndarray:
        """Return the probabilities of rows, (n, classes)."""
        return np.concatenate([self.predict_proba_one(row) for row in as_lists(rows)])


def falling(exponent: float) -> float:
    """Return 1 / (1 + exp(exponent)), without overflow."""
    if exponent >= 0:
        return exp(-exponent) / (1 + exp(-exponent))
    return 1 / (1 + exp(exponent))


def coupled(wins: list[list[float]]) -> list[float]:
    """Return probabilities of classes from those of pairs, as libsvm finds them: where it stops, this does.

    Wu, Lin and Weng 2004, "Probability estimates for multi-class classification by pairwise coupling", algorithm 2.
    """
    count, classes = len(wins), range(len(wins))
    p = [1.0 / count] * count
    q = [[-wins[j][t] * wins[t][j] for j in classes] for t in classes]
    for t in classes:
        q[t][t] = sum(wins[j][t] ** 2 for j in classes if j != t)
    for _ in range(max(100, count)):
        qp = [sum(q[t][j] * p[j] for j in classes) for t in classes]
        whole = sum(p[t] * qp[t] for t in classes)
        if max(abs(each - whole) for each in qp) < 0.005 / count:
            break
        for t in classes:
            step = (whole - qp[t]) / q[t][t]
            p[t] += step
            whole = (whole + step * (step * q[t][t] + 2 * qp[t])) / (1 + step) / (1 + step)
            qp = [(qp[j] + step * q[t][j]) / (1 + step) for j in classes]
            p = [each / (1 + step) for each in p]
    return p


def kernel_of(fitted: Any) -> dict[str, Any]:
    """Return columns, support vectors and settings of a machine."""
    vectors = fitted.support_vectors_
    if fitted.kernel not in KERNELS or int(fitted.degree) != fitted.degree:
        raise Unknown("This kernel is not known.")
    if np.prod(vectors.shape, dtype=float) > LARGEST:
        raise Unknown("So many support vectors are not known.")
    dense = vectors.toarray() if hasattr(vectors, "toarray") else np.array(vectors)
    settings = {
        "gamma": float(fitted._gamma),
        "coef0": float(fitted.coef0),
        "degree": int(fitted.degree),
    }
    return {**columns_of(fitted), "vectors": dense, "kernel": fitted.kernel, **settings}


def weights_of(fitted: Any) -> dict[str, np.ndarray]:
    """Return the weights of a machine with one score as libsvm has them."""
    return {"weights": dense_of(fitted._dual_coef_), "added": np.array(fitted._intercept_)}


def dense_of(matrix: Any) -> np.ndarray:
    """Return a matrix of weights, which is sparse where the training rows were."""
    return np.array(matrix.toarray() if hasattr(matrix, "toarray") else matrix)


@compiles("sklearn.svm.SVR", "sklearn.svm.NuSVR")
def support_regressor(fitted: Any) -> SupportRegressor:
    """Return support vectors and weights of a regression."""
    return SupportRegressor(**kernel_of(fitted), **weights_of(fitted))


@compiles("sklearn.svm.OneClassSVM")
def support_outliers(fitted: Any) -> SupportOutliers:
    """Return support vectors and weights of what tells outliers."""
    offset = float(np.ravel(fitted.offset_)[0])
    return SupportOutliers(**kernel_of(fitted), **weights_of(fitted), offset_=offset)


@compiles("sklearn.svm.SVC", "sklearn.svm.NuSVC")
def support_classifier(fitted: Any) -> SupportClassifier:
    """Return support vectors and the weights of each pair of classes."""
    ovr = fitted.decision_function_shape == "ovr"
    if fitted.break_ties and not ovr:
        raise Unknown("The original refuses these options.")
    dual, ends = dense_of(fitted._dual_coef_), np.cumsum([0, *fitted.n_support_])
    weights = np.zeros((len(fitted._intercept_), dual.shape[1]))
    for weight, (i, j) in zip(weights, combinations(range(len(fitted.classes_)), 2), strict=True):
        of_first, of_second = slice(*ends[i : i + 2]), slice(*ends[j : j + 2])
        weight[of_first], weight[of_second] = dual[j - 1, of_first], dual[i, of_second]
    return SupportClassifier(
        **kernel_of(fitted),
        classes_=fitted.classes_,
        weights=weights,
        added=np.array(fitted._intercept_),
        slopes=np.array(fitted._probA),
        offsets=np.array(fitted._probB),
        against_rest=ovr,
        break_ties=bool(fitted.break_ties),
    )
