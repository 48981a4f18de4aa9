"""Stacks, votes by labels and AdaBoost, each held against scikit-learn's own answers."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from sklearn.compose import make_column_transformer
from sklearn.ensemble import (
    AdaBoostClassifier,
    AdaBoostRegressor,
    RandomForestClassifier,
    RandomForestRegressor,
    StackingClassifier,
    StackingRegressor,
    VotingClassifier,
)
from sklearn.impute import SimpleImputer
from sklearn.linear_model import LogisticRegression, Ridge, RidgeClassifier
from sklearn.naive_bayes import GaussianNB
from sklearn.neighbors import KNeighborsClassifier
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import OneHotEncoder, StandardScaler
from sklearn.svm import SVC, LinearSVC
from sklearn.tree import DecisionTreeClassifier, DecisionTreeRegressor

from tests.compiled.agree import agree, agree_on, compiled, stand_in
from tests.compiled.mixed import CATEGORIES, NUMBERS, mixed, records
from tests.compiled.test_numeric_kinds import CANCER, IRIS, NAMED, ODD, SCALED, SUGAR, fit

SEVERAL: list[tuple[str, Any]] = [
    ("forest", RandomForestClassifier(9, max_depth=3, random_state=0)),
    ("machine", make_pipeline(StandardScaler(), LinearSVC())),
    ("bayes", GaussianNB()),
]
CLASSIFIERS = [
    StackingClassifier(SEVERAL, LogisticRegression(), cv=2),
    StackingClassifier(SEVERAL, RandomForestClassifier(9, random_state=0), cv=2, passthrough=True),
    StackingClassifier(SEVERAL[:2], LogisticRegression(), cv=2, stack_method="predict"),
    VotingClassifier(SEVERAL),
    VotingClassifier([*SEVERAL, ("ridge", RidgeClassifier())], weights=[1, 2, 1, 0.5]),
    AdaBoostClassifier(n_estimators=20, random_state=0),
    AdaBoostClassifier(DecisionTreeClassifier(max_depth=3), n_estimators=12, learning_rate=0.5, random_state=0),
]
REGRESSORS = [
    StackingRegressor([("forest", RandomForestRegressor(9, random_state=0)), ("ridge", Ridge())], Ridge(), cv=2),
    StackingRegressor([("tree", DecisionTreeRegressor(max_depth=3)), ("ridge", Ridge())], cv=2, passthrough=True),
    AdaBoostRegressor(n_estimators=20, random_state=0),
    AdaBoostRegressor(DecisionTreeRegressor(max_depth=6), n_estimators=15, loss="square", random_state=0),
]


@pytest.mark.parametrize("model", CLASSIFIERS, ids=lambda model: str(model).replace("\n", "")[:60])
def test_classifiers_of_two_and_of_three_classes(model: Any) -> None:
    agree(fit(model, SCALED[0], CANCER[1]), SCALED[0][::25])
    agree(fit(model, SCALED[1].to_numpy(), NAMED), SCALED[1].to_numpy()[::12])


@pytest.mark.parametrize("model", REGRESSORS, ids=lambda model: str(model).replace("\n", "")[:60])
def test_regressors(model: Any) -> None:
    agree(fit(model, SCALED[2], SUGAR[1]), SCALED[2][::25])


def prepared(model: Any) -> Any:
    """Return a pipeline that takes texts and gaps."""
    numbers = make_pipeline(SimpleImputer(), StandardScaler())
    return make_pipeline(
        make_column_transformer((numbers, NUMBERS), (OneHotEncoder(handle_unknown="ignore"), CATEGORIES)), model
    )


@pytest.fixture(scope="module", params=["stack", "vote"])
def of_records(request: pytest.FixtureRequest) -> tuple[Any, Any]:
    members = [
        ("line", prepared(LogisticRegression())),
        ("forest", prepared(RandomForestClassifier(9, random_state=0))),
    ]
    whole = StackingClassifier(members, cv=2) if request.param == "stack" else VotingClassifier(members)
    table, target = mixed()
    fitted = whole.fit(table, target)
    return fitted, agree(fitted, table[::8])


@settings(max_examples=40, deadline=None)
@given(record=records())
def test_members_that_take_texts_and_gaps(of_records: tuple[Any, Any], record: dict[str, Any]) -> None:
    agree_on(of_records[1], of_records[0], record)


@pytest.mark.parametrize("value", ODD, ids=str)
@pytest.mark.parametrize("model", [CLASSIFIERS[0], CLASSIFIERS[1], CLASSIFIERS[3], CLASSIFIERS[5]], ids=range(4))
def test_odd_numbers_are_answered_as_by_the_original_or_not_at_all(model: Any, value: Any) -> None:
    fitted = fit(model, IRIS[0], IRIS[1])
    agree_on(stand_in(fitted), fitted, IRIS[0].iloc[70].to_dict() | {"petal length (cm)": value})


def test_trees_that_are_as_good_as_even_are_left_to_the_original() -> None:
    fitted = AdaBoostClassifier(DecisionTreeClassifier(max_depth=1), n_estimators=2).fit([[0.0], [1.0]] * 4, [0, 1] * 4)
    fitted.estimators_ = [fitted.estimators_[0], DecisionTreeClassifier().fit([[0.0], [1.0]], [1, 0])]
    fitted.estimator_weights_ = np.array([1.0, 1.0])
    with pytest.raises(compiled("not_light").NotLight):
        stand_in(fitted).predict(np.array([[1.0]]))


def test_what_is_not_known_is_left_to_the_original() -> None:
    known = compiled("estimators").stand_in
    table, target = IRIS[0].to_numpy(), IRIS[1]
    odd = SVC(kernel=lambda one, other: one @ other.T)
    assert known(VotingClassifier([("odd", odd), ("bayes", GaussianNB())]).fit(table, target)) is None
    assert known(AdaBoostClassifier(LogisticRegression(), n_estimators=3).fit(table, target)) is None
    labels_last = StackingClassifier(SEVERAL, RidgeClassifier(), cv=2).fit(table, target)
    assert known(labels_last) is None
    assert known(StackingClassifier([("near", KNeighborsClassifier(metric="cosine"))], cv=2).fit(table, target)) is None
