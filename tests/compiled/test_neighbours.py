"""Nearest neighbours and nearest centres, each held against scikit-learn's own answers; ties are left to it."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from sklearn.cluster import KMeans, MiniBatchKMeans
from sklearn.linear_model import LogisticRegression
from sklearn.neighbors import KNeighborsClassifier, KNeighborsRegressor
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

from tests.compiled.agree import agree, agree_on, answer, compiled, row, stand_in
from tests.compiled.test_numeric_kinds import CANCER, IRIS, NAMED, ODD, SCALED, SUGAR, fit

OPTIONS: list[dict[str, Any]] = [
    {},
    {"n_neighbors": 1},
    {"weights": "distance"},
    {"p": 1, "n_neighbors": 7},
    {"metric": "chebyshev"},
    {"algorithm": "brute"},
    {"algorithm": "ball_tree", "weights": "distance"},
    {"algorithm": "brute", "weights": "distance"},
]
MOVED = 0.37
"""What moves rows away from those of the training, so that none is at the very place of one."""


@pytest.mark.parametrize("options", OPTIONS, ids=str)
def test_classifiers(options: dict[str, Any]) -> None:
    often_even = options.get("metric") == "chebyshev"  # where one column decides
    agree(fit(KNeighborsClassifier(**options), SCALED[0], CANCER[1]), SCALED[0][::15] + MOVED)
    table = SCALED[1].to_numpy()
    agree(fit(KNeighborsClassifier(**options), table, NAMED), table[::7] + MOVED, strict=not often_even)


@pytest.mark.parametrize("options", OPTIONS, ids=str)
def test_regressors(options: dict[str, Any]) -> None:
    often_even = options.get("metric") == "chebyshev"
    agree(fit(KNeighborsRegressor(**options), SCALED[2], SUGAR[1]), SCALED[2][::15] + MOVED, strict=not often_even)


@pytest.mark.parametrize("options", [*OPTIONS[:4], OPTIONS[5]], ids=str)
def test_rows_of_the_training_itself(options: dict[str, Any]) -> None:
    """The nearest point is the row itself, at distance 0."""
    few = CANCER[0].iloc[:, :9]
    agree(make_pipeline(StandardScaler(), KNeighborsClassifier(**options)).fit(few, CANCER[1]), few[::15])
    agree(KNeighborsRegressor(**options).fit(*SUGAR), SUGAR[0][::15])


@pytest.mark.parametrize("moved", [0.0, 1e4, 1e8, 1e12])
def test_neighbours_far_from_zero_are_told_apart(moved: float) -> None:
    """Where products of numbers hold less than their differences do."""
    rng = np.random.default_rng(0)
    points, asked = (moved + rng.integers(0, 1000, (rows, 5)) / 8.0 for rows in (2000, 100))
    agree(KNeighborsRegressor(3).fit(points, rng.normal(size=2000)), asked)
    model = stand_in(KNeighborsRegressor(3).fit(points, rng.normal(size=2000)))
    kept = [len(model.near(x, float(x @ x), 0.0)) for x in asked]
    assert min(kept) >= 3 and (moved > 1e6 or max(kept) < 10)


def test_points_that_are_equally_near_count_only_if_they_say_the_same() -> None:
    table = np.array([[0.0], [2.0], [4.0], [9.0]])
    alike = stand_in(KNeighborsClassifier(1).fit(table, ["a", "a", "b", "b"]))
    assert alike.predict(np.array([[1.0]])).tolist() == ["a"]
    with pytest.raises(compiled("not_light").NotLight):
        alike.predict(np.array([[3.0]]))
    weighed = stand_in(KNeighborsClassifier(2, weights="distance").fit(table, ["a", "b", "b", "a"]))
    with pytest.raises(compiled("not_light").NotLight):
        weighed.predict(np.array([[1.0]]))


def test_small_distances_that_the_original_rounds_are_left_to_it() -> None:
    """Products of large numbers hide small differences, and 1 / distance shows them."""
    table = 1e6 + np.random.default_rng(0).normal(size=(50, 3)) * 1e-3
    fitted = KNeighborsRegressor(weights="distance", algorithm="brute").fit(table, np.arange(50.0))
    with pytest.raises(compiled("not_light").NotLight):
        stand_in(fitted).predict(table[:1] + 1e-4)


def test_many_drawn_rows() -> None:
    random = np.random.default_rng(1)
    table, target = random.integers(0, 6, (300, 4)).astype(float), random.integers(0, 3, 300)
    for algorithm in ("kd_tree", "brute"):
        fitted = KNeighborsClassifier(5, algorithm=algorithm).fit(table, target)
        rows = random.normal(2.5, 2, (40, 4))
        own = agree(fitted, rows, strict=False)
        assert sum(not isinstance(answer(own, "predict", rows[i : i + 1]), Exception) for i in range(40)) > 30
        agree(fitted, table[:40], strict=False)


@pytest.mark.parametrize("value", ODD, ids=str)
@pytest.mark.parametrize("model", [KNeighborsClassifier(), KMeans(3, random_state=0)], ids=lambda m: type(m).__name__)
def test_odd_numbers_are_answered_as_by_the_original_or_not_at_all(model: Any, value: Any) -> None:
    fitted = fit(model, IRIS[0], IRIS[1])
    agree_on(stand_in(fitted), fitted, IRIS[0].iloc[70].to_dict() | {"petal length (cm)": value})


def test_what_is_not_known_is_left_to_the_original() -> None:
    known = compiled("estimators").stand_in
    table, target = IRIS[0].to_numpy(), IRIS[1]
    assert known(KNeighborsClassifier(metric="cosine").fit(table, target)) is None
    assert known(KNeighborsClassifier(weights=lambda far: 1 / (1 + far)).fit(table, target)) is None
    assert known(KNeighborsRegressor().fit(table, table)) is None
    assert known(KNeighborsClassifier().fit(table.astype(np.float32), target)) is None


@pytest.mark.parametrize("model", [KMeans(4, random_state=0), MiniBatchKMeans(3, random_state=0)], ids=str)
def test_clusters(model: Any) -> None:
    fitted = fit(model, SCALED[1], None)
    own = agree(fitted, SCALED[1][::5], ways=["predict", "transform"])
    assert own.predict(row(SCALED[1].iloc[[0]])).dtype == fitted.predict(SCALED[1].iloc[[0]]).dtype
    agree(make_pipeline(StandardScaler(), model).fit(IRIS[0]), IRIS[0][::5], ways=["predict", "transform"])
    agree(make_pipeline(model, LogisticRegression()).fit(IRIS[0], NAMED), IRIS[0][::5])


def test_a_row_between_two_centres_is_left_to_the_original() -> None:
    fitted = KMeans(2, random_state=0).fit(np.array([[0.0], [0.0], [4.0], [4.0]]))
    own = stand_in(fitted)
    assert own.predict(np.array([[1.0]])) == fitted.predict(np.array([[1.0]]))
    for way, at in (("predict", 2.0), ("transform", 4.0)):
        assert isinstance(answer(own, way, np.array([[at]])), compiled("not_light").NotLight)
