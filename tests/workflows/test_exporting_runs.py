"""Runs are written into a real MLflow store, each once, with what is known of them and nothing else."""

from __future__ import annotations

import json
import subprocess
import sys
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import pytest

from nb2prod.ledger.ledger import open_ledger
from nb2prod.ledger.liveness import this_process
from nb2prod.ledger.model import Ended, NewRun, Status
from tests.making import nb2prod
from tests.workflows.recorded import recorded

LOOK = """
import json, sys
from mlflow.tracking import MlflowClient
client = MlflowClient(tracking_uri=sys.argv[1])
experiment = client.get_experiment_by_name(sys.argv[2])
print(json.dumps([{"status": run.info.status, **run.data.to_dictionary(), "start": run.info.start_time,
    "artifacts": [each.path for each in client.list_artifacts(run.info.run_id)]}
    for run in reversed(client.search_runs([experiment.experiment_id]))]))
"""
needs_mlflow = pytest.mark.skipif(find_spec("mlflow") is None, reason="MLflow is not installed: nb2prod[mlflow]")


def looked(folder: Path, address: str, experiment: str) -> list[dict[str, Any]]:
    command = [sys.executable, "-W", "ignore", "-c", LOOK, address, experiment]
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    found: list[dict[str, Any]] = json.loads(done.stdout)
    return found


@needs_mlflow
@pytest.mark.slow
def test_runs_are_written_into_mlflow_once(tmp_path: Path) -> None:
    file, address = tmp_path / "runs.sqlite", f"sqlite:///{tmp_path}/mlflow.db"
    output = tmp_path / "out.ipynb"
    output.write_text("{}")
    with open_ledger(file, create=True) as ledger:
        new = NewRun("/work/a.ipynb", "0" * 64, {"lr": 0.1, "api_key": "hV7kQ2mZ9xLp4RtW", "long": "x" * 10_000})
        claim = ledger.begin(new, this_process())
        ended = Ended(Status.SUCCEEDED, 1.5, metrics={"f1@5": 0.5, "bad": float("nan")}, versions={"python": "3.11"})
        ledger.end(claim, Ended(**{**vars(ended), "output": str(output), "output_sha256": "1" * 64}))
        many = {f"p{number}": number for number in range(250)}
        recorded(ledger, many, {}, Status.INTERRUPTED)
        recorded(ledger, {}, {}, Status.OUT_OF_MEMORY)
        running = ledger.begin(NewRun("/work/a.ipynb", "0" * 64), this_process())

        def exported() -> Any:
            asked = ("runs", "export", "--mlflow", address, "--experiment", "sales", "--ledger", file, "--json")
            done = nb2prod(*asked, cwd=tmp_path)
            assert done.returncode == 0, done.stderr
            return json.loads(done.stdout)

        first = exported()
        assert (len(first["written"]), first["there"], first["not_over"]) == (3, 0, 1)
        ledger.end(running, Ended(Status.FAILED, 1, error_name="ValueError", message="no"))
        second = exported()
        assert (second["written"], second["there"], second["not_over"]) == ([running.run.id], 3, 0)
    found = looked(tmp_path, address, "sales")
    assert [each["status"] for each in found] == ["FINISHED", "KILLED", "FAILED", "FAILED"]
    assert [each["tags"]["nb2prod.status"] for each in found] == ["succeeded", "interrupted", "out_of_memory", "failed"]
    one, two, _, four = found
    assert (one["params"]["lr"], one["params"]["api_key"]) == ("0.1", "***")
    assert one["params"]["long"].endswith("(10000 characters)")
    assert (one["metrics"]["f1_5"], one["metrics"]["nb2prod.seconds"]) == (0.5, 1.5)
    assert one["artifacts"] == ["out.ipynb"]
    assert one["tags"]["nb2prod.version.python"] == "3.11"
    assert len(two["params"]) == 250
    assert four["tags"]["nb2prod.error"] == "ValueError: no"
    assert "hV7kQ2mZ9xLp4RtW" not in json.dumps(found)


@needs_mlflow
@pytest.mark.slow
def test_a_store_that_cannot_be_written_is_told_of_without_its_password(tmp_path: Path) -> None:
    file = tmp_path / "runs.sqlite"
    with open_ledger(file, create=True) as ledger:
        recorded(ledger, {}, {})
    address = "http://ana:hV7kQ2mZ9xLp4RtW@127.0.0.1:9/"
    quick = {"MLFLOW_HTTP_REQUEST_MAX_RETRIES": "0", "MLFLOW_HTTP_REQUEST_TIMEOUT": "2"}
    done = nb2prod("runs", "export", "--mlflow", address, "--ledger", file, cwd=tmp_path, env=quick)
    assert done.returncode == 6, done.stderr
    assert "cannot be written to" in done.stderr
    assert "hV7k" not in done.stderr and "Traceback" not in done.stderr


def test_without_mlflow_it_is_told_what_to_install(tmp_path: Path) -> None:
    file = tmp_path / "runs.sqlite"
    with open_ledger(file, create=True) as ledger:
        recorded(ledger, {}, {})
    code = (
        "import sys; sys.modules['mlflow'] = None\nfrom nb2prod.cli import main\n"
        f"main(['runs', 'export', '--mlflow', 'sqlite:///m.db', '--ledger', {str(file)!r}])"
    )
    done = subprocess.run([sys.executable, "-c", code], cwd=tmp_path, capture_output=True, text=True)
    assert done.returncode == 6
    assert 'pip install "nb2prod[mlflow]"' in done.stderr
