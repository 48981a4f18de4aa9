"""Kernels in environments of their own, and captures of notebooks made of a few lines."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import nbformat
import pytest

from nb2prod.capture.capture import capture
from nb2prod.capture.model import CaptureRequest, Evidence
from nb2prod.notebook.read import read_notebook

Capture = Callable[..., Evidence]
OLD = ("numpy==1.23.5", "scikit-learn==1.1.3", "pandas==1.5.3")


def _uv() -> str:
    beside = Path(sys.executable).with_name("uv")
    found = str(beside) if beside.exists() else shutil.which("uv")
    assert found, "uv is one of our own dependencies"
    return found


def _environment(folder: Path, python: str, *packages: str) -> None:
    subprocess.run([_uv(), "venv", "-q", "-p", python, str(folder)], check=True)
    interpreter = folder / "bin" / "python"
    subprocess.run([_uv(), "pip", "install", "-q", "-p", str(interpreter), "ipykernel", *packages], check=True)


def _kernelspec(name: str, environment: Path, jupyter: Path) -> None:
    folder = jupyter / "kernels" / name
    folder.mkdir(parents=True)
    argv = [str(environment / "bin" / "python"), "-m", "ipykernel_launcher", "-f", "{connection_file}"]
    folder.joinpath("kernel.json").write_text(json.dumps({"argv": argv, "display_name": name, "language": "python"}))


@pytest.fixture(scope="session")
def kernels(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """Install the kernels ``old`` (NumPy 1.23, scikit-learn 1.1, pandas 1.5) and ``bare`` (ipykernel alone)."""
    base = tmp_path_factory.mktemp("kernels")
    _environment(base / "old", f"{sys.version_info[0]}.{sys.version_info[1]}", *OLD)
    _environment(base / "bare", _oldest_python())
    for name in ("old", "bare"):
        _kernelspec(name, base / name, base / "jupyter")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("JUPYTER_PATH", str(base / "jupyter"))
        yield


def _oldest_python() -> str:
    """Return the oldest Python from 3.8 on that lies ready on this machine; none is downloaded."""
    for minor in range(8, sys.version_info[1]):
        found = sorted(Path.home().glob(f".pyenv/versions/3.{minor}.*/bin/python"))
        if found:
            return str(found[-1])
    return sys.executable


class Notebooks:
    """Makes notebooks in one folder and captures them."""

    def __init__(self, base: Path) -> None:
        self.folder = base / "notebook"
        self.folder.mkdir()
        self.base = base
        self.count = 0

    def write(self, *cells: str | tuple[str, str]) -> Path:
        made = [(cell, ()) if isinstance(cell, str) else (cell[0], (cell[1],)) for cell in cells]
        document = nbformat.v4.new_notebook(
            cells=[nbformat.v4.new_code_cell(source, metadata={"tags": list(tags)}) for source, tags in made]
        )
        path = self.folder / "n.ipynb"
        nbformat.write(document, path)
        return path

    def capture(self, *cells: str | tuple[str, str], request: CaptureRequest | None = None, **options: Any) -> Evidence:
        self.count += 1
        evidence = self.base / f"evidence{self.count}"
        evidence.mkdir(mode=0o700)
        return capture(read_notebook(self.write(*cells)), request or CaptureRequest(), folder=evidence, **options)


@pytest.fixture
def notebooks(tmp_path: Path) -> Notebooks:
    return Notebooks(tmp_path)


@pytest.fixture(scope="module")
def shared_notebooks(tmp_path_factory: pytest.TempPathFactory) -> Notebooks:
    return Notebooks(Path(os.path.realpath(tmp_path_factory.mktemp("shared"))))
