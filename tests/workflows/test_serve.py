"""A service that is tried: which Python it gets, and what is said where it cannot be had or ends by itself."""

from __future__ import annotations

import platform
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from nb2prod.errors import UnusableInput
from nb2prod.render.history import deliver
from nb2prod.workflows import serve as module
from nb2prod.workflows.serve import python_for, serve


@pytest.fixture
def repository(tmp_path: Path) -> Path:
    """What an export has, as far as it is looked at before anything runs."""
    rendered = tmp_path / "rendered"
    (rendered / "src" / "tiny").mkdir(parents=True)
    (rendered / "src" / "tiny" / "schema.json").write_text("{}")
    (rendered / "pyproject.toml").write_text("[project]\nname = 'tiny'\nrequires-python = '>=3.11'\n")
    return deliver(rendered, tmp_path / "tiny", "tiny").repository


def _refused(repository: Path, **options: Any) -> dict[str, str]:
    with pytest.raises(UnusableInput) as refused:
        serve(repository, lambda served: None, watch=lambda progress: None, **options)
    (problem,) = refused.value.problems
    return problem.as_dict()


@pytest.mark.parametrize("wanted", ["", ">=3.11", f"=={platform.python_version()}", "~=3.10", "!=3.2.*, >3.8"])
def test_this_python_serves_what_takes_it(wanted: str) -> None:
    assert python_for(wanted, Path("tiny")) == sys.executable


@pytest.mark.parametrize("wanted", ["<3.11", "==3.9.*", ">=3.99,<3.100"])
def test_another_python_is_asked_for_by_its_versions(wanted: str) -> None:
    assert set(python_for(wanted, Path("tiny")).split(",")) == set(wanted.split(","))


def test_versions_that_cannot_be_read_are_refused_in_words(repository: Path) -> None:
    file = repository / "pyproject.toml"
    file.write_text(file.read_text().replace(">=3.11", "three"))
    problem = _refused(repository)
    assert problem["what"] == '`requires-python = "three"` does not say which versions'
    assert problem["where"] == str(file)


def test_a_folder_that_is_no_export_is_refused(tmp_path: Path) -> None:
    assert "no repository" in _refused(tmp_path)["what"]


def test_a_port_that_is_taken_is_said_before_anything_is_made(
    repository: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delattr(module, "create")
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        port = other.getsockname()[1]
        assert _refused(repository, port=port)["what"] == f"port {port} is taken by another program"


def test_a_service_that_ends_by_itself_is_told_of(repository: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    @contextmanager
    def serving(*asked: Any, **options: Any) -> Iterator[SimpleNamespace]:
        with subprocess.Popen([sys.executable, "-c", "raise SystemExit(3)"]) as process:
            yield SimpleNamespace(port=8000, process=process)

    monkeypatch.setattr(module, "create", lambda *asked: None)
    monkeypatch.setattr(module, "serving", serving)
    problem = _refused(repository)
    assert problem["what"] == "the service ended by itself, with exit code 3"
    assert "make run" in problem["remedy"]
