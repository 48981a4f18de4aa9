"""Lists and dicts of fitted objects, as notebooks keep one encoder a column or one model a fold."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest
from sklearn.linear_model import LogisticRegression
from sklearn.preprocessing import LabelEncoder, StandardScaler

from tests.compiled.agree import compiled, row, stand_in
from tests.compiled.test_numeric_kinds import IRIS


def held() -> dict[str, Any]:
    models = [LogisticRegression().fit(*(part[start::2] for part in IRIS)) for start in (0, 1)]
    return {"models": models, "scaler": StandardScaler().fit(IRIS[0]), "labels": ["a", "b", "c"], "at": 0.5}


def test_what_is_held_answers_and_what_is_plain_stays() -> None:
    original, own = held(), compiled("estimators.held").opened(stand_in(held()))
    assert list(own) == list(original) and (own["labels"], own["at"]) == (original["labels"], 0.5)
    one = IRIS[0].iloc[[70]]
    mean = np.mean([model.predict_proba(row(one)) for model in own["models"]], axis=0)
    np.testing.assert_allclose(mean, np.mean([model.predict_proba(one) for model in original["models"]], axis=0))
    np.testing.assert_allclose(own["scaler"].transform(row(one)), original["scaler"].transform(one))


@pytest.mark.parametrize(
    "value",
    [
        pytest.param({"a": 1.0, "b": [None, "x"]}, id="nothing fitted"),
        pytest.param([LabelEncoder().fit(["a"]), object()], id="something else"),
        pytest.param({"a": LabelEncoder().fit(["a"]), "b": np.zeros(2)}, id="an array"),
        pytest.param({(1, 2): LabelEncoder().fit(["a"])}, id="a tuple as a key"),
        pytest.param((LabelEncoder().fit(["a"]),), id="a tuple"),
    ],
)
def test_what_holds_something_else_or_nothing_is_not_known(value: Any) -> None:
    assert compiled("estimators").stand_in(value) is None


def test_a_list_as_an_artifact_is_kept_in_a_folder(tmp_path: Path) -> None:
    made = compiled("estimators").stand_in([LabelEncoder().fit(["x", "y"])])
    compiled("store").save(made, tmp_path / "encoders")
    assert compiled("store").load(tmp_path / "encoders").content[0].classes_.tolist() == ["x", "y"]
