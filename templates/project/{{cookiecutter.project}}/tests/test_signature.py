"""With a key, only what was signed with it is loaded, and nothing else is opened."""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import Any

import pytest

from {{ cookiecutter.package }} import artifacts, sign
from {{ cookiecutter.package }}.artifacts import signature
from {{ cookiecutter.package }}.artifacts.catalog import CATALOG
from {{ cookiecutter.package }}.files import ARTIFACTS_DIR
from {{ cookiecutter.package }}.model import Model

KEY = "0123456789abcdef" * 4


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("ARTIFACTS_KEY", KEY)
    return Path(shutil.copytree(ARTIFACTS_DIR, tmp_path / "artifacts"))


def refused(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def opened(*given: Any) -> Any:
        raise AssertionError("an artifact was opened before its signature was checked")

    with monkeypatch.context() as patch, pytest.raises(artifacts.ArtifactError, match="ARTIFACTS_KEY"):
        for entry in CATALOG.values():
            patch.setattr(entry.kind, "load", opened)
        artifacts.load(folder)


def change(path: Path, **changes: Any) -> None:
    path.write_text(json.dumps({**json.loads(path.read_text()), **changes}))


def test_what_is_not_signed_is_not_opened(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    change(folder / "record.json", signature="")
    refused(folder, monkeypatch)
    change(folder / "record.json", signature=None)
    refused(folder, monkeypatch)


def test_what_was_signed_is_loaded_and_no_change_of_it(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    sign.main(folder)
    record = artifacts.load(folder).record
    change(folder / "record.json", metrics={"accuracy": 1.0, **record["metrics"], "more": 1})
    refused(folder, monkeypatch)


def test_another_key_does_not_do(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    sign.main(folder)
    monkeypatch.setenv("ARTIFACTS_KEY", KEY[::-1])
    refused(folder, monkeypatch)


def test_what_is_saved_with_a_key_is_signed(folder: Path, tmp_path: Path) -> None:
    sign.main(folder)
    loaded = artifacts.load(folder)
    again = tmp_path / "again"
    artifacts.save(loaded.values, parameters={}, metrics={}, folder=again)
    assert len(artifacts.load(again).record["signature"]) == 64


def test_training_again_signs_what_was_not(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    sign.main(folder)
    loaded = artifacts.load(folder)
    said = {"parameters": {}, "metrics": loaded.record["metrics"], "folder": folder}
    with monkeypatch.context() as patch:
        patch.delenv("ARTIFACTS_KEY")
        before = artifacts.save(loaded.values, **said)
    refused(folder, monkeypatch)
    assert artifacts.replace(loaded.values, **said) == before
    assert artifacts.load(folder).record["model_version"] == before


def test_what_is_compiled_must_be_signed_too(folder: Path) -> None:
    verdict = folder / "compiled" / "verdict.json"
    if not verdict.is_file():
        pytest.skip("nothing is compiled here")
    sign.main(folder)
    before = Model.load(folder).served_by
    change(verdict, signature="0" * 64)
    after = Model.load(folder).served_by
    assert after["way"] == "original"
    assert before["way"] == "original" or "ARTIFACTS_KEY" in after["why"]


def test_a_key_that_could_be_guessed_is_none(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ARTIFACTS_KEY", "guess")
    with pytest.raises(signature.WeakKey):
        artifacts.load(folder)
