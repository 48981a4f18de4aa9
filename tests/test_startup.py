"""The command line starts fast: nothing heavy is imported before a command is asked for."""

from __future__ import annotations

import json
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

import nb2prod

HEAVY = {
    "IPython", "cookiecutter", "jupyter_client", "matplotlib", "nbclient", "nbconvert", "nbformat", "numpy", "pandas",
    "papermill", "psutil", "pydantic", "rich", "sklearn", "sqlalchemy", "tornado", "torch",
}  # fmt: skip
ASK = """
import sys
from nb2prod.cli import main
main({args!r}, standalone_mode=False)
print(*sys.modules, file=sys.stderr)
"""


@pytest.mark.parametrize("args", [["--help"], ["--version"]])
def test_nothing_heavy_is_imported_at_the_start(args: list[str]) -> None:
    command = [sys.executable, "-c", ASK.format(args=args)]
    loaded = subprocess.run(command, capture_output=True, text=True, check=True).stderr.split()
    assert "nb2prod.cli" in loaded
    assert not HEAVY & set(loaded)


def test_python_m_is_the_command() -> None:
    command = [sys.executable, "-m", "nb2prod", "--version"]
    out = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    assert out.endswith(f" {nb2prod.__version__}\n")


def test_the_version_is_said_once() -> None:
    project = tomllib.loads((Path(__file__).parents[1] / "pyproject.toml").read_text())["project"]
    assert project["version"] == nb2prod.__version__


def test_importing_the_package_costs_nothing() -> None:
    ask = "import sys, nb2prod; dir(nb2prod); print(*sys.modules)"
    loaded = subprocess.run([sys.executable, "-c", ask], capture_output=True, text=True, check=True).stdout.split()
    assert not (HEAVY | {"ipywidgets", "anywidget", "nb2prod.python", "nb2prod.inline"}) & set(loaded)
    assert {"run", "sweep", "resume", "recorded", "between", "readiness"} <= set(dir(nb2prod))


def test_a_run_from_python_needs_neither_tables_nor_widgets_nor_pictures() -> None:
    ask = "import sys, nb2prod; nb2prod.run, nb2prod.sweep; print(*sys.modules)"
    loaded = subprocess.run([sys.executable, "-c", ask], capture_output=True, text=True, check=True).stdout.split()
    assert "nb2prod.python.calling" in loaded
    assert not {"pandas", "matplotlib", "ipywidgets", "anywidget", "IPython", "papermill", "optuna"} & set(loaded)


def test_a_check_that_only_reads_needs_nothing_that_runs_notebooks(tmp_path: Path) -> None:
    cells = [{"cell_type": "code", "metadata": {}, "source": "a = 1\na", "outputs": [], "execution_count": None}]
    notebook = tmp_path / "n.ipynb"
    notebook.write_text(json.dumps({"nbformat": 4, "nbformat_minor": 4, "metadata": {}, "cells": cells}))
    args = ["check", str(notebook), "--no-cache", "--exit-zero", "--format", "json"]
    command = [sys.executable, "-c", ASK.format(args=args)]
    loaded = subprocess.run(command, capture_output=True, text=True, check=True).stderr.split()
    assert "nb2prod.workflows.checking" in loaded
    assert not (HEAVY - {"rich"}) & set(loaded)
    assert not [each for each in loaded if each.startswith(("nb2prod.runs", "nb2prod.render"))]
