"""The model that was served before is kept, and comes back."""

from __future__ import annotations

from pathlib import Path

import pytest

from {{ cookiecutter.package }} import artifacts
from {{ cookiecutter.package }}.model import Model

from .parity import REQUESTS, RESPONSES, difference


VALUES = artifacts.load().values


def save(folder: Path, metrics: dict[str, float]) -> str:
    return artifacts.replace(VALUES, parameters={}, metrics=metrics, folder=folder)


def another_version(folder: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    """Train a model that is another one as far as anybody can tell: its version is."""
    with monkeypatch.context() as patch:
        patch.setattr(artifacts.record, "model_version", lambda entries: "another-version")
        return save(folder, {"rows": 2.0})


def test_the_model_before_comes_back(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    first = save(tmp_path, {"rows": 1.0})
    assert another_version(tmp_path, monkeypatch) == "another-version"
    assert "trained_at" in artifacts.record.read(tmp_path)
    assert artifacts.roll_back(tmp_path) == first
    model = Model.load(tmp_path)
    assert (model.version, model.record["metrics"]) == (first, {"rows": 1.0})
    assert difference(model.predict(REQUESTS[:1]), RESPONSES[:1]) is None
    assert artifacts.roll_back(tmp_path) == "another-version"


def test_what_was_made_of_a_model_comes_back_with_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    save(tmp_path, {"rows": 1.0})
    made = tmp_path / "explain" / "importance.json"
    made.parent.mkdir()
    made.write_text("of the first")
    another_version(tmp_path, monkeypatch)
    made.write_text("of the other")
    for whose in ("the first", "the other"):
        artifacts.roll_back(tmp_path)
        assert made.read_text() == f"of {whose}"


def test_the_same_model_again_is_nothing_new(tmp_path: Path) -> None:
    assert save(tmp_path, {"rows": 1.0}) == save(tmp_path, {"rows": 1.0})
    with pytest.raises(artifacts.ArtifactError, match="no model before"):
        artifacts.roll_back(tmp_path)
