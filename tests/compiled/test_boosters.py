"""XGBoost's and LightGBM's models, at their thresholds too."""

from __future__ import annotations

import warnings
from typing import Any

import numpy as np
import pandas as pd
import pytest
from lightgbm import LGBMClassifier, LGBMRegressor
from sklearn.datasets import load_breast_cancer, load_diabetes, load_iris
from sklearn.impute import SimpleImputer
from sklearn.pipeline import make_pipeline
from xgboost import XGBClassifier, XGBRegressor, XGBRFClassifier

from tests.compiled.agree import agree, agree_on, compiled, stand_in
from tests.compiled.test_numeric_kinds import neighbours

LIGHT: dict[str, Any] = {"n_estimators": 25, "min_child_samples": 5, "verbose": -1, "n_jobs": 1}
EXTREME: dict[str, Any] = {"n_estimators": 25, "n_jobs": 1}


def plain(load: Any) -> tuple[pd.DataFrame, Any]:
    table, target = load(as_frame=True, return_X_y=True)
    table.columns = [name.split(" (")[0].replace(" ", "_") for name in table.columns]
    return table, target


CANCER, IRIS, SUGAR = plain(load_breast_cancer), plain(load_iris), plain(load_diabetes)
CLASSIFIERS = [
    LGBMClassifier(**LIGHT),
    LGBMClassifier(**LIGHT, use_missing=False),
    LGBMClassifier(**LIGHT, boosting_type="dart"),
    XGBClassifier(**EXTREME),
    XGBClassifier(**EXTREME, base_score=0.3, num_parallel_tree=2, subsample=0.5),
    XGBRFClassifier(n_estimators=9, n_jobs=1),
]
REGRESSORS = [
    LGBMRegressor(**LIGHT),
    LGBMRegressor(**LIGHT, objective="poisson"),
    LGBMRegressor(**LIGHT, objective="quantile", alpha=0.8),
    XGBRegressor(**EXTREME),
    XGBRegressor(**EXTREME, objective="count:poisson"),
    XGBRegressor(**EXTREME, objective="reg:absoluteerror", base_score=100.0),
]


def with_gaps(table: pd.DataFrame) -> pd.DataFrame:
    return table.mask(np.random.default_rng(2).random(table.shape) < 0.15)


def fit(model: Any, table: Any, target: Any) -> Any:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return model.fit(table, target)


@pytest.mark.parametrize("model", CLASSIFIERS, ids=lambda model: type(model).__name__)
def test_classifiers(model: Any) -> None:
    agree(fit(model, with_gaps(CANCER[0]), CANCER[1]), with_gaps(CANCER[0])[::20])
    agree(fit(model, IRIS[0].to_numpy(), IRIS[1]), with_gaps(IRIS[0]).to_numpy()[::6])


@pytest.mark.parametrize("model", REGRESSORS, ids=lambda model: type(model).__name__)
def test_regressors(model: Any) -> None:
    agree(fit(model, SUGAR[0], SUGAR[1]), with_gaps(SUGAR[0])[::20])
    agree(fit(make_pipeline(SimpleImputer(), model), SUGAR[0], SUGAR[1]), with_gaps(SUGAR[0])[::20])


@pytest.mark.parametrize("model", [CLASSIFIERS[0], CLASSIFIERS[3]], ids=lambda model: type(model).__name__)
def test_at_the_thresholds_and_right_beside_them(model: Any) -> None:
    table = IRIS[0].to_numpy()
    fitted = fit(model, table, IRIS[1])
    if isinstance(model, XGBClassifier):
        nodes = fitted.get_booster().trees_to_dataframe().dropna(subset="Split")
        features, splits = nodes["Feature"].str[1:].astype(int), nodes["Split"]
    else:
        nodes = fitted.booster_.trees_to_dataframe().dropna(subset="threshold")
        features, splits = nodes["split_feature"].str.partition("_")[2].astype(int), nodes["threshold"]
    rows = []
    for column in range(4):
        for value in neighbours(splits[features == column]):
            rows.append(table[75].copy())
            rows[-1][column] = value
    assert len(rows) > 100
    own = stand_in(fitted)
    np.testing.assert_allclose(own.predict_proba(np.array(rows)), fitted.predict_proba(np.array(rows)), rtol=1e-6)
    assert (own.predict(np.array(rows)) == fitted.predict(np.array(rows))).all()


@pytest.mark.parametrize("value", [float("nan"), float("inf"), 1e300, None, True, "4.5", 2**70, 3], ids=str)
@pytest.mark.parametrize("model", [CLASSIFIERS[0], CLASSIFIERS[3]], ids=lambda model: type(model).__name__)
def test_odd_numbers_are_answered_as_by_the_original_or_not_at_all(model: Any, value: Any) -> None:
    fitted = fit(model, IRIS[0], IRIS[1])
    record = IRIS[0].iloc[70].to_dict() | {"petal_length": value}
    agree_on(stand_in(fitted), fitted, record, strict=isinstance(value, float) and np.isnan(value))


def test_training_that_was_stopped_early() -> None:
    table, target = CANCER
    half = len(table) // 2
    fitted = XGBClassifier(n_estimators=200, early_stopping_rounds=2, n_jobs=1).fit(
        table[:half], target[:half], eval_set=[(table[half:], target[half:])], verbose=False
    )
    assert fitted.best_iteration < 190
    agree(fitted, table[::20])


def test_what_is_not_known_is_left_to_the_original() -> None:
    known = compiled("estimators").stand_in
    table, target = CANCER
    assert known(fit(XGBClassifier(booster="gblinear"), table, target)) is None
    assert known(fit(XGBClassifier(missing=-1.0, **EXTREME), table, target)) is None
    assert known(fit(LGBMClassifier(zero_as_missing=True, **LIGHT), table, target)) is None
    assert known(fit(LGBMRegressor(linear_tree=True, **LIGHT), table, target)) is None
    kinds = table.assign(kind=pd.Categorical(np.where(table.iloc[:, 0] > 14, "large", "small")))
    assert known(fit(LGBMClassifier(**LIGHT), kinds, target)) is None
    assert known(fit(XGBClassifier(enable_categorical=True, max_depth=1, **EXTREME), kinds[["kind"]], target)) is None
