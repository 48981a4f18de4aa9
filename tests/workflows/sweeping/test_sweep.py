"""Sweeps from beginning to end: every run is done and recorded, by forks or by itself, with the same result."""

from __future__ import annotations

import contextlib
import fcntl
import json
import os
import re
import struct
import subprocess
import sys
import termios
import threading
import time
from pathlib import Path
from typing import Any

import pytest

from nb2prod.errors import UsageError
from nb2prod.ledger import reading
from nb2prod.ledger.model import Status
from nb2prod.ledger.rows import record_of
from nb2prod.runs.model import Limits
from nb2prod.sweeps.model import Direction
from nb2prod.workflows.sweeping import local_crew
from nb2prod.workflows.sweeping.model import Happened, How, SweepOptions
from nb2prod.workflows.sweeping.sweep import resume, sweep
from nb2prod.workflows.where_recorded import ledger_for
from tests.ledger.servers import serving
from tests.making import nb2prod
from tests.workflows.sweeping.started import TINY, each_succeeded_once, environment, notebook_in, runs_of, shown
from tests.workflows.sweeping.started import command as command_line

WAYS = [pytest.param(True, id="shared"), pytest.param(False, id="each by itself")]
NOISY = [
    (None, "import numpy as np\nimport pandas as pd"),
    ("parameters", "lr = 0.1\ndepth = 1\nname = 'a'"),
    ("data", "rng = np.random.default_rng(3)\nX = rng.normal(size=(50, 3))\nprint(X.sum())"),
    (None, "table = pd.DataFrame(X)\ntable.head(2)"),
    ("training", "weights = X.T @ X * depth\nnp.random.seed(0)"),
    (None, "from IPython.display import display\ndisplay(weights.shape)\nnoise = np.random.rand()\nnoise"),
    ("evaluation", "loss = float(weights.sum() * lr + noise)\nprint(name, loss)"),
]


@pytest.mark.parametrize("sharing", WAYS)
def test_a_grid_is_done_and_recorded(tmp_path: Path, sharing: bool) -> None:
    notebook = notebook_in(tmp_path, NOISY)
    options = SweepOptions(
        notebook, ("lr=0.1,0.01", "depth=1..2"), {"name": "b"}, tags=("t",), metric="loss", direction=Direction.MINIMIZE
    )
    heard: list[Happened] = []
    done = sweep(options, How(workers=2, sharing=sharing), heard.append)
    each_succeeded_once(notebook, 4)
    assert done.error is None
    assert [run.parameters for run in done.runs] == [
        {"lr": lr, "depth": depth, "name": "b"} for lr in (0.1, 0.01) for depth in (1, 2)
    ]
    assert {run.given for run in done.runs} == {("name", "lr", "depth")}
    assert {run.tags for run in done.runs} == {("t",)}
    assert done.best is not None
    assert done.best.metrics["loss"] == min(run.metrics["loss"] for run in done.runs)
    assert (heard[0].event, heard[0].total) == ("planned", 4)
    assert sum(each.event == "ended" for each in heard) == 4
    assert (heard[-1].done, heard[-1].best) == (4, done.best.id)
    assert all(run.shared.startswith("6 cells, by a fork" if sharing else "nothing: ") for run in done.runs), done.runs[
        0
    ].shared


@pytest.mark.skipif(sys.platform != "linux", reason="kernels can only be forked on Linux")
def test_both_ways_give_the_same_notebooks(tmp_path: Path) -> None:
    found = []
    for sharing in (True, False):
        folder = tmp_path / str(sharing)
        folder.mkdir()
        options = SweepOptions(notebook_in(folder, NOISY), ("lr=0.1,0.01", "depth=1..2"))
        found.append(
            [(run.status, run.metrics, shown(run)) for run in sweep(options, How(workers=2, sharing=sharing)).runs]
        )
    assert found[0] == found[1]


@pytest.mark.parametrize("sharing", WAYS)
def test_a_run_that_fails_does_not_stop_the_others(tmp_path: Path, sharing: bool) -> None:
    notebook = notebook_in(tmp_path, [*TINY, (None, "import os\nassert n != 1\nif n == 2: os._exit(3)")])
    done = nb2prod(
        "sweep",
        notebook,
        "-g",
        "n=0..3",
        "--workers",
        2,
        "--json",
        *([] if sharing else ["--no-sharing"]),
        cwd=tmp_path,
    )
    assert done.returncode == 3, done.stderr
    told = json.loads(done.stdout)
    assert [run["status"] for run in told["runs"]] == ["succeeded", "failed", "kernel_died", "succeeded"]
    assert told["runs"][1]["error"]["name"] == "AssertionError"
    assert told["sweep"]["counts"] == {"succeeded": 2, "failed": 1, "kernel_died": 1}


def test_shared_cells_that_fail_fail_each_run_by_itself(tmp_path: Path) -> None:
    notebook = notebook_in(tmp_path, [("parameters", "n = 0"), (None, "1 / 0"), (None, "n")])
    done = sweep(SweepOptions(notebook, ("n=0..1",)), How(workers=2))
    assert [(run.status, run.error_name, run.error_cell) for run in done.runs] == [
        (Status.FAILED, "ZeroDivisionError", 1)
    ] * 2
    assert {run.attempt for run in done.runs} == {1}
    assert all("shared cells did not come to their end" in run.shared for run in done.runs)


def test_limits_hold_for_each_run(tmp_path: Path) -> None:
    cells = [*TINY, (None, "import time\ntime.sleep(60 * (n == 1))\nx = bytearray(10**9 * (n == 2))\ntime.sleep(n)")]
    notebook = notebook_in(tmp_path, cells)
    options = SweepOptions(notebook, ("n=0..2",), limits=Limits(cell_seconds=8, memory=600 * 10**6))
    done = sweep(options, How(workers=2, sharing=False))
    assert [run.status for run in done.runs] == [Status.SUCCEEDED, Status.TIMED_OUT, Status.OUT_OF_MEMORY]


def test_the_sweep_keeps_to_the_notebook_that_it_began_with(tmp_path: Path) -> None:
    notebook = notebook_in(tmp_path, [*TINY, ("markdown", "as it was")])
    before = notebook.read_text()

    def edit(happened: Happened) -> None:
        if happened.event == "planned":
            notebook.write_text(before.replace("n + shared", "n + 100").replace("as it was", "edited"))

    done = sweep(SweepOptions(notebook, ("n=0..2",)), How(workers=2, sharing=False), edit)
    assert [run.metrics["score"] for run in done.runs] == [1, 2, 3]
    assert all("as it was" in Path(run.output).read_text() for run in done.runs)
    assert {run.sha256 for run in done.runs} == {done.sweep.sha256}
    assert "n + 100" in notebook.read_text()


def test_two_sweeps_at_once_on_one_ledger(tmp_path: Path) -> None:
    notebook = notebook_in(tmp_path, TINY)
    found: dict[int, Any] = {}

    def one(which: int) -> None:
        options = SweepOptions(notebook, (f"n={10 * which}..{10 * which + 4}",))
        found[which] = sweep(options, How(workers=1, sharing=which == 0))

    threads = [threading.Thread(target=one, args=(which,)) for which in (0, 1)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    for which in (0, 1):
        assert [run.metrics["score"] for run in found[which].runs] == [10 * which + each for each in range(1, 6)]
        assert {run.attempt for run in found[which].runs} == {1}
    assert len(runs_of(notebook)) == 10


def test_random_rows_repeat_by_the_seed_that_is_recorded(tmp_path: Path) -> None:
    notebook = notebook_in(tmp_path, TINY)
    first = sweep(SweepOptions(notebook, ("n=0..1000",), search="random", number=4), How(workers=2))
    assert first.sweep.seed is not None
    again = sweep(
        SweepOptions(notebook, ("n=0..1000",), search="random", number=4, seed=first.sweep.seed), How(workers=2)
    )
    assert [run.parameters for run in first.runs] == [run.parameters for run in again.runs]
    assert len({run.parameters["n"] for run in first.runs}) == 4


def test_a_search_that_learns_chooses_by_what_it_has_seen_and_is_taken_up_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    cells = [("parameters", "x = 0.0"), ("evaluation", "loss = (x - 2) ** 2\nassert x > -4")]
    options = SweepOptions(
        notebook_in(tmp_path, cells),
        ("x=-5.0..5.0",),
        search="bayesian",
        number=14,
        seed=1,
        metric="loss",
        direction=Direction.MINIMIZE,
    )

    def stop(happened: Happened) -> None:
        if happened.done == 4:
            raise KeyboardInterrupt

    first = sweep(options, How(workers=2), stop)
    assert isinstance(first.error, KeyboardInterrupt)
    assert 4 <= len(first.runs) < 14
    read: list[str] = []
    monkeypatch.setattr(reading, "record_of", lambda row: (read.append(row["id"]), record_of(row))[1])
    done = resume(first.sweep.id, ledger_for(options.notebook, None), How(workers=2))
    assert [run.number for run in done.runs] == list(range(1, 15))
    assert max(map(read.count, read)) <= 6, "the whole sweep is not read after each run"
    assert {run.status for run in done.runs} <= {Status.SUCCEEDED, Status.FAILED}
    assert done.best is not None
    assert done.best.metrics["loss"] < 4
    assert len({run.parameters["x"] for run in done.runs}) == 14


def test_what_is_done_is_not_done_again(tmp_path: Path) -> None:
    notebook = notebook_in(tmp_path, TINY)
    done = sweep(SweepOptions(notebook, ("n=0..1",)), How(workers=1))
    again = resume(done.sweep.id[:6], ledger_for(notebook, None))
    assert [run.ended for run in again.runs] == [run.ended for run in done.runs]
    each_succeeded_once(notebook, 2)


def test_all_that_is_wrong_is_told_before_anything_runs(tmp_path: Path) -> None:
    notebook = notebook_in(tmp_path, TINY)
    options = SweepOptions(notebook, ("n=1,x", "m=1..2", "k=5..1"), {"z": 1}, metric="score")
    with pytest.raises(UsageError) as raised:
        sweep(options)
    said = "\n".join(map(str, raised.value.problems))
    for piece in ("which way the metric is better", "range is empty", "'z'"):
        assert piece in said, said
    assert not (tmp_path / ".nb2prod").exists()


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        pytest.param(["-g", "n=1..2", "--resume", "x"], "leave -g out", id="a sweep that is taken up is what it was"),
        pytest.param(["-g", "n=1..2", "--random", 2, "--bayesian", 2], "exclude each other", id="two searches"),
        pytest.param(["--resume", "zzzz"], "nothing has been recorded", id="no ledger"),
        pytest.param(["-g", "n=1..2", "--bayesian", 2], "needs a metric", id="a search without a metric"),
        pytest.param(["-g", "nn=1..2"], "did you mean 'n'|Did you mean 'n'", id="a name that is not there"),
        pytest.param([], "nothing to vary", id="nothing to vary"),
    ],
)
def test_misuse_is_told(tmp_path: Path, arguments: list[object], said: str) -> None:
    done = nb2prod("sweep", notebook_in(tmp_path, TINY), *arguments, cwd=tmp_path)
    assert done.returncode in (2, 6)
    assert any(each in done.stderr for each in said.split("|")), done.stderr


def test_progress_is_told_as_lines_and_as_json(tmp_path: Path) -> None:
    notebook = notebook_in(tmp_path, TINY)
    arguments = ("sweep", notebook, "-g", "n=1,2", "--metric", "score", "--maximize", "--workers", 1)
    lines = nb2prod(*arguments, cwd=tmp_path).stderr.splitlines()
    assert "2 of 2 runs to do" in lines[0]
    assert sum(" succeeded, " in line for line in lines) == 2
    assert lines[-1].endswith("3")
    told = [json.loads(line) for line in nb2prod(*arguments, "--progress", "json", cwd=tmp_path).stderr.splitlines()]
    assert told[0]["event"] == "sweep-planned"
    assert [each["done"] for each in told if each["event"] == "sweep-ended"] == [1, 2]
    assert any(each["event"] == "sweep-cell" and each["cells"] == 3 for each in told)


def test_on_a_terminal_a_picture_shows_the_bar_and_what_runs(tmp_path: Path) -> None:
    notebook = notebook_in(tmp_path, [TINY[0], (None, "import time\ntime.sleep(2)"), *TINY[1:]])
    ours, theirs = os.openpty()
    fcntl.ioctl(theirs, termios.TIOCSWINSZ, struct.pack("HHHH", 40, 120, 0, 0))
    asked = command_line(notebook, "-g", "n=1,2", "--metric", "score", "--maximize", "--workers", 1, "--no-sharing")
    terminal = {**environment(), "TERM": "xterm"}
    with subprocess.Popen(asked, stderr=theirs, stdout=subprocess.DEVNULL, env=terminal, cwd=tmp_path) as process:
        os.close(theirs)
        seen = b""
        with contextlib.suppress(OSError):  # how a terminal says that nobody writes any more
            while piece := os.read(ours, 10_000):
                seen += piece
        os.close(ours)
        assert process.wait() == 0
    text = re.sub(r"\x1b\[[0-9;?]*[a-zA-Z]", "", seen.decode())
    assert re.search(r"sweep \w{8} .* [01]/2 ", text)
    assert re.search(r"\w{8}-1  cell 2 of 4 +\d\.\d s", text)
    assert re.search(r"best \w{8}-1 2", text)


def test_a_server_that_is_gone_for_ten_seconds_loses_no_run(tmp_path: Path) -> None:
    notebook = notebook_in(tmp_path, [TINY[0], (None, "import time\ntime.sleep(3)"), *TINY[1:]])
    with serving() as server:
        ledger = server.database()
        gone: list[threading.Thread] = []

        def take_away(happened: Happened) -> None:
            if happened.event == "begun" and not gone:
                gone.append(threading.Thread(target=away))
                gone[0].start()

        def away() -> None:
            server.stop()
            time.sleep(10)
            server.start()

        done = sweep(SweepOptions(notebook, ("n=0..3",), ledger=ledger), How(workers=2, sharing=False), take_away)
        gone[0].join()
        assert [(run.status, run.metrics["score"], run.attempt) for run in done.runs] == [
            (Status.SUCCEEDED, n + 1, 1) for n in range(4)
        ]


@pytest.mark.parametrize("sharing", WAYS)
def test_runs_have_as_many_threads_whichever_way_they_are_made(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, sharing: bool
) -> None:
    monkeypatch.setattr(local_crew, "usable_cores", lambda: (0, 1, 2))
    monkeypatch.delenv("OMP_NUM_THREADS", raising=False)
    notebook = notebook_in(tmp_path, [*TINY, ("evaluation", "import os\nthreads = int(os.environ['OMP_NUM_THREADS'])")])
    done = sweep(SweepOptions(notebook, ("n=0..3",)), How(workers=2, sharing=sharing))
    assert [run.metrics["threads"] for run in done.runs] == [1] * 4


@pytest.mark.slow
def test_a_hundred_runs_in_parallel_lose_none(tmp_path: Path) -> None:
    notebook = notebook_in(tmp_path, TINY)
    done = sweep(SweepOptions(notebook, ("n=1..100",)), How(workers=4, sharing=False))
    each_succeeded_once(notebook, 100)
    assert [run.metrics["score"] for run in done.runs] == [n + 1 for n in range(1, 101)]
    assert {run.attempt for run in done.runs} == {1}
