"""The folder that the notebook's code works in is left again."""

from __future__ import annotations

from pathlib import Path

import pytest

from {{ cookiecutter.package }} import working_folder


def test_working_folder_is_put_back(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(working_folder, "DATA_DIR", tmp_path)
    before = Path.cwd()
    with working_folder.working_folder():
        assert Path.cwd() == tmp_path.resolve()
    assert Path.cwd() == before
