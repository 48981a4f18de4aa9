"""Artifacts are checked before they are read, and written alike for the same values."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from {{ cookiecutter.package }} import artifacts
from {{ cookiecutter.package }}.artifacts.catalog import CATALOG
from {{ cookiecutter.package }}.files import ARTIFACTS_DIR


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return Path(shutil.copytree(ARTIFACTS_DIR, tmp_path / "artifacts"))


def contents(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in folder.iterdir()}


def save_again(loaded: artifacts.Loaded, folder: Path) -> str:
    record = loaded.record
    return artifacts.save(
        loaded.values, parameters=record["parameters"], metrics=record["metrics"], folder=folder
    )


def test_saved_twice_is_the_same(tmp_path: Path) -> None:
    loaded = artifacts.load()
    first, second = tmp_path / "first", tmp_path / "second"
    assert save_again(loaded, first) == save_again(loaded, second)
    assert contents(first) == contents(second)


def test_saved_can_be_loaded(tmp_path: Path) -> None:
    version = save_again(artifacts.load(), tmp_path)
    assert artifacts.load(tmp_path).record["model_version"] == version


@pytest.mark.parametrize("name", CATALOG)
def test_changed_file_is_refused(folder: Path, name: str) -> None:
    path = folder / CATALOG[name].file
    content = bytearray(path.read_bytes())
    content[len(content) // 2] ^= 1
    path.write_bytes(content)
    with pytest.raises(artifacts.ArtifactError, match=path.name):
        artifacts.load(folder)


@pytest.mark.parametrize("name", CATALOG)
def test_missing_file_is_named(folder: Path, name: str) -> None:
    (folder / CATALOG[name].file).unlink()
    with pytest.raises(artifacts.ArtifactError, match=CATALOG[name].file):
        artifacts.load(folder)


def test_missing_record_is_named(tmp_path: Path) -> None:
    with pytest.raises(artifacts.ArtifactError, match="record.json"):
        artifacts.load(tmp_path)
