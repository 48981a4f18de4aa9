"""A missing data file is named."""

from __future__ import annotations

from pathlib import Path

import pytest

from {{ cookiecutter.package }} import files


def test_missing_data_file_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(files, "DATA_DIR", tmp_path)
    with pytest.raises(files.DataFileMissing, match="no_such.csv.*DATA_DIR"):
        files.data_file("no_such.csv")
