"""scikit-learn's GradientBoosting: trees on numbers rounded to float32, summed in float64."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from ..forest import Forest, forest
from .answers import Regressor, ScoreClassifier
from .registry import Unknown, compiles, stored
from .stand_in import Values, columns_of
from .trees import rounded, rounded_rows, tree_of


@stored
@dataclass(frozen=True, eq=False)
class BoostedClassifier(ScoreClassifier):
    """Scores are the sums of the trees; 0 is one of the second class."""

    trees: Forest

    def positive(self, score: Any) -> Any:
        """Say whether a score is one of the second class."""
        return score >= 0

    def score(self, row: Values) -> Any:
        """Return the scores of one row: a float, or an array (classes,)."""
        raw = self.trees(rounded(row, False))[0]
        return float(raw[0]) if len(raw) == 1 else raw

    def scores(self, rows: Any) -> np.ndarray:
        """Return the scores of rows, (n,) or (n, classes)."""
        raw = self.trees(rounded_rows(rows, False))
        return raw[:, 0] if raw.shape[1] == 1 else raw


@stored
@dataclass(frozen=True, eq=False)
class BoostedRegressor(Regressor):
    """Answers are the sums of the trees."""

    trees: Forest

    def value(self, row: Values) -> float:
        """Return the answer for one row."""
        return float(self.trees(rounded(row, False))[0, 0])

    def values(self, rows: Any) -> np.ndarray:
        """Return the answers for rows, (n,)."""
        return self.trees(rounded_rows(rows, False))[:, 0]


@compiles("sklearn.ensemble.GradientBoostingClassifier")
def boosting_classifier(fitted: Any) -> BoostedClassifier:
    """Return the trees with what they start from."""
    links = {"log_loss": "logistic", "deviance": "logistic", "exponential": "half_logistic"}
    link = links[fitted.loss] if len(fitted.classes_) == 2 else "softmax"
    return BoostedClassifier(
        **columns_of(fitted), classes_=fitted.classes_, link=link, trees=boosted_trees(fitted)
    )


@compiles("sklearn.ensemble.GradientBoostingRegressor")
def boosting_regressor(fitted: Any) -> BoostedRegressor:
    """Return the trees with what they start from."""
    return BoostedRegressor(**columns_of(fitted), trees=boosted_trees(fitted))


def boosted_trees(fitted: Any) -> Forest:
    """Return the trees of all rounds; what they start from has to be the same for every row."""
    if fitted.init_ != "zero" and not type(fitted.init_).__name__.startswith("Dummy"):
        raise Unknown("Another start than a constant is not known.")
    width, targets = int(fitted.n_features_in_), fitted.estimators_.shape[1]
    base = np.ravel(fitted._raw_predict_init(np.zeros((1, width), dtype=np.float32)))
    trees = [
        tree_of(member.tree_, fitted.learning_rate * member.tree_.value[:, 0, 0], target)
        for members in fitted.estimators_
        for target, member in enumerate(members)
    ]
    return forest(trees, width, targets, base)
