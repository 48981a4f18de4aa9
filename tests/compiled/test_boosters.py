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

from tests.compiled.agree import agree, agree_on, compiled, row, stand_in
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
    assert known(fit(XGBClassifier(enable_categorical=True, max_depth=1, **EXTREME), kinds[["kind"]], target)) is None


def of_categories(n: int = 500) -> tuple[pd.DataFrame, Any]:
    """Return a table whose categories matter, some of them missing."""
    random = np.random.default_rng(3)
    kinds = pd.Categorical(random.choice(list("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOP"), n))
    places = pd.Categorical(random.choice([3, 1, 70, None], n))
    table = pd.DataFrame({"kind": kinds, "size": random.normal(size=n), "place": places, "count": random.poisson(2, n)})
    odd = table["kind"].isin(list("bdjNP")) * 3.0
    return table, odd + table["size"] + (table["place"] == 70) + random.normal(size=n) / 5


@pytest.mark.parametrize("options", [{}, {"max_cat_to_onehot": 1, "cat_smooth": 1}, {"max_cat_to_onehot": 50}], ids=str)
def test_columns_of_categories(options: dict[str, Any]) -> None:
    table, target = of_categories()
    fitted = fit(LGBMRegressor(**LIGHT, **options, min_data_per_group=5), table, target)
    assert "num_cat=0" not in fitted.booster_.model_to_string().split("Tree=1\n")[1]
    agree(fitted, table[::10])
    unseen = table[:3].assign(kind=pd.Categorical(["z", "nothing", None]), place=pd.Categorical([70, 4, 1]))
    agree(fitted, unseen)
    agree(fit(LGBMClassifier(**LIGHT, min_data_per_group=5), table, target > 1), table[::10])
    agree(fit(LGBMRegressor(**LIGHT), table[["kind", "size"]], target).booster_, table[["kind", "size"]][::10])


@pytest.mark.parametrize(
    "model", [LGBMRegressor(**LIGHT), XGBRegressor(**EXTREME)], ids=lambda model: type(model).__name__
)
def test_parts_of_dates_and_truths(model: Any) -> None:
    table, _ = of_categories()
    days = pd.Series(pd.date_range("2024-01-01", periods=len(table), freq="5h"), table.index)
    table = table[["size", "count"]].assign(hour=days.dt.hour, weekend=days.dt.day_of_week >= 5)
    assert [str(kind) for kind in table.dtypes] == ["float64", "int64", "int32", "bool"]
    target = table["size"] + table["hour"] * (1 + table["weekend"])
    agree(fit(model, table, target), table[::10])
    agree(fit(model, table[["hour", "weekend"]], target), table[["hour", "weekend"]][::10])


def test_parts_of_dates_beside_categories() -> None:
    table, target = of_categories()
    table = table.assign(hour=np.arange(len(table), dtype="int32") % 24, odd=table["count"] % 2 == 1)
    agree(fit(LGBMRegressor(**LIGHT), table, target + table["hour"] * table["odd"]), table[::10])


def test_numbers_that_are_categories() -> None:
    table, target = of_categories()
    codes = table.assign(kind=table["kind"].cat.codes.astype("int64"))[["kind", "size", "count"]]
    options: dict[str, Any] = {"min_data_per_group": 5, "categorical_feature": [0, 2], **LIGHT}
    fitted = fit(LGBMRegressor(**options), codes, target)
    own = agree(fitted, codes[::10])
    agree(fitted, codes[:3].assign(kind=[-1, 2000, 41]))
    for value in (1.5, 2.0**40, float("inf")):
        agree_on(own, fitted, codes.iloc[3].to_dict() | {"kind": value})
    one = codes[:1].to_numpy() + np.array([[0.5, 0, 0]])
    with pytest.raises(compiled("not_light").NotLight):
        own.predict(one)


def test_columns_of_categories_are_no_arrays_and_no_texts() -> None:
    table, target = of_categories()
    own = stand_in(fit(LGBMRegressor(**LIGHT), table[["kind", "size"]], target))
    for asked in (np.zeros((1, 2)), row(table[["kind", "size"]][:1].astype({"kind": str}))):
        with pytest.raises(compiled("not_light").NotLight):
            own.predict(asked)
