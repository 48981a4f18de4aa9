"""scikit-learn's AdaBoost of decision trees: votes by weight, or the weighted median."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from ..forest import Forest, forest
from ..not_light import NotLight
from .answers import Labels, Regressor, softmax
from .registry import Unknown, compiles, stored
from .stand_in import Values, columns_of
from .trees import probabilities_of, rounded, rounded_rows, tree_of

TIE = 1e-9
"""Scores, or shares of weights, that are nearer than this may be in either order, by the order of additions."""


@stored
@dataclass(frozen=True, eq=False)
class AdaptiveClassifier(Labels):
    """``trees`` sum up the votes for each class, each vote by its tree's share of all weights."""

    trees: Forest

    def votes(self, X: np.ndarray) -> np.ndarray:
        """Return the scores of rounded rows, (n, classes): 1 where all trees agree, else as much less as others got."""
        return (self.trees(X) * len(self.classes_) - 1) / (len(self.classes_) - 1)

    def decided(self, scores: np.ndarray) -> np.ndarray:
        """Return the scores, unless two of the best are as good as even."""
        best = np.sort(scores, axis=1)[:, -2:]
        if (best[:, 1] - best[:, 0] < TIE).any():
            raise NotLight("two classes as good as even")
        return scores

    def shown(self, scores: np.ndarray) -> np.ndarray:
        """Return the scores as ``decision_function`` has them: one for two classes."""
        return scores[:, 1] - scores[:, 0] if scores.shape[1] == 2 else scores

    def likely(self, scores: np.ndarray) -> np.ndarray:
        """Return probabilities, (n, classes), as scikit-learn makes them of scores."""
        return softmax(scores if scores.shape[1] == 2 else scores / (scores.shape[1] - 1))

    def predict_one(self, row: Values) -> np.ndarray:
        """Return the label of one row, (1,)."""
        return self.label(int(self.decided(self.votes(rounded(row, False)))[0].argmax()))

    def predict_many(self, rows: Any) -> np.ndarray:
        """Return the labels of rows, (n,)."""
        return self.classes_[self.decided(self.votes(rounded_rows(rows, False))).argmax(axis=1)]

    def predict_proba(self, X: Any) -> np.ndarray:
        """Return what the original's ``predict_proba`` does, (n, classes)."""
        return self.ask("predict_proba", X)

    def predict_proba_one(self, row: Values) -> np.ndarray:
        """Return the probabilities of one row, (1, classes)."""
        return self.likely(self.votes(rounded(row, False)))

    def predict_proba_many(self, rows: Any) -> np.ndarray:
        """Return the probabilities of rows, (n, classes)."""
        return self.likely(self.votes(rounded_rows(rows, False)))

    def decision_function(self, X: Any) -> np.ndarray:
        """Return what the original's ``decision_function`` does, (n,) or (n, classes)."""
        return self.ask("decision_function", X)

    def decision_function_one(self, row: Values) -> np.ndarray:
        """Return the scores of one row."""
        return self.shown(self.votes(rounded(row, False)))

    def decision_function_many(self, rows: Any) -> np.ndarray:
        """Return the scores of rows."""
        return self.shown(self.votes(rounded_rows(rows, False)))


@stored
@dataclass(frozen=True, eq=False)
class AdaptiveRegressor(Regressor):
    """``trees`` answer each for itself; ``weights`` (trees,) say whose answer is the median."""

    trees: Forest
    weights: np.ndarray

    def medians(self, X: np.ndarray) -> np.ndarray:
        """Return the weighted medians for rounded rows, (n,)."""
        answers = self.trees(X)
        order = answers.argsort(axis=1)
        ranked = np.take_along_axis(answers, order, axis=1)
        share = self.weights[order].cumsum(axis=1) / self.weights.sum()
        places = (share >= 0.5).argmax(axis=1)
        doubtful = (np.abs(share[:, :-1] - 0.5) < TIE) & (ranked[:, 1:] != ranked[:, :-1])
        if doubtful.any():
            raise NotLight("the median lies right between two trees")
        return ranked[np.arange(len(X)), places]

    def value(self, row: Values) -> float:
        """Return the answer for one row."""
        return float(self.medians(rounded(row, False))[0])

    def values(self, rows: Any) -> np.ndarray:
        """Return the answers for rows, (n,)."""
        return self.medians(rounded_rows(rows, False))


def members_of(fitted: Any, kind: str) -> list[Any]:
    """Return the trees of all rounds."""
    if any(
        type(member).__name__ != kind or member.n_outputs_ != 1 for member in fitted.estimators_
    ):
        raise Unknown("Only decision trees are known.")
    return [member.tree_ for member in fitted.estimators_]


@compiles("sklearn.ensemble.AdaBoostClassifier")
def adaptive_classifier(fitted: Any) -> AdaptiveClassifier:
    """Return the trees, whose leaves vote for one class."""
    if getattr(fitted, "algorithm", "") == "SAMME.R" or len(fitted.classes_) < 2:
        raise Unknown("Votes by probabilities are not known.")
    members, classes = members_of(fitted, "DecisionTreeClassifier"), list(fitted.classes_)
    if any(list(member.classes_) != classes for member in fitted.estimators_):
        raise Unknown("A tree has not seen all classes.")
    shares = np.asarray(fitted.estimator_weights_[: len(members)]) / fitted.estimator_weights_.sum()
    trees = [
        tree_of(tree, np.full(tree.node_count, share), probabilities_of(tree).argmax(axis=1))
        for tree, share in zip(members, shares, strict=True)
    ]
    return AdaptiveClassifier(
        **columns_of(fitted),
        classes_=fitted.classes_,
        trees=forest(trees, int(fitted.n_features_in_), len(classes)),
    )


@compiles("sklearn.ensemble.AdaBoostRegressor")
def adaptive_regressor(fitted: Any) -> AdaptiveRegressor:
    """Return the trees and their weights."""
    members = members_of(fitted, "DecisionTreeRegressor")
    trees = [tree_of(tree, tree.value[:, 0, 0], place) for place, tree in enumerate(members)]
    return AdaptiveRegressor(
        **columns_of(fitted),
        trees=forest(trees, int(fitted.n_features_in_), len(trees)),
        weights=np.array(fitted.estimator_weights_[: len(trees)], dtype=np.float64),
    )
