"""XGBoost's scikit-learn models: everything in float32, summed tree after tree as XGBoost does."""

from __future__ import annotations

import json
from array import array
from dataclasses import dataclass
from typing import Any

import numpy as np

from ..forest import LT, Forest, Tree, forest
from ..not_light import NotLight
from .answers import Labels, Regressor, two_columns
from .lightgbm_trees import Columns
from .registry import Unknown, compiles, stored
from .stand_in import Values, matrix

LINKS = {
    "reg:squarederror": "identity",
    "reg:absoluteerror": "identity",
    "reg:pseudohubererror": "identity",
    "count:poisson": "log",
    "reg:gamma": "log",
    "reg:tweedie": "log",
}
"""What becomes of the sums, by the objective of a regression."""


@dataclass(frozen=True, eq=False)
class Sums:
    """``trees`` gives each tree's leaf; ``base`` is what the sums of each class start with, in float32."""

    trees: Forest
    base: np.ndarray

    def sums(self, X: np.ndarray, end: int | None = None) -> np.ndarray:
        """Return the sums for rows of float32, (n, targets) in float32; of the trees before ``end`` for each target."""
        leaves = self.trees(X.astype(np.float64)).astype(np.float32)
        targets = len(self.base)
        rounds = leaves.reshape(len(X), -1, targets)
        start = np.broadcast_to(self.base, (len(X), 1, targets))
        return np.add.accumulate(np.concatenate([start, rounds[:, :end]], axis=1), axis=1)[:, -1]

    def sums_of(self, row: Values) -> np.ndarray:
        """Return the sums for one row, (1, targets) in float32."""
        array("d", row)
        return self.sums(finite(np.frombuffer(array("f", row), dtype=np.float32).reshape(1, -1)))

    def sums_of_rows(self, rows: Any, end: int | None = None) -> np.ndarray:
        """Return the sums for rows, (n, targets) in float32; of the trees before ``end`` for each target."""
        with np.errstate(over="ignore"):
            return self.sums(finite(matrix(rows).astype(np.float32)), end)


def finite(X: np.ndarray) -> np.ndarray:
    """Return the numbers unless one is infinite, which XGBoost refuses."""
    if np.isinf(X).any():
        raise NotLight("an infinite number")
    return X


def powers(sums: np.ndarray) -> np.ndarray:
    """Return exp(sum) in float32: rounded once, as C's expf does, which NumPy's for float32 does not."""
    with np.errstate(over="ignore", under="ignore"):
        return np.exp(sums.astype(np.float64)).astype(np.float32)


def logistic_single(sums: np.ndarray) -> np.ndarray:
    """Return 1 / (1 + exp(-sum)) in float32."""
    return np.float32(1) / (powers(np.minimum(-sums, np.float32(88.7))) + np.float32(1))


def softmax_single(sums: np.ndarray) -> np.ndarray:
    """Return exp(sum) as a share of all classes', in float32 but for their total."""
    parts = powers(sums - sums.max(axis=1, keepdims=True))
    return parts / parts.sum(axis=1, keepdims=True, dtype=np.float64).astype(np.float32)


@stored
@dataclass(frozen=True, eq=False)
class ExtremeClassifier(Columns, Labels, Sums):
    """A classifier: sums become probabilities in float32."""

    def predict_proba(self, X: Any) -> np.ndarray:
        """Return what the original's ``predict_proba`` does, (n, classes)."""
        return self.ask("predict_proba", X)

    def probabilities(self, sums: np.ndarray) -> np.ndarray:
        """Return the probabilities, (n, classes)."""
        return (
            two_columns(logistic_single(sums[:, 0])) if sums.shape[1] == 1 else softmax_single(sums)
        )

    def predict_proba_one(self, row: Values) -> np.ndarray:
        """Return the probabilities of one row, (1, classes)."""
        return self.probabilities(self.sums_of(row))

    def predict_proba_many(self, rows: Any) -> np.ndarray:
        """Return the probabilities of rows, (n, classes)."""
        return self.probabilities(self.sums_of_rows(rows))

    def predict_one(self, row: Values) -> np.ndarray:
        """Return the label of one row, (1,)."""
        return self.classes_[self.predict_proba_one(row).argmax(axis=1)]

    def predict_many(self, rows: Any) -> np.ndarray:
        """Return the labels of rows, (n,)."""
        return self.classes_[self.predict_proba_many(rows).argmax(axis=1)]


@stored
@dataclass(frozen=True, eq=False)
class ExtremeRegressor(Columns, Regressor, Sums):
    """A regressor: sums are the answers, or their exponentials, in float32."""

    link: str

    def answers(self, sums: np.ndarray) -> np.ndarray:
        """Return the answers, (n,)."""
        return powers(sums[:, 0]) if self.link == "log" else sums[:, 0]

    def predict_one(self, row: Values) -> np.ndarray:
        """Return the answer for one row, (1,)."""
        return self.answers(self.sums_of(row))

    def predict_many(self, rows: Any) -> np.ndarray:
        """Return the answers for rows, (n,)."""
        return self.answers(self.sums_of_rows(rows))


@compiles("xgboost.sklearn.XGBClassifier", "xgboost.sklearn.XGBRFClassifier")
def extreme_classifier(fitted: Any) -> ExtremeClassifier:
    """Return the trees of a classifier."""
    booster, end = booster_of(fitted)
    learner = learner_of(booster)
    objective, count = learner["objective"]["name"], int(fitted.n_classes_)
    if objective not in (
        ("binary:logistic",) if count == 2 else ("multi:softprob", "multi:softmax")
    ):
        raise Unknown(f"The objective {objective} is not known.")
    start = base_of(learner, 1 if count == 2 else count)
    base = -np.log(np.float32(1) / start - np.float32(1)) if count == 2 else start
    trees = trees_of(booster, learner, len(base), end)
    return ExtremeClassifier(
        **named(booster), classes_=np.asarray(fitted.classes_), trees=trees, base=base
    )


@compiles("xgboost.sklearn.XGBRegressor", "xgboost.sklearn.XGBRFRegressor")
def extreme_regressor(fitted: Any) -> ExtremeRegressor:
    """Return the trees of a regressor with one target."""
    booster, end = booster_of(fitted)
    learner = learner_of(booster)
    link = LINKS[learner["objective"]["name"]]
    base = base_of(learner, 1)
    base = np.log(base) if link == "log" else base
    return ExtremeRegressor(
        **named(booster), trees=trees_of(booster, learner, 1, end), base=base, link=link
    )


def booster_of(fitted: Any) -> tuple[Any, int]:
    """Return the booster of one of the scikit-learn classes, and how many of its rounds answer, 0 for all."""
    if fitted.missing is not None and not np.isnan(fitted.missing):
        raise Unknown("Only nan as what is missing is known.")
    return fitted.get_booster(), int(fitted._get_iteration_range(None)[1])


def learner_of(booster: Any) -> dict[str, Any]:
    """Return what a model is saved as.

    Raises:
        Unknown: if it is not made of plain trees for one target.
    """
    learner = json.loads(bytes(booster.save_raw("json")))["learner"]
    if learner["gradient_booster"]["name"] != "gbtree":
        raise Unknown("Only plain trees are known.")
    if int(learner["learner_model_param"].get("num_target", 1)) > 1:
        raise Unknown("Several targets are not known.")
    return learner


def named(booster: Any) -> dict[str, Any]:
    """Return the names and the number of the columns."""
    names = booster.feature_names
    if names and any(" " in name for name in names):
        raise Unknown("Names with spaces are not known.")
    return {"names": list(names) if names else None, "width": int(booster.num_features())}


def base_of(learner: dict[str, Any], targets: int) -> np.ndarray:
    """Return what the answers start with, (targets,) in float32."""
    text = learner["learner_model_param"]["base_score"]
    numbers = np.array(json.loads(text if text.startswith("[") else f"[{text}]"), dtype=np.float32)
    return np.broadcast_to(numbers, targets).copy()


def trees_of(booster: Any, learner: dict[str, Any], targets: int, end: int = 0) -> Forest:
    """Return the trees of the rounds before ``end``, of all if that is 0."""
    model = learner["gradient_booster"]["model"]
    per_round = int(model["gbtree_model_param"].get("num_parallel_tree", 1))
    told = model["trees"] if not end else model["trees"][: end * per_round * targets]
    classes = model["tree_info"][: len(told)]
    if classes != [place // per_round % targets for place in range(len(told))]:
        raise Unknown("This order of trees is not known.")
    order = sorted(
        range(len(told)),
        key=lambda place: (place // (per_round * targets), place % per_round, classes[place]),
    )
    trees = [tree_of(told[place], position) for position, place in enumerate(order)]
    return forest(trees, int(booster.num_features()), len(trees))


def tree_of(told: dict[str, Any], position: int) -> Tree:
    """Return one tree as arrays."""
    if any(told["split_type"]) or int(told["tree_param"].get("size_leaf_vector", 1)) > 1:
        raise Unknown("Categories and vectors in leaves are not known.")
    conditions = np.array(told["split_conditions"], dtype=np.float32).astype(np.float64)
    left = np.array(told["left_children"], dtype=np.int64)
    return Tree(
        left=left,
        right=np.array(told["right_children"], dtype=np.int64),
        feature=np.array(told["split_indices"], dtype=np.int64),
        threshold=conditions,
        values=conditions,
        targets=np.full(len(left), position),
        missing_left=np.array(told["default_left"], dtype=bool),
        modes=np.full(len(left), LT),
    )
