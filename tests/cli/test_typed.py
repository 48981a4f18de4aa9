"""Parameters that another program hands over by standard input: on no command line, and exactly as they were typed."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from tests.making import write_notebook


@pytest.fixture
def notebook(tmp_path: Path) -> Path:
    cells = [("parameters", "depth: int = 1\nrate = 0.5\nname = 'x'"), ("evaluation", "score = depth * rate")]
    return write_notebook(tmp_path / "a.ipynb", cells)


def told(notebook: Path, command: str, *options: str, typed: Any) -> tuple[int, dict[str, Any]]:
    """Return the exit code and what was printed, where standard input says what was typed."""
    done = subprocess.run(
        [sys.executable, "-m", "nb2prod", command, str(notebook), "--typed", "-", "--json", *options],
        input=json.dumps(typed),
        capture_output=True,
        text=True,
        check=False,
    )
    return done.returncode, json.loads(done.stdout)


def test_a_sweep_takes_what_it_varies_from_there(notebook: Path) -> None:
    typed = {"depth": "1..2", "name": "007, 'a'=b", "rate": "2"}
    code, found = told(notebook, "sweep", "-g", "depth", "--workers", "1", typed=typed)
    assert code == 0, found
    assert [run["parameters"] for run in found["runs"]] == [
        {"depth": depth, "rate": 2.0, "name": typed["name"]} for depth in (1, 2)
    ]


def test_what_is_wrong_is_said_all_at_once(notebook: Path) -> None:
    code, found = told(notebook, "sweep", "-g", "depth", "-g", "rate", typed={"depth": "1..x", "nme": "b"})
    assert code == 2
    said = " ".join(json.dumps(each) for each in found["error"]["problems"])
    assert "-g rate" in said, "there are no values for it"
    assert "'nme'" in said
    code, found = told(notebook, "run", typed={"depth": "deep"})
    assert (code, len(found["error"]["problems"])) == (2, 1)
    code, found = told(notebook, "run", typed=["depth"])
    assert "is not a JSON object of texts" in json.dumps(found)
    assert code == 2


def test_what_is_given_on_the_command_line_wins(notebook: Path) -> None:
    code, found = told(notebook, "run", "-p", "depth", "3", typed={"depth": "2", "rate": "2"})
    assert (code, found["run"]["parameters"]["depth"], found["run"]["parameters"]["rate"]) == (0, 3, 2.0)


def test_a_sweep_that_is_taken_up_again_is_told_nothing(notebook: Path) -> None:
    command = [sys.executable, "-m", "nb2prod", "sweep", str(notebook), "--resume", "last", "--typed", "-"]
    done = subprocess.run(command, input="{}", capture_output=True, text=True, check=False)
    assert (done.returncode, "leave --typed out" in done.stderr) == (2, True)
