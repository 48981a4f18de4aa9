"""Keras models come back predicting the same, their files hold no code and are the same each time."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import pytest

from tests.templates.test_artifact_kinds import Trip, kind_module, package, trip  # noqa: F401

os.environ.setdefault("KERAS_BACKEND", "torch")
pytest.importorskip("torch", reason="keras runs on torch here")
keras = pytest.importorskip("keras", reason="keras is not among the libraries that the tests install")
np = pytest.importorskip("numpy")

# keras loads torch and torch's numpy bridge in ways that warn on some versions
pytestmark = pytest.mark.filterwarnings("ignore")


def dense(*more: Any) -> Any:
    model = keras.Sequential(
        [keras.Input((4,)), keras.layers.Dense(3, activation="relu"), *more, keras.layers.Dense(1)]
    )
    model.compile("adam", "mse")
    model.fit(np.ones((8, 4)), np.ones(8), epochs=1, verbose=0)
    return model


def functional() -> Any:
    given = keras.Input((4,))
    inner = keras.layers.Dropout(0.3)(keras.layers.Dense(5, activation="tanh")(given))
    return keras.Model(given, keras.layers.Concatenate()([inner, given]))


@pytest.mark.parametrize("make", [dense, functional])
def test_models_come_back(trip: Trip, make: Any) -> None:  # noqa: F811
    rows = np.random.default_rng(0).normal(size=(6, 4))
    model = make()
    back = trip("keras", model)
    np.testing.assert_array_equal(back.predict(rows, verbose=0), model.predict(rows, verbose=0))


def test_a_lambda_is_refused(package: None, tmp_path: Path) -> None:  # noqa: F811
    with pytest.raises(Exception, match="lambda"):
        kind_module("keras").save(dense(keras.layers.Lambda(lambda x: x * 2)), tmp_path / "file")
