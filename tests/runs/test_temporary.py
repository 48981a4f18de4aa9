"""Temporary folders with the name of whoever made them: those of one that is gone go, nobody else's."""

from __future__ import annotations

import tempfile
from pathlib import Path

import pytest

from nb2prod.runs import temporary
from nb2prod.runs.temporary import belong_to, clear, temporary_folder


def test_only_what_belongs_to_who_is_gone_goes(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "short").mkdir()
    (tmp_path / "usual").mkdir()
    monkeypatch.setattr(temporary, "SHORT", str(tmp_path / "short"))
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path / "usual"))
    monkeypatch.setattr(temporary, "_OWNER", temporary._Owner())
    made = {}
    for mark in ("", "0a1b", "0a1b2c"):
        belong_to(mark)
        made[mark] = [temporary_folder("run"), temporary_folder("kernel", temporary.short_place(0))]
        for folder in made[mark]:
            (Path(folder.name) / "rows").mkdir()
    (tmp_path / "usual" / "somebody-0a1b-else").mkdir()
    clear("0a1b")
    for mark, folders in made.items():
        assert [Path(folder.name).exists() for folder in folders] == [mark != "0a1b"] * 2
        for folder in folders:
            folder.cleanup()
    assert [path.name for path in (tmp_path / "usual").iterdir()] == ["somebody-0a1b-else"]
    assert list((tmp_path / "short").iterdir()) == []
