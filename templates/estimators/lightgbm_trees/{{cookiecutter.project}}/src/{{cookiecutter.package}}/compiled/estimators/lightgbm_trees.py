"""LightGBM's scikit-learn models: their trees, read off the text they are saved as, summed in float64."""

from __future__ import annotations

from array import array
from dataclasses import dataclass
from functools import cached_property
from math import exp
from typing import Any

import numpy as np

from ..forest import LEQ, MEMBER, Forest, Tree, forest
from ..not_light import NotLight
from ..row import Row
from .answers import Regressor, ScoreClassifier, logistic
from .registry import Unknown, compiles, stored
from .stand_in import StandIn, Values, matrix

IDENTITY = ("regression", "regression_l1", "huber", "fair", "quantile", "mape")
EXPONENTIAL = ("poisson", "gamma", "tweedie")
NUMBERS = ("float64", "int64", "int32", "bool")
"""Columns that float64 holds as they are; int32 are parts of a date."""
NO_MISSING, NAN_MISSING = 0, 2
"""What a tree takes for missing: nothing (then nan counts as 0), or nan. 1 would be zeros."""


@dataclass(frozen=True, eq=False)
class Columns(StandIn):
    """Reads rows as LightGBM and XGBoost do: only Rows and arrays of float64, which are not rounded on the way."""

    def row_of(self, row: Row) -> Values:
        """Return the values of a Row."""
        if any(kind not in NUMBERS for kind in self.kinds_of(row)):
            raise NotLight("a column that is not one of numbers")
        return row.values_of(row.labels)

    def kinds_of(self, row: Row) -> list[str]:
        """Return the dtypes of a Row's columns, which have to be those of the training."""
        labels = row.labels
        names = [str(label).replace(" ", "_") for label in labels]
        if len(labels) != self.width or (self.names is not None and names != self.names):
            raise NotLight("the columns are not those of the training")
        return [row.dtype_of(label) for label in labels]

    def rows(self, X: Any) -> list[Values]:
        """Return the values of each row of X."""
        several = isinstance(X, list) and all(type(item) is Row for item in X)
        if type(X) is not Row and not several and getattr(X, "dtype", None) != np.float64:
            raise NotLight("numbers that may be rounded")
        return super().rows(X)


@dataclass(frozen=True, eq=False)
class LightColumns(Columns):
    """``categories`` are those of each column of categories, whose numbers the trees ask for; in the columns at the
    places ``whole`` trees ask for some numbers, of which the fraction does not count."""

    categories: list[list[Any]]
    whole: list[int]

    @cached_property
    def codes(self) -> list[dict[Any, float]]:
        """The number of each category."""
        return [{each: float(at) for at, each in enumerate(known)} for known in self.categories]

    def row_of(self, row: Row) -> Values:
        """Return the values of a Row, with numbers for categories: nan for one never seen."""
        if not self.categories:
            return super().row_of(row)
        kinds, values = self.kinds_of(row), row.values_of(row.labels)
        texts = [place for place, kind in enumerate(kinds) if kind == "category"]
        if len(texts) != len(self.codes) or not {*kinds} <= {*NUMBERS, "category"}:
            raise NotLight("a column that is one neither of numbers nor of categories")
        for place, codes in zip(texts, self.codes, strict=True):
            if type(values[place]) not in (str, int, float, bool, type(None)):
                raise NotLight("a category of another type")
            values[place] = codes.get(values[place], np.nan)
        return values

    def rows(self, X: Any) -> list[Values]:
        """Return the values of each row of X."""
        if self.categories and isinstance(X, np.ndarray):
            raise NotLight("an array in place of columns of categories")
        return super().rows(X)

    def exact(self, row: Values) -> np.ndarray:
        """Return a row's numbers, (1, width) in float64; nothing else may be among them."""
        return self.checked(np.frombuffer(array("d", row)).reshape(1, -1))

    def exact_rows(self, rows: Any) -> np.ndarray:
        """Return the numbers of rows, (n, width) in float64."""
        return self.checked(matrix(rows))

    def checked(self, X: np.ndarray) -> np.ndarray:
        """Return numbers, which are not cut off where trees ask for some."""
        if self.whole:
            asked = X[:, self.whole]
            if (asked != np.trunc(asked))[~np.isnan(asked)].any() or (np.abs(asked) >= 2**31).any():
                raise NotLight("a number that is no category")
        return X


@stored
@dataclass(frozen=True, eq=False)
class LightClassifier(LightColumns, ScoreClassifier):
    """Scores are the sums of the trees."""

    trees: Forest

    def positive(self, score: Any) -> Any:
        """Say whether a score is one of the second class."""
        if isinstance(score, float):
            return logistic(score) > 0.5
        return np.array([logistic(value) > 0.5 for value in score.tolist()])

    def score(self, row: Values) -> Any:
        """Return the scores of one row: a float, or an array (classes,)."""
        raw = self.trees(self.exact(row))[0]
        return float(raw[0]) if len(raw) == 1 else raw

    def scores(self, rows: Any) -> np.ndarray:
        """Return the scores of rows, (n,) or (n, classes)."""
        raw = self.trees(self.exact_rows(rows))
        return raw[:, 0] if raw.shape[1] == 1 else raw


@stored
@dataclass(frozen=True, eq=False)
class LightRegressor(LightColumns, Regressor):
    """Answers are the sums of the trees, or their exponentials."""

    trees: Forest
    link: str

    def value(self, row: Values) -> float:
        """Return the answer for one row."""
        raw = float(self.trees(self.exact(row))[0, 0])
        return exp(raw) if self.link == "log" else raw

    def values(self, rows: Any) -> np.ndarray:
        """Return the answers for rows, (n,)."""
        raw = self.trees(self.exact_rows(rows))[:, 0]
        return np.exp(raw) if self.link == "log" else raw


@compiles("lightgbm.sklearn.LGBMClassifier")
def light_classifier(fitted: Any) -> LightClassifier:
    """Return the trees of a classifier."""
    parts, objective, trees = read_off(fitted.booster_, named_of(fitted))
    count = len(fitted.classes_)
    expected = "binary sigmoid:1" if count == 2 else f"multiclass num_class:{count}"
    if objective != expected:
        raise Unknown(f"The objective {objective} is not known.")
    link = "logistic" if count == 2 else "softmax"
    return LightClassifier(**parts, classes_=np.asarray(fitted.classes_), link=link, trees=trees)


@compiles("lightgbm.sklearn.LGBMRegressor")
def light_regressor(fitted: Any) -> LightRegressor:
    """Return the trees of a regressor."""
    parts, objective, trees = read_off(fitted.booster_, named_of(fitted))
    kind = objective.partition(" ")[0]
    if kind not in IDENTITY + EXPONENTIAL or "sqrt" in objective:
        raise Unknown(f"The objective {objective} is not known.")
    return LightRegressor(**parts, trees=trees, link="log" if kind in EXPONENTIAL else "identity")


def named_of(fitted: Any) -> bool:
    """Say whether a model was fitted to columns with names."""
    return bool(getattr(fitted, "_fitted_with_feature_names", True))


def read_off(booster: Any, named: bool) -> tuple[dict[str, Any], str, Forest]:
    """Return the columns, the objective and the trees of a booster; ``named`` says that its columns have names."""
    head, *texts = booster.model_to_string().split("\nTree=")
    told = fields_of(head)
    if "average_output" in head.split("\n"):
        raise Unknown("Averages are not known.")
    per_round, width = int(told["num_tree_per_iteration"]), int(told["max_feature_idx"]) + 1
    trees = [tree_of(fields_of(text), position % per_round) for position, text in enumerate(texts)]
    parts = {
        "names": booster.feature_name() if named else None,
        "width": width,
        "categories": [list(each) for each in booster.pandas_categorical or ()],
        "whole": sorted({int(tree.feature[node]) for tree in trees for node in tree.members or ()}),
    }
    return parts, told.get("objective", ""), forest(trees, width, per_round)


def fields_of(text: str) -> dict[str, str]:
    """Return what a part of a saved model says, by name."""
    lines = text.partition("\nend of trees")[0].split("\n")
    return dict(line.split("=", 1) for line in lines if "=" in line)


def tree_of(told: dict[str, str], target: int) -> Tree:
    """Return one tree as arrays: first the nodes, then the leaves."""
    if int(told.get("is_linear", 0)):
        raise Unknown("Linear leaves are not known.")
    values = numbers(told["leaf_value"], np.float64)
    leaves = len(values)
    if leaves == 1:
        nowhere = np.array([-1])
        return Tree(nowhere, nowhere, nowhere, np.zeros(1), values, np.array([target]))
    inner = leaves - 1
    threshold, kinds = (
        numbers(told["threshold"], np.float64),
        numbers(told["decision_type"], np.int64),
    )
    missing, some = kinds >> 2 & 3, (kinds & 1).astype(bool)
    if not np.isin(missing[~some], (NO_MISSING, NAN_MISSING)).all():
        raise Unknown("Zeros that count as missing are not known.")
    none, zeros = np.full(leaves, -1), np.zeros(leaves)
    left, right = (numbers(told[f"{side}_child"], np.int64) for side in ("left", "right"))
    return Tree(
        left=np.concatenate([np.where(left < 0, inner + ~left, left), none]),
        right=np.concatenate([np.where(right < 0, inner + ~right, right), none]),
        feature=np.concatenate([numbers(told["split_feature"], np.int64), none]),
        threshold=np.concatenate([threshold, zeros]),
        values=np.concatenate([np.zeros(inner), values]),
        targets=np.full(inner + leaves, target),
        missing_left=np.concatenate(
            [np.where(missing == NAN_MISSING, kinds & 2, threshold >= 0) * ~some, none]
        )
        > 0,
        modes=np.concatenate([np.where(some, MEMBER, LEQ), np.full(leaves, LEQ)]),
        members={
            int(node): members_of(told, int(threshold[node])) for node in np.flatnonzero(some)
        },
    )


def members_of(told: dict[str, str], place: int) -> list[float]:
    """Return the categories that go to the left at the node with this set: the bits of some numbers of 32."""
    ends = numbers(told["cat_boundaries"], np.int64)
    words = numbers(told["cat_threshold"], np.int64)[ends[place] : ends[place + 1]]
    return [
        float(32 * at + bit)
        for at, word in enumerate(words)
        for bit in range(32)
        if word >> bit & 1
    ]


def numbers(text: str, kind: Any) -> np.ndarray:
    """Return the numbers of a text."""
    return np.array(text.split(), dtype=kind)
