"""Keys are made, listed and taken away, and what makes no sense is told."""

from __future__ import annotations

from pathlib import Path

import pytest

from {{ cookiecutter.package }}.service import key_file, keys


@pytest.fixture
def file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    found = tmp_path / "keys.json"
    monkeypatch.setenv("API_KEYS_FILE", str(found))
    return found


def test_keys_are_kept_as_hashes_that_only_the_owner_reads(file: Path, capsys: pytest.CaptureFixture[str]) -> None:
    keys.main(["add", "shop", "--scope", "predict", "--days", "30"])
    given = capsys.readouterr().out.strip()
    assert given.partition(".")[2] not in file.read_text()
    assert file.stat().st_mode & 0o077 == 0
    keys.main(["list"])
    assert "shop predict until" in capsys.readouterr().out
    keys.main(["remove", "shop"])
    assert key_file.read(file) == []


ODD_KEYS = [*(["shop", "--days", days] for days in ("0", "-1", "nan", "1e9")), [" "], ["a\nb"]]


@pytest.mark.parametrize("asked", ODD_KEYS, ids=str)
def test_a_key_that_makes_no_sense_is_not_made(
    file: Path, asked: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit) as ended:
        keys.main(["add", *asked])
    assert ended.value.code == 2 and "invalid" in capsys.readouterr().err
    assert not file.exists()


def test_where_no_keys_can_be_kept_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "file").write_text("")
    monkeypatch.setenv("API_KEYS_FILE", str(tmp_path / "file" / "keys.json"))
    with pytest.raises(SystemExit, match="API_KEYS_FILE"):
        keys.main(["add", "shop"])
