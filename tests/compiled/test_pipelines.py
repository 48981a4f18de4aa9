"""Pipelines and column transformers as notebooks have them, from records to answers."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from sklearn.compose import ColumnTransformer, make_column_transformer
from sklearn.ensemble import HistGradientBoostingClassifier, HistGradientBoostingRegressor, RandomForestClassifier
from sklearn.impute import SimpleImputer
from sklearn.linear_model import LogisticRegression, Ridge
from sklearn.pipeline import Pipeline, make_pipeline
from sklearn.preprocessing import OneHotEncoder, OrdinalEncoder, StandardScaler

from tests.compiled.agree import agree, agree_on, compiled, row, stand_in
from tests.compiled.mixed import CATEGORIES, NUMBERS, mixed, records

X, Y = mixed()


def churn(model: Any, numbers: Any = "passthrough") -> Pipeline:
    """Return a pipeline like the example's."""
    unknown = make_pipeline(
        SimpleImputer(strategy="constant", fill_value="unknown"),
        OneHotEncoder(handle_unknown="ignore", sparse_output=False),
    )
    prepare = ColumnTransformer([("numbers", numbers, NUMBERS), ("categories", unknown, CATEGORIES)])
    return Pipeline([("prepare", prepare), ("model", model)])


MODELS = {
    "boosted": churn(HistGradientBoostingClassifier(max_iter=30, random_state=0)),
    "forest": churn(RandomForestClassifier(20, random_state=0)),
    "blunt forest": churn(RandomForestClassifier(20, min_samples_leaf=7, random_state=0)),
    "logistic": churn(LogisticRegression(), make_pipeline(SimpleImputer(strategy="median"), StandardScaler())),
}


@pytest.fixture(scope="module", params=MODELS)
def both(request: pytest.FixtureRequest) -> tuple[Any, Any]:
    fitted = MODELS[request.param].fit(X, Y)
    return fitted, stand_in(fitted)


def test_answers_the_rows_of_the_training(both: tuple[Any, Any]) -> None:
    agree(both[0], X)


@settings(max_examples=50, deadline=None)
@given(record=records())
def test_answers_any_record_as_the_original_or_not_at_all(both: tuple[Any, Any], record: dict[str, Any]) -> None:
    agree_on(both[1], both[0], record)


def test_answers_a_record_with_gaps_and_an_unseen_category_itself(both: tuple[Any, Any]) -> None:
    record = {"age": 40, "charges": None, "calls": 1.0, "region": "mars", "contract": "yearly"}
    agree_on(both[1], both[0], record, strict=True)


def test_more_columns_and_another_order_do_not_matter(both: tuple[Any, Any]) -> None:
    record = {"contract": "yearly", "id": object(), "calls": 1, "charges": 3.5, "age": 40, "region": "west"}
    agree_on(both[1], both[0], record, strict=True)


def test_a_missing_column_is_the_originals_to_refuse(both: tuple[Any, Any]) -> None:
    with pytest.raises(compiled("not_light").NotLight):
        both[1].predict(row(X.drop(columns="age").iloc[[0]]))


def test_parts_can_be_asked_by_their_names() -> None:
    fitted = MODELS["logistic"].fit(X, Y)
    own = stand_in(fitted)
    prepared = own.named_steps["prepare"].transform(row(X.iloc[[3]]))
    np.testing.assert_allclose(prepared, fitted.named_steps["prepare"].transform(X.iloc[[3]]))
    np.testing.assert_allclose(own[-1].predict_proba(prepared), fitted.predict_proba(X.iloc[[3]]))
    np.testing.assert_allclose(own["model"].coef_, fitted["model"].coef_)
    assert own.classes_.tolist() == fitted.classes_.tolist()


@pytest.mark.parametrize("remainder", ["drop", "passthrough", StandardScaler()], ids=str)
def test_the_remainder(remainder: Any) -> None:
    numbers = X[NUMBERS].fillna(0)
    fitted = make_column_transformer((SimpleImputer(), ["calls"]), remainder=remainder).fit(numbers)
    agree(fitted, numbers)


def test_columns_by_position_mask_slice_and_callable() -> None:
    numbers = X[NUMBERS].fillna(0)
    by_type = make_column_transformer((StandardScaler(), lambda table: ["charges"]), ("passthrough", [0]))
    mask = make_column_transformer((StandardScaler(), [True, False, True]), ("drop", [1]))
    slices = make_column_transformer((StandardScaler(), slice("age", "charges")))
    for transformer in (by_type, mask, slices):
        agree(transformer.fit(numbers), numbers)
    array = numbers.to_numpy()
    by_position = make_column_transformer((StandardScaler(), [2, 0]), ("passthrough", slice(1, 2)))
    agree(by_position.fit(array), array)


def test_a_column_transformer_behind_another_step_and_inside_another() -> None:
    numbers = X[NUMBERS].to_numpy()
    late = make_pipeline(
        SimpleImputer(), make_column_transformer((StandardScaler(), [2]), ("passthrough", [0])), Ridge()
    )
    agree(late.fit(numbers, X["age"]), numbers)
    inner = make_column_transformer((StandardScaler(), ["calls"]), remainder="passthrough")
    outer = make_column_transformer(
        (make_pipeline(SimpleImputer(), inner_positions()), NUMBERS), (inner, ["calls", "age"])
    )
    agree(outer.fit(X), X)


def inner_positions() -> ColumnTransformer:
    return make_column_transformer((StandardScaler(), [1]), remainder="passthrough")


def test_ordinal_codes_into_regression() -> None:
    encode = make_column_transformer(
        (OrdinalEncoder(handle_unknown="use_encoded_value", unknown_value=-1), CATEGORIES), remainder="passthrough"
    )
    fitted = make_pipeline(encode, HistGradientBoostingRegressor(max_iter=20)).fit(X, X["age"] / 3)
    agree(fitted, X)
    agree_on(stand_in(fitted), fitted, X.iloc[0].to_dict() | {"region": "mars"}, strict=True)


class Own(StandardScaler):  # type: ignore[misc]
    """A user's own kind of scaler."""

    def transform(self, *arguments: Any, **options: Any) -> Any:
        return -super().transform(*arguments, **options)


def test_what_is_not_known_is_left_to_the_original() -> None:
    known = compiled("estimators").stand_in
    numbers = X[NUMBERS].fillna(0)
    assert known(Own().fit(numbers)) is None
    assert known(make_pipeline(Own(), Ridge()).fit(numbers, X["age"])) is None
    assert known(StandardScaler()) is None, "it is not fitted"
    assert known(StandardScaler().set_output(transform="pandas").fit(numbers)) is None
    assert known({"not": "an estimator"}) is None
    assert known(Ridge().fit(numbers, numbers)) is None, "it has several targets"


def test_columns_in_another_order_are_the_originals_to_refuse() -> None:
    numbers = X[NUMBERS].fillna(0)
    own = stand_in(Ridge().fit(numbers, X["age"]))
    with pytest.raises(compiled("not_light").NotLight):
        own.predict(row(numbers[NUMBERS[::-1]].iloc[[0]]))
    with pytest.raises(compiled("not_light").NotLight):
        own.predict(numbers.to_numpy(dtype=np.float32))
    assert isinstance(own.predict(pd.DataFrame(numbers).to_numpy()), np.ndarray)


@pytest.mark.parametrize("error", [RuntimeError, MemoryError, AssertionError, AttributeError])
def test_whatever_goes_wrong_with_a_stand_in_there_is_the_original(
    error: type[Exception], monkeypatch: pytest.MonkeyPatch
) -> None:
    fitted = StandardScaler().fit(X[NUMBERS])
    monkeypatch.setattr(StandardScaler, "with_mean", property(lambda self: raised(error)), raising=False)
    assert compiled("estimators").stand_in(fitted) is None


def raised(error: type[Exception]) -> None:
    raise error
