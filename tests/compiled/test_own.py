"""Pipelines with transformers and functions of the notebook's own: their code is read again."""

from __future__ import annotations

import importlib
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType
from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from sklearn.compose import ColumnTransformer, make_column_transformer
from sklearn.ensemble import RandomForestClassifier, VotingClassifier
from sklearn.impute import KNNImputer, SimpleImputer
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import FeatureUnion, Pipeline, make_pipeline
from sklearn.preprocessing import FunctionTransformer, OneHotEncoder, StandardScaler

from tests.compiled.agree import agree, agree_on, compiled, row
from tests.compiled.mixed import CATEGORIES, NUMBERS, mixed, records

NOTED = '''
import numpy as np
import pandas as pd
from sklearn.base import BaseEstimator, TransformerMixin
from sklearn.linear_model import LogisticRegression
from sklearn.utils.validation import check_is_fitted


class Ratios(BaseEstimator, TransformerMixin):
    """Adds columns, from what it has learnt too."""

    def __init__(self, per="age"):
        self.per = per

    def fit(self, X, y=None):
        self.typical_ = X["charges"].median()
        self.shares_ = X["region"].value_counts(normalize=True).to_dict()
        return self

    def transform(self, X):
        check_is_fitted(self, "typical_")
        X = X.copy()
        X["charges"] = X["charges"].fillna(self.typical_)
        X["ratio"] = X["charges"] / (X[self.per] + 1)
        X["share"] = X["region"].map(self.shares_).fillna(0.0)
        return X


class Chosen(BaseEstimator, TransformerMixin):
    """An array of some columns."""

    def __init__(self, columns):
        self.columns = columns

    def fit(self, X, y=None):
        self.fitted_ = True
        return self

    def transform(self, X):
        return X[self.columns].to_numpy()


class Doubled(TransformerMixin, BaseEstimator):
    """Works on arrays."""

    def fit(self, X, y=None):
        self.width_ = X.shape[1]
        return self

    def transform(self, X):
        return np.c_[X, X[:, 0] * 2]


class Clipped(BaseEstimator, TransformerMixin):
    """Has learnt an array, and a scaler."""

    def fit(self, X, y=None):
        from sklearn.preprocessing import StandardScaler

        self.ends_ = np.percentile(X, [5, 95])
        self.scaler_ = StandardScaler().fit(X)
        return self

    def transform(self, X):
        return np.clip(self.scaler_.transform(X), *self.ends_)


class Quotients(BaseEstimator, TransformerMixin):
    """Holds tuples, and clips to arrays that it has learnt."""

    def __init__(self, pairs=()):
        self.pairs = pairs

    def fit(self, X, y=None):
        self.low_, self.high_ = X.quantile(0.1).to_numpy(), X.quantile(0.9).to_numpy()
        self.least_ = {(top, bottom): float(X[bottom].abs().min()) + 1 for top, bottom in self.pairs}
        return self

    def transform(self, X):
        X = X.clip(self.low_, self.high_, axis=1)
        return X.assign(**{f"{a}_per_{b}": X[a] / (X[b] + self.least_[a, b]) for a, b in self.pairs})


class Winsorized(BaseEstimator, TransformerMixin):
    """Has learnt what pandas gives, and sets."""

    def fit(self, X, y=None):
        self.low_, self.high_ = X.quantile(0.1), X.quantile(0.9)
        self.columns_ = X.columns
        self.flat_ = {label for label in X.columns if X[label].nunique() < 2}
        self.middle_ = X.median()
        return self

    def transform(self, X):
        X = X[list(self.columns_)].clip(lower=self.low_, upper=self.high_, axis=1)
        for label in X.columns:
            X[f"{label}_off"] = 0.0 if label in self.flat_ else X[label] - self.middle_[label]
        return X.fillna(self.middle_)


class Mine(LogisticRegression):
    """Answers otherwise than what it is made of."""

    def predict_proba(self, X):
        return super().predict_proba(X)[:, ::-1]


def with_total(table, factor=1):
    table = table.copy()
    table["total"] = table["charges"].fillna(0) * table["calls"] * factor
    return table


def logs(table):
    return np.log1p(table.abs())
'''
X, Y = mixed()
TEXTS = make_pipeline(SimpleImputer(strategy="constant", fill_value="unknown"), OneHotEncoder(handle_unknown="ignore"))


@pytest.fixture(scope="module")
def noted(lit: Path) -> Iterator[ModuleType]:
    """Return a module of the notebook's, beside ``compiled``."""
    path = lit / "noted.py"
    path.write_text(NOTED, encoding="utf-8")
    yield importlib.import_module("lit.noted")
    path.unlink()


def prepared(numbers: list[str]) -> ColumnTransformer:
    return make_column_transformer((make_pipeline(SimpleImputer(), StandardScaler()), numbers), (TEXTS, CATEGORIES))


def pipelines(noted: Any) -> dict[str, Pipeline]:
    model = LogisticRegression(max_iter=500)
    forest = RandomForestClassifier(9, random_state=0)
    numbers = make_pipeline(SimpleImputer(), noted.Doubled(), StandardScaler())
    total = FunctionTransformer(noted.with_total, kw_args={"factor": 2})
    inside = ColumnTransformer(
        [
            ("logs", FunctionTransformer(noted.logs), ["age", "calls"]),
            ("ratios", make_pipeline(noted.Ratios(), noted.Chosen(["ratio", "share"])), ["age", "charges", "region"]),
            ("texts", TEXTS, CATEGORIES),
        ]
    )
    return {
        "before a column transformer": make_pipeline(noted.Ratios(), prepared([*NUMBERS, "ratio", "share"]), model),
        "two in a row": make_pipeline(noted.Ratios("calls"), noted.Chosen(["ratio", "share"]), forest),
        "a function": make_pipeline(total, prepared([*NUMBERS, "total"]), model),
        "a pipeline in front": make_pipeline(
            make_pipeline(total, noted.Ratios()), prepared([*NUMBERS, "ratio", "total"]), model
        ),
        "within a column transformer": make_pipeline(inside, model),
        "behind others": make_pipeline(make_column_transformer((numbers, NUMBERS), (TEXTS, CATEGORIES)), model),
    }


NAMES = ["before a column transformer", "two in a row", "a function", "a pipeline in front"]
NAMES += ["within a column transformer", "behind others"]


@pytest.fixture(scope="module", params=NAMES)
def both(request: pytest.FixtureRequest, noted: Any) -> tuple[Any, Any]:
    fitted = pipelines(noted)[request.param].fit(X, Y)
    return fitted, agree(fitted, X[::8])


@settings(max_examples=40, deadline=None)
@given(record=records())
def test_any_record_is_answered_as_by_the_original_or_not_at_all(both: tuple[Any, Any], record: dict[str, Any]) -> None:
    agree_on(both[1], both[0], record)


def test_what_has_learnt_arrays_and_fitted_objects(noted: Any) -> None:
    numbers = X[NUMBERS].fillna(0)
    agree(make_pipeline(noted.Clipped(), LogisticRegression()).fit(numbers, Y), numbers[::10])


def test_what_has_learnt_tuples(noted: Any) -> None:
    numbers = X[NUMBERS].fillna(0)
    own = noted.Quotients(pairs=[("charges", "age"), ("calls", "age")])
    agree(make_pipeline(own, StandardScaler(), LogisticRegression()).fit(numbers, Y), numbers[::10])


def test_what_has_learnt_series_and_sets(noted: Any) -> None:
    numbers = X[NUMBERS].fillna(0)
    assert {"int64", "float64"} == {str(kind) for kind in numbers.dtypes}
    agree(make_pipeline(noted.Winsorized(), StandardScaler(), LogisticRegression()).fit(numbers, Y), numbers[::10])


def test_what_is_not_known_is_named_with_its_place(noted: Any) -> None:
    registry, numbers = compiled("estimators.registry"), X[NUMBERS].fillna(0)
    own = noted.Quotients(pairs=[("charges", "age")])
    own.table = X
    fitted = make_pipeline(make_pipeline(own), LogisticRegression()).fit(numbers, Y)
    with pytest.raises(registry.Unknown, match=r"^Quotients: it holds a learned pandas\.DataFrame\.$"):
        registry.part(fitted)
    with pytest.raises(registry.Unknown, match=r"^Pipeline: KNNImputer is not known\.$"):
        registry.part(make_pipeline(KNNImputer(), LogisticRegression()).fit(numbers, Y))


def test_the_table_that_is_asked_about_stays_what_it_is(noted: Any) -> None:
    fitted = make_pipeline(noted.Ratios(), noted.Chosen(["ratio"]), LogisticRegression()).fit(X, Y)
    one = row(X.iloc[[3]])
    one["charges"] = float("nan")
    compiled("estimators").stand_in(fitted).predict(one)
    assert list(one.columns) == list(X.columns) and np.isnan(one["charges"].value)


def test_what_is_not_known_is_left_to_the_original(noted: Any) -> None:
    known = compiled("estimators").stand_in
    numbers = X[NUMBERS].fillna(0)
    assert known(noted.Mine().fit(numbers, Y)) is None
    assert (
        known(make_pipeline(FunctionTransformer(lambda table: table + 1), LogisticRegression()).fit(numbers, Y)) is None
    )
    union = FeatureUnion([("a", noted.Chosen(["age"])), ("b", noted.Chosen(["calls"]))])
    assert known(make_pipeline(union, LogisticRegression()).fit(numbers, Y)) is None
    member = make_pipeline(noted.Chosen(["age"]), LogisticRegression())
    assert known(VotingClassifier([("a", member), ("b", LogisticRegression())]).fit(numbers, Y)) is None
    learnt = noted.Ratios().fit(X)
    learnt.table_ = pd.DataFrame({"a": [1]})
    assert known(make_pipeline(learnt, noted.Chosen(["ratio"]))) is None
