"""CatBoost's models: trees that ask the same at all nodes of a level, read off the JSON they are saved as."""

from __future__ import annotations

import json
import tempfile
from array import array
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np

from ..not_light import NotLight
from ..row import Row
from .answers import Probabilities, Regressor, logistic_array, softmax, two_columns
from .catboost_categories import Counted, counted
from .registry import Unknown, compiles, stored
from .stand_in import StandIn, Values, as_lists

IDENTITY = [
    "RMSE",
    "MAE",
    "Quantile",
    "MAPE",
    "Huber",
    "LogLinQuantile",
    "Expectile",
    "Lq",
    "SMAPE",
    "MedianAbsoluteError",
    "NumErrors",
]
EXPONENTIAL = ["Poisson", "Tweedie"]
BINARY = ["Logloss", "CrossEntropy"]
SEVERAL = {
    "MultiClass": "softmax",
    "MultiClassOneVsAll": "logistic",
    "MultiLogloss": "each",
    "MultiCrossEntropy": "each",
}
"""Losses, and what becomes of the sums for several classes: "each" is a label that a row has or not."""
GAPS = {"AsIs": np.nan, "AsFalse": -np.inf, "AsTrue": np.inf}
"""What a missing number counts as, by CatBoost's word: nan is not above any border."""
TIE = 1e-12
"""Sums that are nearer than this may be in either order, by the order of additions."""


@dataclass(frozen=True, eq=False)
class Levels(StandIn):
    """``numbers`` are the places of the columns of numbers, ``categories`` of those of categories, whose further numbers
    ``counted`` makes. ``features`` and ``borders`` (trees, depth), the lowest bit of a leaf's place first; ``starts``
    (trees,) where each tree's leaves begin in ``leaves`` (all leaves, sums), ``bias`` (sums,) what is added, ``gaps``
    (numbers,) what nan counts as."""

    numbers: list[int]
    categories: list[int]
    counted: Counted | None
    features: np.ndarray
    borders: np.ndarray
    starts: np.ndarray
    leaves: np.ndarray
    bias: np.ndarray
    gaps: np.ndarray

    @cached_property
    def powers(self) -> np.ndarray:
        """What each level adds to a leaf's place."""
        return 2.0 ** np.arange(self.features.shape[1])

    @cached_property
    def has_gaps(self) -> bool:
        """Whether nan counts as something else anywhere."""
        return bool((self.gaps == self.gaps).any())

    def row_of(self, row: Row) -> Values:
        """Return the values of a Row, whose columns have to be those of the training."""
        if self.names is None or row.labels != self.labels_wanted:
            raise NotLight("the columns are not those of the training")
        labels = row.labels
        if any(
            row.dtype_of(labels[place]) not in ("float64", "int64", "bool")
            for place in self.numbers
        ):
            raise NotLight("a column that is not one of numbers")
        if any(row.dtype_of(labels[place]) in ("float64", "bool") for place in self.categories):
            raise NotLight("a column that is not one of categories")
        return row.values_of(labels)

    def rows(self, X: Any) -> list[Values]:
        """Return the values of each row of X."""
        several = isinstance(X, list) and all(type(item) is Row for item in X)
        if type(X) is not Row and not several and getattr(X, "dtype", None) != np.float64:
            raise NotLight("numbers in another form")
        return super().rows(X)

    def sums_of(self, row: Values) -> np.ndarray:
        """Return the sums of all trees for one row, (sums,)."""
        with np.errstate(over="ignore"):
            x = np.frombuffer(array("d", [row[place] for place in self.numbers])).astype(np.float32)
        if self.has_gaps:
            x = np.where(x == x, x, self.gaps)
        if self.counted is not None:
            numbers = x.tolist()
            more = self.counted.numbers(numbers, [row[place] for place in self.categories])
            x = np.array(numbers + more, dtype=np.float32)
        places = (x.take(self.features) > self.borders).dot(self.powers).astype(np.intp)
        return self.leaves.take(places + self.starts, axis=0).sum(axis=0) + self.bias

    def sums(self, rows: Any) -> np.ndarray:
        """Return the sums of all trees for rows, (n, sums)."""
        return np.array([self.sums_of(row) for row in as_lists(rows)])


@stored
@dataclass(frozen=True, eq=False)
class LevelsRegressor(Levels, Regressor):
    """Answers are the sums of the trees, or their exponentials."""

    link: str

    def value(self, row: Values) -> float:
        """Return the answer for one row."""
        return float(self.values([row])[0])

    def values(self, rows: Any) -> np.ndarray:
        """Return the answers for rows, (n,)."""
        sums = self.sums(rows)[:, 0]
        return np.exp(sums) if self.link == "log" else sums


@stored
@dataclass(frozen=True, eq=False)
class LevelsClassifier(Levels, Probabilities):
    """One sum for two classes, or one for each of several, whose labels stand in a column; or for each of several labels."""

    link: str

    def places(self, sums: np.ndarray) -> np.ndarray:
        """Return the class of each row, (n,)."""
        if sums.shape[1] == 1:
            if (np.abs(sums) < TIE).any():
                raise NotLight("two classes as good as even")
            return (sums[:, 0] > 0).astype(np.intp)
        best = np.sort(sums, axis=1)
        if (best[:, -1] - best[:, -2] < TIE).any():
            raise NotLight("two classes as good as even")
        return sums.argmax(axis=1)

    def labelled(self, sums: np.ndarray) -> np.ndarray:
        """Return the labels, (n,) of two classes, (n, 1) of several, (n, labels) of ones and zeros where a row has each or not."""
        if self.link == "each":
            if (np.abs(sums) < TIE).any():
                raise NotLight("a label as likely as not")
            return (sums > 0).astype(np.int64)
        labels = self.classes_[self.places(sums)]
        return labels if sums.shape[1] == 1 else labels.reshape(-1, 1)

    def likely(self, sums: np.ndarray) -> np.ndarray:
        """Return the probabilities, (n, classes)."""
        if sums.shape[1] == 1:
            return two_columns(logistic_array(sums[:, 0]))
        return softmax(sums) if self.link == "softmax" else logistic_array(sums)

    def predict_one(self, row: Values) -> np.ndarray:
        """Return the label of one row."""
        return self.labelled(self.sums([row]))

    def predict_many(self, rows: Any) -> np.ndarray:
        """Return the labels of rows."""
        return self.labelled(self.sums(rows))

    def predict_proba_one(self, row: Values) -> np.ndarray:
        """Return the probabilities of one row, (1, classes)."""
        return self.likely(self.sums([row]))

    def predict_proba_many(self, rows: Any) -> np.ndarray:
        """Return the probabilities of rows, (n, classes)."""
        return self.likely(self.sums(rows))


@compiles("catboost.core.CatBoostRegressor")
def levels_regressor(fitted: Any) -> LevelsRegressor:
    """Return the trees of a regressor with one target."""
    loss, parts = read_off(fitted)
    if loss not in IDENTITY + EXPONENTIAL or len(parts["bias"]) != 1:
        raise Unknown(f"The loss {loss} is not known.")
    return LevelsRegressor(**parts, link="log" if loss in EXPONENTIAL else "identity")


@compiles("catboost.core.CatBoostClassifier")
def levels_classifier(fitted: Any) -> LevelsClassifier:
    """Return the trees of a classifier whose classes are texts or integers."""
    loss, parts = read_off(fitted)
    classes = np.asarray(fitted.classes_)
    expected = 1 if loss in BINARY and len(classes) == 2 else len(classes)
    if loss not in (*BINARY, *SEVERAL) or len(parts["bias"]) != expected:
        raise Unknown(f"The loss {loss} is not known.")
    if {type(label) for label in classes.tolist()} not in ({int}, {str}):
        raise Unknown("Only texts and integers as classes are known.")
    labels = classes.astype(object) if classes.dtype.kind == "U" else classes
    return LevelsClassifier(**parts, classes_=labels, link=SEVERAL.get(loss, "logistic"))


def read_off(fitted: Any) -> tuple[str, dict[str, Any]]:
    """Return a model's loss, and its trees as arrays.

    Raises:
        Unknown: if it has columns that are not numbers, or trees of another form.
    """
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "model.json")
        fitted.save_model(str(path), format="json")
        told = json.loads(path.read_text(encoding="utf-8"))
    info, trees = told["features_info"], told.get("oblivious_trees")
    if not trees or set(info) - {
        "float_features",
        "categorical_features",
        "ctrs",
        "cat_features_hash",
    }:
        raise Unknown("Only numbers, categories and symmetric trees are known.")
    floats, texts = info.get("float_features") or [], info.get("categorical_features") or []
    names = list(fitted.feature_names_)
    by_place = names == [str(place) for place in range(len(names))]
    scale, bias = told["scale_and_bias"]
    parts = {
        "names": None if by_place else names,
        "width": len(names),
        "numbers": [each["flat_feature_index"] for each in floats],
        "categories": [each["flat_feature_index"] for each in texts],
        "counted": counted(told) if texts else None,
        "gaps": np.array([GAPS[each["nan_value_treatment"]] for each in floats], dtype=np.float32),
        "bias": np.array(bias, dtype=np.float64),
    }
    loss = told["model_info"]["params"]["loss_function"]["type"]
    return loss, {**parts, **levels_of(trees, columns_asked(info, floats, texts), scale, len(bias))}


def columns_asked(
    info: dict[str, Any], floats: list[Any], texts: list[Any]
) -> list[tuple[int, float]]:
    """Return for each split, by its index, the place among all numbers of a row, and the border."""
    found = [
        (place, border) for place, each in enumerate(floats) for border in each["borders"] or ()
    ]
    exact = sum(len(each.get("values", ())) for each in texts)
    found += [(len(floats) + place, 0.5) for place in range(exact)]
    for place, each in enumerate(info.get("ctrs") or (), len(floats) + exact):
        found += [(place, border) for border in each["borders"]]
    return found


def levels_of(
    trees: list[dict[str, Any]], asked: list[tuple[int, float]], scale: float, sums: int
) -> dict[str, Any]:
    """Return the trees as arrays; those of less depth have further levels that nothing is above."""
    depth = max(len(tree["splits"] or ()) for tree in trees)
    features = np.zeros((len(trees), depth), dtype=np.intp)
    borders = np.full((len(trees), depth), np.inf, dtype=np.float32)
    for at, tree in enumerate(trees):
        for level, split in enumerate(tree["splits"] or ()):
            features[at, level], border = asked[split["split_index"]]
            if split.get("border", border) != border:
                raise Unknown("This order of splits is not known.")
            borders[at, level] = border
    leaves = [np.array(tree["leaf_values"], dtype=np.float64).reshape(-1, sums) for tree in trees]
    starts = np.cumsum([0, *(len(each) for each in leaves[:-1])])
    return {
        "features": features,
        "borders": borders,
        "starts": starts,
        "leaves": scale * np.concatenate(leaves),
    }
