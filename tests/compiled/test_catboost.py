"""CatBoost's models, of numbers and of categories, at their borders too."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import pytest
from catboost import CatBoost, CatBoostClassifier, CatBoostRegressor
from hypothesis import given, settings
from hypothesis import strategies as st
from sklearn.model_selection import GridSearchCV
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

from tests.compiled.agree import agree, agree_on, compiled, stand_in
from tests.compiled.mixed import CATEGORIES, mixed, records
from tests.compiled.test_boosters import CANCER, IRIS, SUGAR, with_gaps
from tests.compiled.test_numeric_kinds import NAMED, neighbours

QUICK: dict[str, Any] = {"iterations": 25, "thread_count": 1, "verbose": False, "allow_writing_files": False}
CLASSIFIERS = [
    CatBoostClassifier(**QUICK),
    CatBoostClassifier(**QUICK, depth=3, nan_mode="Max", l2_leaf_reg=9),
    CatBoostClassifier(**QUICK, auto_class_weights="Balanced", bootstrap_type="Bernoulli"),
]
REGRESSORS = [
    CatBoostRegressor(**QUICK),
    CatBoostRegressor(**QUICK, loss_function="MAE"),
    CatBoostRegressor(**QUICK, loss_function="Quantile:alpha=0.2"),
    CatBoostRegressor(**QUICK, loss_function="Poisson"),
]


@pytest.mark.parametrize("model", CLASSIFIERS, ids=range(3))
def test_classifiers(model: Any) -> None:
    agree(model.copy().fit(with_gaps(CANCER[0]), CANCER[1]), with_gaps(CANCER[0])[::15])
    agree(model.copy().fit(with_gaps(IRIS[0]), NAMED), with_gaps(IRIS[0])[::6])
    agree(model.copy().fit(IRIS[0].to_numpy(), IRIS[1]), with_gaps(IRIS[0]).to_numpy()[::6])


def test_classes_each_against_the_rest() -> None:
    agree(CatBoostClassifier(**QUICK, loss_function="MultiClassOneVsAll").fit(*IRIS), IRIS[0][::6])


@pytest.mark.parametrize("loss", ["MultiLogloss", "MultiCrossEntropy"])
def test_several_labels(loss: str) -> None:
    table, target = CANCER
    labels = np.stack([target, table["mean_radius"] > 14, table["mean_texture"] > 19], axis=1).astype(int)
    agree(CatBoostClassifier(**QUICK, loss_function=loss).fit(table, labels), table[::12])


@pytest.mark.parametrize("model", REGRESSORS, ids=range(4))
def test_regressors(model: Any) -> None:
    agree(model.copy().fit(with_gaps(SUGAR[0]), SUGAR[1]), with_gaps(SUGAR[0])[::12])


def test_training_that_was_stopped_early() -> None:
    table, target = CANCER
    model = CatBoostClassifier(**{**QUICK, "iterations": 300}, learning_rate=0.5)
    fitted = model.fit(table[:300], target[:300], eval_set=(table[300:], target[300:]), early_stopping_rounds=3)
    assert fitted.tree_count_ < 250
    agree(fitted, table[::15])


def test_around_others() -> None:
    agree(make_pipeline(StandardScaler(), CLASSIFIERS[0].copy()).fit(*CANCER), CANCER[0][::20])
    search = GridSearchCV(CatBoostRegressor(**QUICK), {"depth": [2, 4]}, cv=2).fit(*SUGAR)
    agree(search, SUGAR[0][::20], ways=["predict"])


def test_at_the_borders_and_right_beside_them() -> None:
    table = IRIS[0].to_numpy()
    fitted = CLASSIFIERS[0].copy().fit(table, IRIS[1])
    rows = []
    for column, borders in fitted.get_borders().items():
        for value in neighbours(borders):
            rows.append(table[75].copy())
            rows[-1][int(column)] = value
    assert len(rows) > 100
    own = stand_in(fitted)
    np.testing.assert_allclose(own.predict_proba(np.array(rows)), fitted.predict_proba(np.array(rows)), rtol=1e-6)


@pytest.mark.parametrize("value", [float("nan"), float("inf"), 1e300, None, True, "4.5", 2**70, 3], ids=str)
def test_odd_numbers_are_answered_as_by_the_original_or_not_at_all(value: Any) -> None:
    for trained in (IRIS[0], with_gaps(IRIS[0])):
        fitted = CLASSIFIERS[0].copy().fit(trained, IRIS[1])
        agree_on(stand_in(fitted), fitted, IRIS[0].iloc[70].to_dict() | {"petal_length": value})


X, Y = mixed()
OPTIONS: list[dict[str, Any]] = [
    {},
    {"one_hot_max_size": 10},
    {"max_ctr_complexity": 1},
    {"max_ctr_complexity": 4, "depth": 5},
    {"simple_ctr": ["Buckets", "Counter"], "combinations_ctr": ["BinarizedTargetMeanValue", "Counter"]},
    {"loss_function": "RMSE"},
]


def of_categories(options: dict[str, Any]) -> Any:
    kind = CatBoostRegressor if options.get("loss_function") == "RMSE" else CatBoostClassifier
    return kind(**QUICK, **options, cat_features=CATEGORIES).fit(X, (Y == "yes") * 1)


@pytest.fixture(scope="module", params=OPTIONS, ids=str)
def both(request: pytest.FixtureRequest) -> tuple[Any, Any]:
    fitted = of_categories(request.param)
    return fitted, agree(fitted, X[::10])


@settings(max_examples=60, deadline=None)
@given(record=records())
def test_categories_seen_never_seen_and_missing(both: tuple[Any, Any], record: dict[str, Any]) -> None:
    agree_on(both[1], both[0], record)


def test_a_category_never_seen_is_answered(both: tuple[Any, Any]) -> None:
    record = X.iloc[3].to_dict() | {"region": "mars"}
    agree_on(both[1], both[0], record, strict=True)


def test_three_classes_and_columns_of_integers() -> None:
    table = X.assign(calls=X["calls"].astype("int64"))
    target = np.array(["none", "few", "many"])[np.minimum(table["age"] // 30, 2)]
    fitted = CatBoostClassifier(**QUICK, cat_features=["calls", "region"]).fit(table.drop(columns="contract"), target)
    agree(fitted, table.drop(columns="contract")[::10])
    kinds = X.assign(region=pd.Categorical(X["region"]))
    agree(CatBoostClassifier(**QUICK, cat_features=CATEGORIES).fit(kinds, Y), kinds[::10])


@settings(max_examples=150, deadline=None)
@given(
    st.lists(
        st.text(max_size=70) | st.text("aé日", min_size=20, max_size=40) | st.integers(-(2**63), 2**63 - 1),
        min_size=3,
        max_size=3,
    )
)
def test_hashes_of_texts_of_any_length(texts: list[Any]) -> None:
    """Trees that ask for one category each answer otherwise for a text with another hash."""
    values = [*texts, "other"] * 3
    table, target = pd.DataFrame({"kind": pd.Series(values, dtype=object)}), [1.0, 2.0, 4.0, 8.0] * 3
    if len({str(text) for text in values}) < 4 or any("\0" in str(text) for text in texts):
        return
    fitted = CatBoostRegressor(
        iterations=8, depth=2, one_hot_max_size=9, thread_count=1, verbose=False, allow_writing_files=False,
        cat_features=["kind"], learning_rate=0.9, l2_leaf_reg=0,
    ).fit(table, target)  # fmt: skip
    own = stand_in(fitted)
    for value in dict.fromkeys(values):
        record = {"kind": value}
        agree_on(own, fitted, record, strict=len(str(value).encode()) <= 64)


def test_what_is_not_known_is_left_to_the_original() -> None:
    known = compiled("estimators").stand_in
    assert known(CatBoost({**QUICK, "loss_function": "RMSE"}).fit(*SUGAR)) is None
    assert known(CatBoostClassifier(**QUICK, grow_policy="Lossguide").fit(*CANCER)) is None
    assert known(CatBoostRegressor(**QUICK, loss_function="RMSEWithUncertainty").fit(*SUGAR)) is None
    several = np.stack([SUGAR[1], SUGAR[1]], axis=1)
    assert known(CatBoostRegressor(**QUICK, loss_function="MultiRMSE").fit(SUGAR[0], several)) is None
    assert known(CatBoostClassifier(**QUICK).fit(CANCER[0], CANCER[1] == 1)) is None
    words = pd.DataFrame({"said": ["a b c", "c d", "a d e", "b c e"] * 10})
    text = CatBoostClassifier(**QUICK, text_features=["said"]).fit(words, [0, 1, 0, 1] * 10)
    assert known(text) is None
