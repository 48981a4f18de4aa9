"""Whatever is killed, whenever: what is missing is done when the sweep is taken up again, and nothing twice."""

from __future__ import annotations

import signal
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path
from random import Random
from tempfile import TemporaryDirectory

import pytest

from nb2prod.ledger.model import Status
from tests.making import nb2prod
from tests.workflows.sweeping.started import (
    SLOW,
    below,
    each_succeeded_once,
    ended,
    kill,
    ledger_of,
    notebook_in,
    runs_of,
    started,
    waited_for,
    workers_of,
)

WAYS = [pytest.param((), id="shared"), pytest.param(("--no-sharing",), id="each by itself")]
RUNS = 8


def some_ended(notebook: Path, count: int) -> None:
    waited_for(lambda: sum(run.status is Status.SUCCEEDED for run in runs_of(notebook)) >= count)


def taken_up(notebook: Path) -> subprocess.CompletedProcess[str]:
    return nb2prod("sweep", notebook, "--resume", "last", "--workers", 2, cwd=notebook.parent)


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize("seed", range(3))
def test_the_sweep_is_killed_at_any_moment(tmp_path: Path, way: tuple[str, ...], seed: int) -> None:
    notebook = notebook_in(tmp_path, SLOW)
    random = Random(seed)
    with started(tmp_path, notebook, "-g", f"n=1..{RUNS}", "--workers", 2, *way) as process:
        some_ended(notebook, random.randrange(RUNS - 1))
        waited_for(lambda: len(runs_of(notebook)) == RUNS)
        time.sleep(random.random())
        processes = below(process.pid)
        process.kill()
        ended(processes)  # workers see that nobody listens any more, and end their kernels
    assert {run.status for run in runs_of(notebook)} <= {
        Status.SUCCEEDED,
        Status.QUEUED,
        Status.INTERRUPTED,
        Status.LOST,
    }
    done = taken_up(notebook)
    assert done.returncode == 0, done.stderr
    each_succeeded_once(notebook, RUNS)


@pytest.mark.parametrize("way", WAYS)
def test_all_is_killed_at_once_as_when_the_machine_goes_down(tmp_path: Path, way: tuple[str, ...]) -> None:
    notebook = notebook_in(tmp_path, SLOW)
    with started(tmp_path, notebook, "-g", f"n=1..{RUNS}", "--workers", 2, *way) as process:
        some_ended(notebook, 2)
        processes = below(process.pid)
        process.kill()
        for each in processes:
            kill(each)
        ended(processes)
    statuses = [run.status for run in runs_of(notebook)]
    assert Status.RUNNING not in statuses
    assert taken_up(notebook).returncode == 0
    each_succeeded_once(notebook, RUNS)


@pytest.fixture
def temporary(monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A folder for temporary folders, with a path that is short enough for sockets."""
    with TemporaryDirectory(dir="/tmp") as folder:
        monkeypatch.setenv("TMPDIR", folder)
        yield Path(folder)


@pytest.mark.parametrize("way", [*WAYS, pytest.param(("--evidence",), id="with evidence")])
def test_a_worker_that_is_killed_loses_and_leaves_nothing(
    tmp_path: Path, temporary: Path, way: tuple[str, ...]
) -> None:
    asked = ("inference", "row = {'x': 2.0}\nanswer = row['x'] * n")
    notebook = notebook_in(tmp_path, [*SLOW, asked])
    with started(tmp_path, notebook, "-g", f"n=1..{RUNS}", "--workers", 2, *way) as process:
        waited_for(lambda: any(run.status is Status.RUNNING for run in runs_of(notebook)))
        for kind in ("kernel", "run" if way else "sweep"):
            waited_for(lambda kind=kind: any(temporary.glob(f"nb2prod-{kind}-*")))  # type: ignore[misc]
        for worker in workers_of(process):
            kill(worker)
        assert process.wait(timeout=180) == 0
    assert list(temporary.glob("nb2prod-*")) == []
    each_succeeded_once(notebook, RUNS)
    with ledger_of(notebook) as ledger:
        attempts = [attempt for run in ledger.runs() for attempt in ledger.attempts(run.id)]
    lost = [attempt for attempt in attempts if attempt.status is Status.LOST]
    assert lost
    assert all("is gone" in attempt.why for attempt in lost)


def test_runs_that_a_trunk_takes_with_it_are_made_in_the_plain_way(tmp_path: Path) -> None:
    waiting = "from pathlib import Path\nwhile n and not Path('go').exists():\n    time.sleep(0.05)"
    notebook = notebook_in(tmp_path, [*SLOW[:2], (None, waiting), SLOW[3]])
    with started(tmp_path, notebook, "-g", "n=1..3", "--workers", 2) as process:
        waited_for(lambda: sum(run.cell == 2 for run in runs_of(notebook)) == 2)
        kernels = [kernel for worker in workers_of(process) for kernel in worker.children()]
        (trunk,) = [kernel for kernel in kernels if kernel.children()]
        forks = trunk.children()
        kill(trunk)
        ended(forks)  # they see that what they were forked from is gone
        (tmp_path / "go").touch()
        assert process.wait(timeout=180) == 0
    each_succeeded_once(notebook, 3)
    assert {run.attempt for run in runs_of(notebook)} == {1}
    assert any("has died" in run.shared for run in runs_of(notebook))


def test_a_run_that_kills_its_worker_is_tried_three_times_and_no_more(tmp_path: Path) -> None:
    killing = "import os, signal\nif n == 1:\n    os.kill(os.getppid(), signal.SIGKILL)\n    os._exit(0)"
    notebook = notebook_in(tmp_path, [*SLOW, (None, killing)])
    arguments = ("-g", "n=1..3", "--workers", 1, "--no-sharing")
    done = nb2prod("sweep", notebook, *arguments, cwd=tmp_path)
    assert done.returncode == 3
    found = {run.number: (run.status, run.attempt) for run in runs_of(notebook)}
    assert found == {1: (Status.LOST, 3), 2: (Status.SUCCEEDED, 1), 3: (Status.SUCCEEDED, 1)}


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize(("signum", "code"), [(signal.SIGINT, 130), (signal.SIGTERM, 143)])
def test_a_sweep_that_is_interrupted_says_so_of_its_runs(
    tmp_path: Path, way: tuple[str, ...], signum: int, code: int
) -> None:
    notebook = notebook_in(tmp_path, [SLOW[0], (None, "import time"), (None, "time.sleep(100 * (n > 1))")])
    with started(tmp_path, notebook, "-g", "n=1..4", "--workers", 2, *way) as process:
        some_ended(notebook, 1)
        waited_for(lambda: sum(run.status is Status.RUNNING for run in runs_of(notebook)) == 2)
        processes = below(process.pid)
        process.send_signal(signum)
        assert process.wait(timeout=60) == code
        ended(processes)
    assert [run.status for run in runs_of(notebook)] == [
        Status.SUCCEEDED,
        Status.INTERRUPTED,
        Status.INTERRUPTED,
        Status.QUEUED,
    ]


def test_a_second_interrupt_kills_at_once(tmp_path: Path) -> None:
    stubborn = (
        "import time\nwhile True:\n    try:\n        time.sleep(100)\n    except KeyboardInterrupt:\n        pass"
    )
    notebook = notebook_in(tmp_path, [SLOW[0], (None, stubborn)])
    with started(tmp_path, notebook, "-g", "n=1..2", "--workers", 2, "--no-sharing") as process:
        waited_for(lambda: sum(run.status is Status.RUNNING for run in runs_of(notebook)) == 2)
        waited_for(lambda: all(run.cell == 1 for run in runs_of(notebook)))
        processes = below(process.pid)
        process.send_signal(signal.SIGINT)
        time.sleep(0.3)
        process.send_signal(signal.SIGINT)
        assert process.wait(timeout=60) == 130
        ended(processes)
    assert {run.status for run in runs_of(notebook)} <= {Status.LOST, Status.INTERRUPTED}
