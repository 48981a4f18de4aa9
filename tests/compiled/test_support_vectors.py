"""Support vector machines with all kernels, each held against scikit-learn's own answers."""

from __future__ import annotations

from itertools import product
from typing import Any

import numpy as np
import pytest
from sklearn.datasets import load_digits
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.model_selection import GridSearchCV
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler
from sklearn.svm import SVC, SVR, NuSVC, NuSVR, OneClassSVM

from tests.compiled.agree import agree, agree_on, compiled, stand_in
from tests.compiled.test_numeric_kinds import CANCER, IRIS, NAMED, ODD, SCALED, SUGAR, fit

CLASSIFIERS = [
    SVC(),
    SVC(kernel="linear"),
    SVC(kernel="poly", degree=2, coef0=1.0),
    SVC(kernel="sigmoid"),
    SVC(gamma=0.3, C=10, class_weight="balanced"),
    SVC(decision_function_shape="ovo"),
    SVC(break_ties=True),
    SVC(probability=True, random_state=0),
    NuSVC(nu=0.2),
    GridSearchCV(make_pipeline(StandardScaler(), SVC()), {"svc__C": [1, 10]}, cv=2),
]
REGRESSORS = [SVR(), SVR(kernel="linear", C=50), SVR(kernel="poly"), NuSVR(gamma="auto")]


@pytest.mark.parametrize("model", CLASSIFIERS, ids=lambda model: str(model).replace("\n", "")[:70])
def test_classifiers_of_two_and_of_three_classes(model: Any) -> None:
    agree(fit(model, SCALED[0], CANCER[1]), SCALED[0][::10])
    agree(fit(model, SCALED[1].to_numpy(), NAMED), SCALED[1].to_numpy()[::5])


@pytest.mark.parametrize("model", REGRESSORS, ids=str)
def test_regressors(model: Any) -> None:
    agree(fit(model, SCALED[2], SUGAR[1]), SCALED[2][::15])


def test_outliers() -> None:
    fitted = OneClassSVM(nu=0.1).fit(SCALED[1])
    own = agree(fitted, SCALED[1][::5], ways=["predict", "decision_function", "score_samples"])
    assert own.predict(SCALED[1].to_numpy()[:1] * 1e3).tolist() == [-1]


@pytest.mark.parametrize("probability", [False, True])
def test_ten_classes(probability: bool) -> None:
    """Each pair of classes has its own weights of the support vectors that both have."""
    images, digits = load_digits(return_X_y=True)
    fitted = fit(SVC(probability=probability, random_state=0), images[:600], digits[:600])
    agree(fitted, images[600:640])


@pytest.mark.parametrize("model", [SVC(), SVC(kernel="linear"), SVC(kernel="poly"), NuSVC(nu=0.3)], ids=str)
def test_texts(model: Any) -> None:
    """Rows that are mostly zeros, whose support vectors scikit-learn keeps as such."""
    words = product(["ab", "cd", "ef"], ["gh", "ij", "ab"], ["kl", "mn"])
    texts = [" ".join(each) for each in words]
    fitted = make_pipeline(TfidfVectorizer(), model).fit(texts, ["ab" in text for text in texts])
    asked = [*texts, "ab", "ef gh zz", "", "kl kl kl"]
    own = stand_in(fitted)
    for text in asked:
        assert own.predict([text]).tolist() == fitted.predict([text]).tolist(), text
        np.testing.assert_allclose(
            own.decision_function([text]), fitted.decision_function([text]), rtol=1e-6, atol=1e-12
        )


@pytest.mark.parametrize("value", ODD, ids=str)
@pytest.mark.parametrize("model", [SVC(), SVC(kernel="poly"), SVC(probability=True, random_state=0)], ids=str)
def test_odd_numbers_are_answered_as_by_the_original_or_not_at_all(model: Any, value: Any) -> None:
    fitted = fit(model, IRIS[0], IRIS[1])
    agree_on(stand_in(fitted), fitted, IRIS[0].iloc[70].to_dict() | {"petal length (cm)": value})


def test_a_row_right_on_the_line_is_left_to_the_original() -> None:
    table = np.array([[-1.0], [-2.0], [1.0], [2.0]])
    own = stand_in(SVC(kernel="linear").fit(table, [0, 0, 1, 1]))
    assert own.predict(np.array([[0.5]])).tolist() == [1]
    with pytest.raises(compiled("not_light").NotLight):
        own.predict(np.array([[0.0]]))


def test_kernels_of_ones_own_are_left_to_the_original() -> None:
    fitted = SVC(kernel=lambda one, other: one @ other.T).fit(SCALED[1], IRIS[1])
    assert compiled("estimators").stand_in(fitted) is None
