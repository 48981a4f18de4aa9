"""Every example notebook, by the command that people type: exported, proven, and proven by what it printed."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from nb2prod.workflows.checking import check, exported_into

EXAMPLES = Path(__file__).parents[2] / "example_notebooks"
COMPILED = {"churn", "diabetes", "forecast", "reviews"}
"""Notebooks that have to be answered by compiled code; of others it has to be told which code answers."""
ONE_EXAMPLE: set[str] = set()
"""Notebooks in which there is nothing to draw rows from but the one record they try."""


def export(notebook: Path, target: Path, *options: str, seconds: float = 600) -> dict[str, Any]:
    command = [sys.executable, "-m", "nb2prod", "export", str(notebook), str(target), "--json", *options]
    done = subprocess.run(command, capture_output=True, text=True, timeout=seconds)
    assert done.returncode == 0, done.stdout[-4000:] + done.stderr[-4000:]
    result: dict[str, Any] = json.loads(done.stdout)
    return result


@pytest.mark.parametrize("name", sorted(path.stem for path in EXAMPLES.glob("*.ipynb")))
def test_the_service_answers_what_the_notebook_answered(name: str, tmp_path: Path) -> None:
    result = export(EXAMPLES / f"{name}.ipynb", tmp_path / name)

    least = 1 if name in ONE_EXAMPLE else 20
    for proof in ("parity", "http", "retrain"):
        assert result[proof]["rows"] == result[proof]["equal"] >= least, (proof, result[proof])
    assert result["batch"] is None or result["batch"]["rows"] == result["batch"]["equal"]
    assert result["tests"]["failed"] == 0 < result["tests"]["passed"]
    assert result["parity"]["slice"] == "tidy"
    assert result["parity"]["artifacts"] == "pipeline"
    assert not result["lint"]
    repository = Path(result["repository"])
    _keeps_the_promises(repository, result)
    _is_quick(repository, result)
    assert result["compiled"]["ok"] or name not in COMPILED, result["compiled"]["why"]
    record = json.loads((repository / "ml_test_score.json").read_text())
    assert record["score"] >= 4, {row["id"]: row["why"] for row in record["tests"]}
    assert record["score"] == result["ml_test_score"]["score"]
    (checked,) = check([EXAMPLES / f"{name}.ipynb"], exported=exported_into(repository))
    passed = {each["name"] for each in checked.checks or () if each["state"] == "passed"}
    assert len(passed) >= 19 and passed == {each for each in passed if record["outcomes"][each] == "passed"}
    assert checked.findings == ()


def _is_quick(repository: Path, result: dict[str, Any]) -> None:
    """What is compiled was proven, and wherever not it is told why, in the README too."""
    way = result["compiled"]
    readme = " ".join((repository / "README.md").read_text().split())
    assert ("Answers come from compiled code, more than" in readme) == way["ok"]
    if not way["ok"]:
        assert way["why"] and "Answers come from the notebook's own code: " in readme
        return
    assert way["comparison"]["equal"] == result["parity"]["rows"] >= way["captured"] > 0
    assert way["drawn"] >= 1000 and way["times_faster"] >= 2
    verdict = json.loads((repository / "artifacts/compiled/verdict.json").read_text())
    assert verdict["ok"] and verdict["model_version"] == result["model_version"]


def _keeps_the_promises(repository: Path, result: dict[str, Any]) -> None:
    sources = {path: path.read_text() for path in repository.rglob("*.py") if ".venv" not in path.parts}
    assert not [path for path, text in sources.items() if "nb2prod" in text], "no lock-in"
    assert not [path for path, text in sources.items() if "plt." in text or "get_ipython" in text], "no plots"
    rows = json.loads((repository / "tests/parity/requests.json").read_text())
    assert len(rows) == result["parity"]["rows"]
    log = subprocess.run(["git", "log", "--oneline"], cwd=repository, capture_output=True, text=True, check=True)
    assert len(log.stdout.splitlines()) == 1
    command = ["git", "status", "--porcelain"]
    status = subprocess.run(command, cwd=repository, capture_output=True, text=True, check=True)
    assert status.stdout == ""
