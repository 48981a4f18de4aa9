"""The main way is gone in two releases of JupyterLab: the one that is installed, and the oldest that is supported."""

from __future__ import annotations

import os
import subprocess
import tomllib

import pytest
from packaging.requirements import Requirement

from tests.browser.lab import HERE

NEWEST = "newest"
OLDEST = "oldest"
ALONE = "alone"
"""The newest, with no part of ours in the server, and settings of somebody's own."""
EACH_RELEASE = pytest.mark.parametrize("lab", [NEWEST, OLDEST], indirect=True)
"""Marks what has to work in both."""


def environment(variable: str, distribution: str, how: str) -> str:
    """Return the Python of an environment of its own, named by a variable; skip where there is none."""
    python = os.environ.get(variable, "")
    if not python:
        pytest.skip(f"{variable} names no Python of an environment with {distribution}: {how}")
    if not _installed(python, distribution):
        pytest.skip(f"{python} has no {distribution}: {how}")
    return python


def _installed(python: str, distribution: str) -> str:
    """Return the version; empty where it is not installed."""
    script = f"from importlib import metadata; print(metadata.version({distribution!r}))"
    return subprocess.run([python, "-c", script], capture_output=True, text=True).stdout.strip()


def oldest() -> str:
    """Return the Python of an environment with the oldest JupyterLab that is supported; skip where there is none."""
    python = environment("NB2PROD_OLDEST_PYTHON", "notebook", "make oldest")
    installed = _installed(python, "jupyterlab")
    project = tomllib.loads((HERE / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    needed = next(each for each in map(Requirement, project["dependencies"]) if each.name == "jupyterlab")
    least = next(each.version for each in needed.specifier if each.operator == ">=")
    assert installed.startswith(f"{least}."), f"{python} has JupyterLab {installed}, the oldest supported is {least}"
    return python
