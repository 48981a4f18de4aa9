from __future__ import annotations

import sys
import zipfile
from pathlib import Path

import pytest

from nb2prod.environment import lock, uv
from nb2prod.errors import UnusableInput

METADATA = "Metadata-Version: 2.1\nName: nb2prod-only-here\nVersion: 1.0\n"
WHEEL = "Wheel-Version: 1.0\nGenerator: hand\nRoot-Is-Purelib: true\nTag: py3-none-any\n"
PYTHON = f"{sys.version_info.major}.{sys.version_info.minor}"


def _wheel(folder: Path) -> None:
    with zipfile.ZipFile(folder / "nb2prod_only_here-1.0-py3-none-any.whl", "w") as wheel:
        wheel.writestr("nb2prod_only_here.py", "")
        wheel.writestr("nb2prod_only_here-1.0.dist-info/METADATA", METADATA)
        wheel.writestr("nb2prod_only_here-1.0.dist-info/WHEEL", WHEEL)
        wheel.writestr("nb2prod_only_here-1.0.dist-info/RECORD", "")


def test_what_only_a_folder_of_this_machine_has_is_found_there_and_the_folder_not_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    _wheel(tmp_path)
    options = {**uv.pip_options(), "find-links": str(tmp_path)}
    monkeypatch.setattr(uv, "pip_options", lambda: options)
    text = lock(["nb2prod-only-here==1.0", "h11==0.16.0"], [], PYTHON)
    assert "nb2prod-only-here==1.0" in text and "--hash=sha256:" in text
    assert "/" not in text


def test_an_index_that_cannot_be_reached_is_no_fault_of_the_pins(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(uv, "pip_options", lambda: {"index-url": "http://127.0.0.1:9/simple"})
    monkeypatch.setenv("UV_HTTP_RETRIES", "0")
    with pytest.raises(UnusableInput, match=r"http://127\.0\.0\.1:9/simple/.* could not be reached"):
        lock(["nb2prod-never-asked-for"], [], PYTHON)


def test_without_uv_it_says_how_to_get_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "uv", None)
    with pytest.raises(UnusableInput, match="python -m pip install uv"):
        uv.find()
