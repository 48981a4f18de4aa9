"""Kernels in environments of their own, without nb2prod: one with old libraries, one with none."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.shared import once

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
    """Install three kernels.

    ``old`` has NumPy 1.23, scikit-learn 1.1 and pandas 1.5; ``bare`` ipykernel alone, on the oldest Python that lies
    ready; ``plain`` ipykernel alone, on our Python.
    """
    base = once(tmp_path_factory, "kernels", _make)
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("JUPYTER_PATH", str(base / "jupyter"))
        yield


def _make(base: Path) -> None:
    _environment(base / "old", f"{sys.version_info[0]}.{sys.version_info[1]}", *OLD)
    _environment(base / "bare", _oldest_python())
    _environment(base / "plain", f"{sys.version_info[0]}.{sys.version_info[1]}")
    for name in ("old", "bare", "plain"):
        _kernelspec(name, base / name, base / "jupyter")


def _oldest_python() -> str:
    """Return the oldest Python from 3.8 on that lies ready on this machine; none is downloaded."""
    for minor in range(8, sys.version_info[1]):
        found = sorted(Path.home().glob(f".pyenv/versions/3.{minor}.*/bin/python"))
        if found:
            return str(found[-1])
    return sys.executable
