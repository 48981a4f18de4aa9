"""What LightGBM and XGBoost train without scikit-learn's classes, asked as notebooks ask it."""

from __future__ import annotations

import importlib
import warnings
from typing import Any

import lightgbm
import numpy as np
import pandas as pd
import pytest
import xgboost

from tests.compiled.agree import agree, agree_on, answer, assert_same, compiled, row, stand_in
from tests.compiled.test_boosters import CANCER, IRIS, SUGAR, with_gaps

LIGHT: list[tuple[dict[str, Any], Any]] = [
    ({"objective": "binary"}, CANCER),
    ({"objective": "multiclass", "num_class": 3}, IRIS),
    ({"objective": "regression"}, SUGAR),
    ({"objective": "poisson"}, SUGAR),
    ({"objective": "quantile", "alpha": 0.2}, SUGAR),
    ({"objective": "cross_entropy"}, CANCER),
    ({"objective": "regression", "boosting": "dart"}, SUGAR),
]
EXTREME: list[tuple[dict[str, Any], Any]] = [
    ({"objective": "binary:logistic"}, CANCER),
    ({"objective": "multi:softprob", "num_class": 3}, IRIS),
    ({"objective": "multi:softmax", "num_class": 3}, IRIS),
    ({"objective": "reg:squarederror"}, SUGAR),
    ({"objective": "count:poisson"}, SUGAR),
    ({"objective": "reg:logistic", "base_score": 0.3}, CANCER),
    ({"objective": "binary:logistic", "num_parallel_tree": 2, "subsample": 0.5}, CANCER),
]


def light(options: dict[str, Any], table: Any, target: Any, **named: Any) -> Any:
    options = {"verbose": -1, "num_threads": 1, "min_data_in_leaf": 5, **options}
    return lightgbm.train(options, lightgbm.Dataset(table, target), 25, **named)


def extreme(options: dict[str, Any], table: Any, target: Any, rounds: int = 20, **named: Any) -> Any:
    return xgboost.train({"nthread": 1, **options}, xgboost.DMatrix(table, target), rounds, **named)


@pytest.mark.parametrize(("options", "data"), LIGHT, ids=lambda given: str(given)[:40])
def test_light_boosters(options: dict[str, Any], data: Any) -> None:
    table, target = with_gaps(data[0]), data[1]
    agree(light(options, table, target), table[::12])
    agree(light(options, table.to_numpy(), target), table.to_numpy()[::12])


def test_light_boosters_with_a_best_round() -> None:
    table, target = CANCER
    half = lightgbm.Dataset(table[300:], target[300:])
    stop = lightgbm.early_stopping(2, verbose=False)
    options = {"objective": "binary", "verbose": -1, "learning_rate": 0.4}
    fitted = lightgbm.train(options, lightgbm.Dataset(table[:300], target[:300]), 200, [half], callbacks=[stop])
    assert 0 < fitted.best_iteration < 190
    own, asked = agree(fitted, table[::20]), row(table.iloc[[7]])
    assert own.best_iteration == fitted.best_iteration
    best = {"num_iteration": fitted.best_iteration}
    np.testing.assert_allclose(own.predict(asked, **best), fitted.predict(table.iloc[[7]], **best))
    raw = fitted.predict(table.iloc[[7]], raw_score=True)
    np.testing.assert_allclose(own.predict(asked, raw_score=True), raw)
    with pytest.raises(compiled("not_light").NotLight):
        own.predict(asked, num_iteration=3)


def matrix() -> Any:
    """Return what the light code has for ``xgboost.DMatrix``."""
    return importlib.import_module("lit.compiled.lazily").Later("xgboost").DMatrix


def agree_by_matrix(fitted: Any, table: Any, **asked: Any) -> None:
    """Compare the answers for each row of a table or array, put into a matrix."""
    own = stand_in(fitted)
    for i in range(len(table)):
        one = table.iloc[[i]] if isinstance(table, pd.DataFrame) else table[i : i + 1]
        mine = row(one) if isinstance(table, pd.DataFrame) else one
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            expected = fitted.predict(xgboost.DMatrix(one), **asked)
        found = own.predict(matrix()(mine), **asked)
        assert found.dtype == expected.dtype
        assert_same(found, expected, f"row {i}")


@pytest.mark.parametrize(("options", "data"), EXTREME, ids=lambda given: str(given)[:40])
def test_extreme_boosters(options: dict[str, Any], data: Any) -> None:
    table, target = with_gaps(data[0]), data[1]
    agree_by_matrix(extreme(options, table, target), table[::12])
    agree_by_matrix(extreme(options, table.to_numpy(), target), table.to_numpy()[::12])


def test_extreme_boosters_are_asked_for_margins_and_for_the_first_rounds() -> None:
    fitted = extreme({"objective": "binary:logistic", "num_parallel_tree": 2}, *CANCER)
    agree_by_matrix(fitted, CANCER[0][::20], output_margin=True)
    agree_by_matrix(fitted, CANCER[0][::20], iteration_range=(0, 7))
    own = stand_in(fitted)
    for rounds in ((3, 7), (0, 21)):
        with pytest.raises(compiled("not_light").NotLight):
            own.predict(matrix()(row(CANCER[0].iloc[[0]])), iteration_range=rounds)


def test_extreme_boosters_with_a_best_round() -> None:
    table, target = CANCER
    rest = xgboost.DMatrix(table[300:], target[300:])
    options = {"objective": "binary:logistic", "eta": 0.9}
    fitted = extreme(
        options, table[:300], target[:300], 100, evals=[(rest, "rest")], early_stopping_rounds=2, verbose_eval=False
    )
    own = stand_in(fitted)
    assert own.best_iteration == fitted.best_iteration < 97
    agree_by_matrix(fitted, table[::20])
    agree_by_matrix(fitted, table[::20], iteration_range=(0, fitted.best_iteration + 1))


@pytest.mark.parametrize("value", [float("nan"), float("inf"), 1e300, None, True, "4.5", 2**70, 3], ids=str)
def test_odd_numbers_are_answered_as_by_the_original_or_not_at_all(value: Any) -> None:
    record = IRIS[0].iloc[70].to_dict() | {"petal_length": value}
    fitted = light(*LIGHT[1][:1], *IRIS)
    agree_on(stand_in(fitted), fitted, record)
    boosted, frame = extreme(*EXTREME[1][:1], *IRIS), pd.DataFrame([record])
    mine = Asked(lambda one: stand_in(boosted).predict(matrix()(one)))
    theirs = Asked(lambda one: boosted.predict(xgboost.DMatrix(one)))
    assert_same(answer(mine, "predict", row(frame)), answer(theirs, "predict", frame), str(record), strict=False)


class Asked:
    """A way of asking, as an object that predicts."""

    def __init__(self, predict: Any) -> None:
        self.predict = predict


def test_other_columns_and_what_is_no_matrix_are_left_to_the_original() -> None:
    fitted, refused = extreme(*EXTREME[1][:1], *IRIS), compiled("not_light").NotLight
    own, one = stand_in(fitted), IRIS[0].iloc[[0]]
    swapped = one[list(reversed(one.columns))]
    for asked in (row(one), matrix()(row(swapped)), matrix()(one.to_numpy())):
        with pytest.raises(refused):
            own.predict(asked)
    for made in (
        lambda: matrix()([[1.0]]),
        lambda: matrix()(row(one), label=[1]),
        lambda: matrix()(row(one)).num_row(),
    ):
        with pytest.raises((refused, TypeError)):
            made()
    own.predict(matrix()(one.to_numpy(), feature_names=list(one.columns)))


def test_what_is_not_known_is_left_to_the_original() -> None:
    known = compiled("estimators").stand_in
    assert known(extreme({"booster": "gblinear"}, *SUGAR)) is None
    assert known(extreme({"objective": "binary:hinge"}, *CANCER)) is None
    assert known(light({"objective": "binary", "zero_as_missing": True}, *CANCER)) is None
    assert known(light({"objective": "binary", "sigmoid": 2.0}, *CANCER)) is None
