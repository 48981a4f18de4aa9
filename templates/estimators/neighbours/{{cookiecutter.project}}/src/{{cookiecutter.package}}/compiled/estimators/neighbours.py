"""scikit-learn's nearest neighbours: all rows of the training, and of which of them a row is made."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np

from ..not_light import NotLight
from .answers import Probabilities, Regressor
from .registry import Unknown, compiles, stored
from .stand_in import Values, as_lists, columns_of, finite_vector

METRICS = ("euclidean", "manhattan", "chebyshev")
LARGEST = 8_000_000
"""Numbers that the rows of the training may have: all are looked at for each answer, and kept, 64 MB."""
TIE = 1e-9
"""Distances, or sums of weights, whose difference is a smaller share may be in either order."""
TOO_LARGE = "numbers too large for distances"
BLUR = 1e-13
"""What scikit-learn's products may add to a squared distance, as a share of the squares of the numbers themselves."""


@dataclass(frozen=True, eq=False)
class Neighbourhood:
    """``points`` (rows, width) and ``targets`` (rows,) of the training; ``blurred`` says that the original finds distances
    by products, so that small ones are not exact."""

    points: np.ndarray
    targets: np.ndarray
    metric: str
    count: int
    by_distance: bool
    blurred: bool

    @cached_property
    def squares(self) -> np.ndarray:
        """The square of each point's length, (rows,)."""
        return np.einsum("ij,ij->i", self.points, self.points)

    @cached_property
    def largest(self) -> float:
        """The largest of them."""
        return float(self.squares.max())

    def nearest(self, row: Values) -> tuple[np.ndarray, np.ndarray | None]:
        """Return the targets of the nearest points, and their weights, None where all count alike.

        Raises:
            NotLight: where it is not certain which these are.
        """
        x = finite_vector(row)
        length = float(x.dot(x))
        blur = BLUR * (length + self.largest) if self.blurred else 0.0
        points, targets = self.points, self.targets
        if self.count < len(points) and self.metric == "euclidean":
            near = self.near(x, length, blur)
            points, targets = points[near], targets[near]
        far = self.far(points, x)
        places = (
            far.argpartition(self.count - 1)[: self.count]
            if self.count < len(far)
            else np.arange(len(far))
        )
        edge = far[places].max()
        if not np.isfinite(edge + blur):
            raise NotLight(TOO_LARGE)
        doubtful = np.abs(far - edge) <= TIE * edge + blur
        if doubtful.sum() > doubtful[places].sum() and len(np.unique(targets[doubtful])) > 1:
            raise NotLight("two points are equally near")
        return targets[places], self.weights(far[places], blur) if self.by_distance else None

    def near(self, x: np.ndarray, length: float, blur: float) -> np.ndarray:
        """Return the places of the nearest points, of all that are as good as those, and maybe of some more: by products,
        which take a quarter of the time and are not quite exact."""
        with np.errstate(over="ignore", invalid="ignore"):
            far = self.points.dot(x)
            far *= -2
            far += self.squares
        edge = float(np.partition(far, self.count - 1)[self.count - 1])
        rounded = (len(x) + 8) * 1e-15 * (length + self.largest)
        edge += 2 * (TIE * max(edge + length, 0.0) + blur + rounded)
        if not np.isfinite(edge):
            raise NotLight(TOO_LARGE)
        return np.flatnonzero(far <= edge)

    def far(self, points: np.ndarray, x: np.ndarray) -> np.ndarray:
        """Return how far each of these points is, (rows,): squared, if distances are Euclidean."""
        with np.errstate(over="ignore", invalid="ignore"):
            apart = points - x
            if self.metric == "euclidean":
                return np.einsum("ij,ij->i", apart, apart)
            return (
                np.abs(apart).sum(axis=1)
                if self.metric == "manhattan"
                else np.abs(apart).max(axis=1)
            )

    def weights(self, far: np.ndarray, blur: float) -> np.ndarray:
        """Return 1 / distance; those at the very place count alone."""
        if blur and far.min() < 1e7 * blur:
            raise NotLight("a distance that is not exact")
        if not far.all():
            return (far == 0).astype(np.float64)
        return 1 / (np.sqrt(far) if self.metric == "euclidean" else far)


@stored
@dataclass(frozen=True, eq=False)
class NeighboursRegressor(Neighbourhood, Regressor):
    """The mean of the neighbours' targets."""

    def value(self, row: Values) -> float:
        """Return the answer for one row."""
        targets, weights = self.nearest(row)
        return float(np.average(targets, weights=weights))

    def values(self, rows: Any) -> np.ndarray:
        """Return the answers for rows, (n,)."""
        return np.array([self.value(row) for row in as_lists(rows)])


@stored
@dataclass(frozen=True, eq=False)
class NeighboursClassifier(Neighbourhood, Probabilities):
    """The neighbours vote; targets are places of classes."""

    def votes(self, row: Values) -> np.ndarray:
        """Return each class's weight among the neighbours, (classes,)."""
        targets, weights = self.nearest(row)
        return np.bincount(targets, weights, len(self.classes_))

    def predict_one(self, row: Values) -> np.ndarray:
        """Return the label of one row, (1,)."""
        votes = self.votes(row)
        if self.by_distance and (votes >= (1 - TIE) * votes.max()).sum() > 1:
            raise NotLight("two classes as good as even")
        return self.label(int(votes.argmax()))

    def predict_many(self, rows: Any) -> np.ndarray:
        """Return the labels of rows, (n,)."""
        return np.concatenate([self.predict_one(row) for row in as_lists(rows)])

    def predict_proba_one(self, row: Values) -> np.ndarray:
        """Return the probabilities of one row, (1, classes)."""
        votes = self.votes(row)
        return (votes / votes.sum()).reshape(1, -1)

    def predict_proba_many(self, rows: Any) -> np.ndarray:
        """Return the probabilities of rows, (n, classes)."""
        return np.concatenate([self.predict_proba_one(row) for row in as_lists(rows)])


def neighbourhood_of(fitted: Any) -> dict[str, Any]:
    """Return the rows of the training, and how they are asked."""
    points, targets = fitted._fit_X, fitted._y
    if fitted.effective_metric_ not in METRICS or fitted.weights not in ("uniform", "distance"):
        raise Unknown("This metric, or these weights, are not known.")
    if (
        not isinstance(points, np.ndarray)
        or points.dtype not in (np.float64, np.int64)
        or points.size > LARGEST
    ):
        raise Unknown("Only some million numbers in 64 bits are known.")
    if targets.ndim != 1 or targets.dtype not in (np.float64, np.int64):
        raise Unknown("Several targets are not known.")
    return {
        **columns_of(fitted),
        "points": points.astype(np.float64),
        "targets": targets.copy(),
        "metric": fitted.effective_metric_,
        "count": int(fitted.n_neighbors),
        "by_distance": fitted.weights == "distance",
        "blurred": fitted._fit_method == "brute",
    }


@compiles("sklearn.neighbors.KNeighborsRegressor")
def neighbours_regressor(fitted: Any) -> NeighboursRegressor:
    """Return the rows of the training and their targets."""
    return NeighboursRegressor(**neighbourhood_of(fitted))


@compiles("sklearn.neighbors.KNeighborsClassifier")
def neighbours_classifier(fitted: Any) -> NeighboursClassifier:
    """Return the rows of the training and their classes."""
    if fitted.outputs_2d_:
        raise Unknown("Several targets are not known.")
    return NeighboursClassifier(**neighbourhood_of(fitted), classes_=fitted.classes_)
