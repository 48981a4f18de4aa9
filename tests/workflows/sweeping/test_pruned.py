"""Runs that fall behind are stopped early, as Optuna has it; their records say so, and no more."""

from __future__ import annotations

import json
import shlex
from pathlib import Path

import nbformat
import pytest

from nb2prod.ledger.model import RunRecord, Status, SweepRecord
from nb2prod.python.results import RecordedSweep
from tests.making import Cells, nb2prod
from tests.workflows.sweeping.started import (
    below,
    ended,
    kill,
    ledger_of,
    notebook_in,
    runs_of,
    started,
    waited_for,
)

TRAINING = """\
import time

import nb2prod

for step in range(6):
    score = quality * (step + base)
    time.sleep(seconds)
    nb2prod.report(step, score)"""
LEARNING: Cells = [
    ("parameters", "quality = 1\nseconds = 0.0"),
    ("data", "base = 1\nprint('loaded')"),
    ("training", TRAINING),
    ("evaluation", "accuracy = float(score)"),
    (None, "print('the end')"),
]
"""A notebook that is better by each step, the more so the higher its quality."""
GOOD, BAD = [10, 9, 8, 7, 6, 20], [1, 2, 3]
"""Five come to their end before the median stops any; the last one is better than all."""
VARIED = "quality=10,9,8,7,6,1,2,3,20"
MEDIAN = ("--metric", "accuracy", "--maximize", "--prune", "median")
WAYS = [pytest.param((), id="shared"), pytest.param(("--no-sharing",), id="each by itself")]


def by_quality(notebook: Path, status: Status) -> list[int]:
    return [run.parameters["quality"] for run in runs_of(notebook) if run.status is status]


def stopped(notebook: Path) -> RunRecord:
    return next(run for run in runs_of(notebook) if run.status is Status.PRUNED)


@pytest.mark.parametrize("way", WAYS)
def test_runs_that_fall_behind_are_stopped_and_say_so(tmp_path: Path, way: tuple[str, ...]) -> None:
    notebook = notebook_in(tmp_path, LEARNING)
    done = nb2prod("sweep", notebook, "-g", VARIED, *MEDIAN, "--workers", 1, *way, "--json", cwd=tmp_path)
    assert done.returncode == 0, done.stderr
    assert sorted(by_quality(notebook, Status.SUCCEEDED)) == sorted(GOOD)
    assert by_quality(notebook, Status.PRUNED) == BAD
    told = json.loads(done.stdout)
    best = next(run for run in told["runs"] if run["id"] == told["best"])
    assert (best["parameters"]["quality"], best["metrics"]["accuracy"]) == (20, 120.0)
    assert told["sweep"]["prune"] == "median"
    run = stopped(notebook)
    assert (run.error_cell, run.cell, run.why) == (2, 2, "stopped early at step 0, with 1")
    assert (run.error_name, run.message, run.traceback, run.metrics) == ("", "", "", {})
    with ledger_of(notebook) as ledger:
        assert ledger.reported(run=run.id) == {run.id: {0: 1.0}}
        assert [(each.status, each.why) for each in ledger.attempts(run.id)] == [(Status.PRUNED, run.why)]
        assert len(ledger.reported(sweep=told["sweep"]["id"])) == 9
    document = nbformat.read(run.output, as_version=4)
    assert document.metadata.papermill.status == "pruned"
    cells = [cell for cell in document.cells if "injected-parameters" not in cell.metadata.tags]
    assert [cell.metadata.papermill.status for cell in cells] == ["completed"] * 2 + ["pruned"] + ["pending"] * 2
    said = cells[2].outputs[-1]
    assert (said.ename, said.evalue) == ("Pruned", "stopped early at step 0, with 1")
    assert ("by a fork" in run.shared) == (way == ())
    shown = nb2prod("runs", "show", run.id, cwd=tmp_path).stdout
    assert f"{run.id}  pruned in cell 3 of 5" in shown and "reported   1 at step 0" in shown
    drawn = nb2prod("runs", "plot", notebook, "--parameter", "quality", "--output", "a.svg", cwd=tmp_path)
    assert drawn.returncode == 0, drawn.stderr
    found = RecordedSweep(*_recorded(notebook))
    assert (len(found.failed), len(found.pruned), found.pruned[0].error) == (0, 3, "")
    assert list(found.pruned.frame()["error"]) == [f"stopped early at step 0, with {quality}" for quality in BAD]
    assert found.best is not None and found.best.parameters["quality"] == 20


def _recorded(notebook: Path) -> tuple[SweepRecord, tuple[RunRecord, ...]]:
    with ledger_of(notebook) as ledger:
        return ledger.sweep("last"), ledger.runs()


@pytest.mark.parametrize(
    ("way", "all_of_it"),
    [
        pytest.param((), False, id="shared, the sweep"),
        pytest.param(("--no-sharing",), True, id="each by itself, all of its processes"),
    ],
)
def test_a_search_that_is_killed_goes_on_from_what_it_knew(
    tmp_path: Path, way: tuple[str, ...], all_of_it: bool
) -> None:
    notebook = notebook_in(tmp_path, [("parameters", "quality = 1\nseconds = 0.1"), *LEARNING[1:]])
    with started(tmp_path, notebook, "-g", VARIED, *MEDIAN, "--workers", 1, *way) as process:
        waited_for(lambda: len(by_quality(notebook, Status.SUCCEEDED)) >= 5)
        processes = below(process.pid)
        process.kill()
        for each in processes if all_of_it else ():
            kill(each)
        ended(processes)
    assert len(by_quality(notebook, Status.PRUNED)) < len(BAD)  # without what was known, none of the others would be
    done = nb2prod("sweep", notebook, "--resume", "last", "--workers", 1, cwd=tmp_path)
    assert done.returncode == 0, done.stderr
    assert by_quality(notebook, Status.SUCCEEDED) == GOOD
    assert by_quality(notebook, Status.PRUNED) == BAD
    over = {Status.SUCCEEDED, Status.PRUNED}
    with ledger_of(notebook) as ledger:
        for run in ledger.runs():
            assert sum(attempt.status in over for attempt in ledger.attempts(run.id)) == 1
    again = nb2prod("sweep", notebook, "--resume", "last", "--json", cwd=tmp_path)
    assert [run["attempt"] for run in json.loads(again.stdout)["runs"]] == [run.attempt for run in runs_of(notebook)]


@pytest.mark.parametrize("pruner", ["median", "halving", "hyperband"])
def test_each_way_of_stopping_with_several_workers(tmp_path: Path, pruner: str) -> None:
    notebook = notebook_in(tmp_path, LEARNING)
    asked = ("--metric", "accuracy", "--maximize", "--prune", pruner, "--workers", 3)
    varied = f"quality={','.join(map(str, range(24, 0, -1)))}"
    done = nb2prod("sweep", notebook, "-g", varied, *asked, "--json", cwd=tmp_path)
    assert done.returncode == 0, done.stderr
    runs = runs_of(notebook)
    assert {run.status for run in runs} == {Status.SUCCEEDED, Status.PRUNED}
    assert json.loads(done.stdout)["best"].endswith("-1")
    with ledger_of(notebook) as ledger:
        reported = ledger.reported(sweep=json.loads(done.stdout)["sweep"]["id"])
    for run in runs:
        steps = list(reported[run.id])
        assert steps == list(range(len(steps)))
        assert (len(steps) == 6 and run.metrics == {"accuracy": run.parameters["quality"] * 6.0}) or (
            run.status is Status.PRUNED and run.metrics == {}
        )


def test_a_search_that_learns_is_stopped_early_too(tmp_path: Path) -> None:
    notebook = notebook_in(tmp_path, LEARNING)
    asked = ("-g", "quality=1..1000", "--bayesian", 14, "--seed", 1, *MEDIAN, "--workers", 2)
    done = nb2prod("sweep", notebook, *asked, cwd=tmp_path)
    assert done.returncode == 0, done.stderr
    runs = runs_of(notebook)
    assert len({run.parameters["quality"] for run in runs}) == len(runs) == 14
    assert sum(run.status is Status.PRUNED for run in runs) >= 1
    assert sum(run.status is Status.SUCCEEDED for run in runs) >= 5


OWN = """\
class Pruned(BaseException):
    pass

raise Pruned("of the notebook's own")"""
AGAIN = "import nb2prod\nfor step in (0, 1, 1):\n    nb2prod.report(step, quality)"


@pytest.mark.parametrize(
    ("source", "name", "message"),
    [
        pytest.param(OWN, "Pruned", "of the notebook's own", id="an error of the same name"),
        pytest.param(AGAIN, "ValueError", "step 1 was reported before", id="a step that was reported before"),
    ],
)
def test_what_fails_is_not_called_stopped(tmp_path: Path, source: str, name: str, message: str) -> None:
    notebook = notebook_in(tmp_path, [LEARNING[0], ("training", source), ("evaluation", "accuracy = 1.0")])
    done = nb2prod("sweep", notebook, "-g", "quality=1,2", *MEDIAN, "--workers", 1, cwd=tmp_path)
    assert done.returncode == 3
    assert [(run.status, run.error_name) for run in runs_of(notebook)] == [(Status.FAILED, name)] * 2
    assert all(message in run.message for run in runs_of(notebook))


def test_the_commands_of_the_document_do_what_they_say(tmp_path: Path) -> None:
    text = (Path(__file__).parents[3] / "docs" / "runs.md").read_text().split("## Runs that fall behind")[1]
    training, command = (text.split(f"```{of}\n")[1].split("\n```")[0] for of in ("python", "sh"))
    assert training.startswith("# training\n")
    numbers = "import numpy as np\nX_train = np.linspace(0, 1, 50).reshape(-1, 1)\ny_train = 3 * X_train[:, 0]"
    making = "from sklearn.linear_model import SGDRegressor\nmodel = SGDRegressor(eta0=learning_rate, random_state=0)"
    cells: Cells = [
        ("parameters", "learning_rate: float = 0.1\nepochs: int = 5"),
        ("data", f"{numbers}\nX_valid, y_valid = X_train, y_train"),
        ("training", making),
        ("training", training),
        ("evaluation", "r2 = model.score(X_valid, y_valid)"),
    ]
    notebook_in(tmp_path, cells).rename(tmp_path / "sales.ipynb")
    more = "learning_rate=0.1,0.09,0.08,0.07,0.06,0.0001"  # the median stops none before five have come to their end
    asked = [more if each.startswith("learning_rate") else each for each in shlex.split(command)[1:]]
    done = nb2prod(*asked, "--workers", 1, cwd=tmp_path)
    assert done.returncode == 0, done.stderr
    assert [run.status for run in runs_of(tmp_path / "sales.ipynb")] == [Status.SUCCEEDED] * 5 + [Status.PRUNED]


SWALLOWING = """\
import nb2prod

for step in range(3):
    try:
        nb2prod.report(step, quality)
    except nb2prod.Pruned:
        print("no")"""


def test_a_run_that_will_not_be_stopped_is_what_became_of_it(tmp_path: Path) -> None:
    after = ("evaluation", "accuracy = float(quality)\nassert quality != 2, 'a bug'")
    notebook = notebook_in(tmp_path, [LEARNING[0], ("training", SWALLOWING), after])
    done = nb2prod("sweep", notebook, "-g", "quality=10,9,8,7,6,1,2", *MEDIAN, "--workers", 1, cwd=tmp_path)
    assert done.returncode == 3
    last = runs_of(notebook)[-2:]
    assert [(run.status, run.error_name) for run in last] == [(Status.SUCCEEDED, ""), (Status.FAILED, "AssertionError")]
    shown = nbformat.read(last[0].output, as_version=4)
    assert "no\nno\nno\n" in [output.text for cell in shown.cells for output in cell.get("outputs", ())]


def test_where_nobody_listens_a_report_does_nothing(tmp_path: Path) -> None:
    sweeping_itself = "import subprocess, sys\nprint(subprocess.run([sys.executable, '-c', told], check=True))"
    told = "import nb2prod; nb2prod.report(0, -1.0)"
    cells: Cells = [*LEARNING[:3], (None, f"told = {told!r}\n{sweeping_itself}"), *LEARNING[3:]]
    notebook = notebook_in(tmp_path, cells)
    assert nb2prod("run", notebook, cwd=tmp_path).returncode == 0
    plain = nb2prod("sweep", notebook, "-g", "quality=1,2", "--workers", 1, cwd=tmp_path)
    assert plain.returncode == 0, plain.stderr
    pruned = nb2prod("sweep", notebook, "-g", "quality=1,2", *MEDIAN, "--workers", 1, cwd=tmp_path)
    assert pruned.returncode == 0, pruned.stderr
    runs = runs_of(notebook)
    assert {run.status for run in runs} == {Status.SUCCEEDED}
    with ledger_of(notebook) as ledger:
        reported = [ledger.reported(run=run.id).get(run.id) for run in runs]
    assert reported == [None] * 3 + [{step: quality * (step + 1.0) for step in range(6)} for quality in (1, 2)]


def test_what_is_in_the_way_is_said_before_anything_runs(tmp_path: Path) -> None:
    notebook = notebook_in(tmp_path, LEARNING)
    done = nb2prod("sweep", notebook, "-g", "quality=1,2", "--prune", "median", cwd=tmp_path)
    assert done.returncode == 2
    assert "what stops runs early needs a metric" in done.stderr
    done = nb2prod("sweep", notebook, "-g", "quality=1,2", "--prune", "medain", cwd=tmp_path)
    assert done.returncode == 2
    assert not runs_of(notebook)


def test_runs_that_report_nothing_are_told_of(tmp_path: Path) -> None:
    notebook = notebook_in(tmp_path, [LEARNING[0], ("evaluation", "accuracy = 1.0 * quality")])
    done = nb2prod("sweep", notebook, "-g", "quality=1,2", *MEDIAN, "--workers", 1, cwd=tmp_path)
    assert done.returncode == 0, done.stderr
    assert "none has called nb2prod.report(step, value)" in done.stdout
