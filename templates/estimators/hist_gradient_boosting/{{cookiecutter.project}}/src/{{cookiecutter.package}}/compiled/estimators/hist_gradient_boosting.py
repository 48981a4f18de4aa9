"""scikit-learn's HistGradientBoosting: trees that know where missing values go, summed in float64."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, ClassVar

import numpy as np

from ..forest import LEQ, MEMBER, Forest, Tree, forest
from .answers import Regressor, ScoreClassifier
from .ordinal import Ordinal, ordinal
from .registry import Unknown, compiles, stored
from .stand_in import Values, as_lists, columns_of, matrix, vector


@dataclass(frozen=True, eq=False)
class Boosted:
    """The trees, and the categories of columns that hold some: the encoded ones come first then."""

    trees: Forest
    encoder: Ordinal | None
    encoded: list[int]

    def prepared(self, row: Values) -> Values:
        """Return a row as the trees were grown on."""
        if self.encoder is None:
            return row
        codes = self.encoder.one([row[i] for i in self.encoded])
        return [*codes, *(value for i, value in enumerate(row) if i not in self.encoded)]

    def raw(self, row: Values) -> np.ndarray:
        """Return the sums for one row, (targets,)."""
        return self.trees(vector(self.prepared(row)).reshape(1, -1))[0]

    def raw_rows(self, rows: Any) -> np.ndarray:
        """Return the sums for rows, (n, targets)."""
        if self.encoder is None:
            return self.trees(matrix(rows))
        return self.trees(matrix([self.prepared(row) for row in as_lists(rows)]))


@stored
@dataclass(frozen=True, eq=False)
class HistClassifier(ScoreClassifier, Boosted):
    """Scores are the sums of the trees."""

    texts: ClassVar[bool] = True

    def score(self, row: Values) -> Any:
        """Return the scores of one row: a float, or an array (classes,)."""
        raw = self.raw(row)
        return float(raw[0]) if len(raw) == 1 else raw

    def scores(self, rows: Any) -> np.ndarray:
        """Return the scores of rows, (n,) or (n, classes)."""
        raw = self.raw_rows(rows)
        return raw[:, 0] if raw.shape[1] == 1 else raw


@stored
@dataclass(frozen=True, eq=False)
class HistRegressor(Regressor, Boosted):
    """Answers are the sums of the trees, or their exponentials."""

    texts: ClassVar[bool] = True

    link: str

    def value(self, row: Values) -> float:
        """Return the answer for one row."""
        raw = float(self.raw(row)[0])
        return float(np.exp(raw)) if self.link == "log" else raw

    def values(self, rows: Any) -> np.ndarray:
        """Return the answers for rows, (n,)."""
        raw = self.raw_rows(rows)[:, 0]
        return np.exp(raw) if self.link == "log" else raw


@compiles("sklearn.ensemble.HistGradientBoostingClassifier")
def hist_classifier(fitted: Any) -> HistClassifier:
    """Return the trees with what they start from."""
    link = "logistic" if len(fitted.classes_) == 2 else "softmax"
    return HistClassifier(
        **columns_of(fitted), **boosted(fitted), classes_=fitted.classes_, link=link
    )


@compiles("sklearn.ensemble.HistGradientBoostingRegressor")
def hist_regressor(fitted: Any) -> HistRegressor:
    """Return the trees with what they start from."""
    links = {"IdentityLink": "identity", "LogLink": "log"}
    return HistRegressor(
        **columns_of(fitted), **boosted(fitted), link=links[type(fitted._loss.link).__name__]
    )


def boosted(fitted: Any) -> dict[str, Any]:
    """Return the parts of a boosted model that classifiers and regressors share."""
    encoder, encoded = None, []
    if fitted.is_categorical_ is not None:
        encoded = np.flatnonzero(fitted.is_categorical_).tolist()
        encoder = categories_of(fitted, encoded)
    targets = fitted.n_trees_per_iteration_
    trees = [
        tree_of(predictor, target)
        for iteration in fitted._predictors
        for target, predictor in enumerate(iteration)
    ]
    base = np.broadcast_to(np.ravel(fitted._baseline_prediction), targets)
    return {
        "trees": forest(trees, fitted.n_features_in_, targets, base),
        "encoder": encoder,
        "encoded": encoded,
    }


def categories_of(fitted: Any, encoded: list[int]) -> Ordinal:
    """Return the encoder of the columns with categories."""
    step = fitted._preprocessor.named_transformers_["encoder"]
    if len(step.categories_) != len(encoded):
        raise Unknown("These categories are not known.")
    return ordinal(step)


def tree_of(predictor: Any, target: int) -> Tree:
    """Return one of its trees as arrays."""
    nodes = predictor.nodes
    leaf = nodes["is_leaf"].astype(bool)
    category = nodes["is_categorical"].astype(bool) & ~leaf
    members = {
        int(node): bits_of(predictor.raw_left_cat_bitsets[nodes["bitset_idx"][node]])
        for node in np.flatnonzero(category)
    }
    return Tree(
        left=np.where(leaf, -1, nodes["left"].astype(np.int64)),
        right=np.where(leaf, -1, nodes["right"].astype(np.int64)),
        feature=nodes["feature_idx"],
        threshold=np.where(category, 0.0, nodes["num_threshold"]),
        values=nodes["value"],
        targets=np.full(len(nodes), target),
        missing_left=nodes["missing_go_to_left"],
        modes=np.where(category, MEMBER, LEQ),
        members=members,
    )


def bits_of(bitset: np.ndarray) -> list[float]:
    """Return the numbers whose bits are set in words of 32 bits."""
    return [
        float(32 * word + bit)
        for word, bits in enumerate(bitset)
        for bit in range(32)
        if int(bits) >> bit & 1
    ]
