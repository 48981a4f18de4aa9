"""The benchmark over folders of notebooks, on two that were made for it: one exports, one cannot."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from tests.making import SKLEARN, write_notebook

ROOT = Path(__file__).parents[1]
UNTAGGED = [(None, source) for _, source in SKLEARN]
COUNTING = [(None, "import collections\ncounts = collections.Counter('abracadabra')"), (None, "counts.most_common(2)")]
LABELS = {"flowers": {"model": {"name": "model", "cell": 2}, "data": [1], "training": [2]}}


def wild(*arguments: object, cwd: Path) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, str(ROOT / "benchmarks" / "wild.py"), *map(str, arguments)]
    environment = {name: value for name, value in os.environ.items() if name != "PYTHONPATH"}
    return subprocess.run(command, cwd=cwd, env=environment, capture_output=True, text=True, timeout=300)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    base = tmp_path_factory.mktemp("wild")
    for name, cells in (("flowers", UNTAGGED), ("counting", COUNTING)):
        (base / "notebooks" / name).mkdir(parents=True)
        write_notebook(base / "notebooks" / name / f"{name}.ipynb", cells)
    (base / "labels.json").write_text(json.dumps(LABELS))
    return base


@pytest.fixture(scope="module")
def done(folder: Path) -> subprocess.CompletedProcess[str]:
    options = ["--verify", "fast", "--json", "result.json", "--jobs", 2]
    return wild("--notebooks", "notebooks", *options, cwd=folder)


def rows(folder: Path) -> dict[str, Any]:
    found = json.loads((folder / "result.json").read_text())
    return {row["name"]: row for row in found["rows"]}


def test_one_is_proven(folder: Path, done: subprocess.CompletedProcess[str]) -> None:
    assert done.returncode == 0, done.stdout + done.stderr
    row = rows(folder)["flowers"]
    assert (row["ran"], row["suggested"], row["exported"], row["exit_code"]) == ("yes", "model", "proven", 0)
    assert row["parity"] == row["batch"] and row["parity"].split("/")[0] == row["parity"].split("/")[1] != "0"


def test_the_other_is_refused_with_words(folder: Path, done: subprocess.CompletedProcess[str]) -> None:
    row = rows(folder)["counting"]
    assert (row["exported"], row["exit_code"], row["ran"]) == ("refused", 6, "-")
    assert row["message"] and row["suggested"] == "-"


def test_labels_take_the_place_of_suggestions(folder: Path) -> None:
    """These leave the inference section out, so there is nothing to serve."""
    done = wild("--notebooks", "notebooks", "--labels", "labels.json", "--only", "flowers", cwd=folder)
    assert "flowers: refused while reading the notebook, exit code 6" in done.stdout
    assert "no cell is tagged `inference`" in done.stdout


def test_the_table_and_the_totals_are_printed(done: subprocess.CompletedProcess[str]) -> None:
    assert "1 exported and proven, 1 refused with a message, 0 failed, 0 tracebacks; of 2" in done.stdout
    table = [line.split()[0] for line in done.stdout.splitlines() if line.startswith(("flowers ", "counting "))]
    assert table == ["counting", "flowers"]


def test_the_notebooks_stay_as_they_are(folder: Path, done: subprocess.CompletedProcess[str]) -> None:
    assert {path.name for path in (folder / "notebooks").rglob("*")} == {
        "flowers", "flowers.ipynb", "counting", "counting.ipynb"
    }  # fmt: skip
    assert "tags" not in (folder / "notebooks" / "flowers" / "flowers.ipynb").read_text()


def test_an_empty_folder_is_said_to_be_one(tmp_path: Path) -> None:
    found = wild("--notebooks", ".", cwd=tmp_path)
    assert (found.returncode, found.stderr) == (2, "no notebooks there\n")
