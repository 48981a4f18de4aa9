"""scikit-learn's decision trees and forests: numbers are rounded to float32 first, as scikit-learn does."""

from __future__ import annotations

from array import array
from dataclasses import dataclass
from math import isfinite
from typing import Any

import numpy as np

from ..forest import Forest, Tree, forest
from ..not_light import NotLight
from .answers import Probabilities, Regressor
from .registry import Unknown, compiles, stored
from .stand_in import Values, columns_of, matrix, numbers

TIE = 1e-9
"""Where two probabilities are nearer than this, the order of additions decides which is larger: the original's counts."""


def rounded(row: Values, gaps: bool) -> np.ndarray:
    """Return a row's numbers, (1, width), rounded to float32; ``gaps`` says that nan may be among them."""
    x = np.frombuffer(array("f", numbers(row)), dtype=np.float32)
    if not isfinite(x.dot(x)):
        refuse(x, gaps)
    return x.astype(np.float64).reshape(1, -1)


def rounded_rows(rows: Any, gaps: bool) -> np.ndarray:
    """Return the numbers of rows, (n, width), rounded to float32."""
    with np.errstate(over="ignore"):
        X = matrix(rows).astype(np.float32)
    refuse(X, gaps)
    return X.astype(np.float64)


def refuse(X: np.ndarray, gaps: bool) -> None:
    """Raise for numbers that the original refuses."""
    if np.isinf(X).any() or (not gaps and np.isnan(X).any()):
        raise NotLight("the original refuses missing and infinite numbers")


@stored
@dataclass(frozen=True, eq=False)
class ForestRegressor(Regressor):
    """The mean of some trees."""

    trees: Forest
    count: int
    gaps: bool

    def value(self, row: Values) -> float:
        """Return the answer for one row."""
        return float(self.trees(rounded(row, self.gaps))[0, 0]) / self.count

    def values(self, rows: Any) -> np.ndarray:
        """Return the answers for rows, (n,)."""
        return self.trees(rounded_rows(rows, self.gaps))[:, 0] / self.count


@stored
@dataclass(frozen=True, eq=False)
class ForestClassifier(Probabilities):
    """The mean of some trees' probabilities.

    ``sums`` says what the trees sum up: "votes" for each class, "second" the probabilities of the second of two, "leaves"
    the positions of each tree's leaf in ``leaves`` (all leaves, classes).
    """

    trees: Forest
    count: int
    gaps: bool
    sums: str
    leaves: np.ndarray | None

    def predict_one(self, row: Values) -> np.ndarray:
        """Return the label of one row, (1,)."""
        return self.label(
            int(self.checked(self.probabilities(rounded(row, self.gaps)))[0].argmax())
        )

    def predict_many(self, rows: Any) -> np.ndarray:
        """Return the labels of rows, (n,)."""
        return self.classes_[self.checked(self.predict_proba_many(rows)).argmax(axis=1)]

    def predict_proba_one(self, row: Values) -> np.ndarray:
        """Return the probabilities of one row, (1, classes)."""
        return self.probabilities(rounded(row, self.gaps))

    def predict_proba_many(self, rows: Any) -> np.ndarray:
        """Return the probabilities of rows, (n, classes)."""
        return self.probabilities(rounded_rows(rows, self.gaps))

    def probabilities(self, X: np.ndarray) -> np.ndarray:
        """Return the probabilities for rounded rows."""
        sums = self.trees(X)
        if self.sums == "second":
            second = sums / self.count
            return np.concatenate([1 - second, second], axis=1)
        if self.sums == "votes":
            return sums / self.count
        totals = np.zeros((len(X), len(self.classes_)))
        for positions in sums.astype(np.intp).T:
            totals += self.leaves.take(positions, axis=0)
        return totals / self.count

    def checked(self, probabilities: np.ndarray) -> np.ndarray:
        """Return the probabilities unless two are as good as equal where they are not exact."""
        if self.sums == "second" and (np.abs(probabilities[:, 1] - 0.5) < TIE).any():
            raise NotLight("two classes are as good as equally probable")
        return probabilities


@compiles(
    "sklearn.ensemble.RandomForestRegressor",
    "sklearn.ensemble.ExtraTreesRegressor",
    "sklearn.tree.DecisionTreeRegressor",
    "sklearn.tree.ExtraTreeRegressor",
)
def forest_regressor(fitted: Any) -> ForestRegressor:
    """Return the trees of a regressor with one target."""
    members = members_of(fitted)
    trees = [tree_of(tree, tree.value[:, 0, 0], 0) for tree in members]
    model = forest(trees, int(fitted.n_features_in_), 1)
    return ForestRegressor(
        **columns_of(fitted), trees=model, count=len(trees), gaps=takes_gaps(fitted)
    )


@compiles(
    "sklearn.ensemble.RandomForestClassifier",
    "sklearn.ensemble.ExtraTreesClassifier",
    "sklearn.tree.DecisionTreeClassifier",
    "sklearn.tree.ExtraTreeClassifier",
)
def forest_classifier(fitted: Any) -> ForestClassifier:
    """Return the trees of a classifier with one target."""
    members, classes = members_of(fitted), len(fitted.classes_)
    values = [probabilities_of(tree) for tree in members]
    leaves = None
    if all(
        np.isin(part[tree.children_left < 0], (0.0, 1.0)).all()
        for tree, part in zip(members, values, strict=True)
    ):
        sums, targets = "votes", classes
        trees = [
            tree_of(tree, np.ones(len(part)), part.argmax(axis=1))
            for tree, part in zip(members, values, strict=True)
        ]
    elif classes == 2 and len(members) > 1:
        sums, targets = "second", 1
        trees = [tree_of(tree, part[:, 1], 0) for tree, part in zip(members, values, strict=True)]
    else:
        sums, targets, leaves = "leaves", len(members), np.concatenate(values)
        starts = np.cumsum([0, *(len(part) for part in values[:-1])])
        trees = [
            tree_of(tree, start + np.arange(len(part)), position)
            for position, (tree, part, start) in enumerate(
                zip(members, values, starts, strict=True)
            )
        ]
    model = forest(trees, int(fitted.n_features_in_), targets)
    return ForestClassifier(
        **columns_of(fitted),
        classes_=fitted.classes_,
        trees=model,
        count=len(members),
        gaps=takes_gaps(fitted),
        sums=sums,
        leaves=leaves,
    )


def members_of(fitted: Any) -> list[Any]:
    """Return the trees of a forest, or the one of a decision tree."""
    if fitted.n_outputs_ != 1:
        raise Unknown("Several targets are not known.")
    return [member.tree_ for member in getattr(fitted, "estimators_", [fitted])]


def probabilities_of(tree: Any) -> np.ndarray:
    """Return each node's shares of the classes; before scikit-learn 1.3 they were counts."""
    shares = tree.value[:, 0, :]
    sums = shares.sum(axis=1, keepdims=True)
    return (
        shares if np.allclose(sums, 1, rtol=0, atol=1e-9) else shares / np.where(sums == 0, 1, sums)
    )


def takes_gaps(fitted: Any) -> bool:
    """Say whether nan may be among the numbers."""
    member = getattr(fitted, "estimators_", [fitted])[0]
    asked = getattr(member, "_support_missing_values", None)
    known = hasattr(member.tree_, "missing_go_to_left")
    return bool(
        known
        and asked is not None
        and asked(np.zeros((1, fitted.n_features_in_), dtype=np.float32))
    )


def tree_of(tree: Any, values: np.ndarray, targets: Any) -> Tree:
    """Return one of scikit-learn's trees as arrays."""
    return Tree(
        left=tree.children_left,
        right=tree.children_right,
        feature=tree.feature.copy(),
        threshold=tree.threshold,
        values=np.asarray(values, dtype=np.float64),
        targets=np.broadcast_to(targets, len(values)),
        missing_left=getattr(tree, "missing_go_to_left", None),
    )
