"""Sweeps killed by SIGKILL at random moments and taken up again: how many runs are lost, or brought to an end twice."""

from __future__ import annotations

import contextlib
import random
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import psutil
from runs_making import tagged
from runs_parallel import swept

from nb2prod.ledger.ledger import open_ledger
from nb2prod.ledger.model import Status
from nb2prod.ledger.places import default_file

PART, TITLE = "f", "kill -9 at 50 random moments of a sweep of 8 runs, taken up again: lost, ended twice"
RUNS = 8
CELLS = [
    ("parameters", "n = 0"),
    ("", "import time\ntime.sleep(0.3)"),
    ("evaluation", "time.sleep(0.1 * n)\nscore = n"),
]
VICTIMS = ("the sweep", "a worker", "all of it")
LONGEST = 12.0
"""Seconds within which the moment lies."""


def measure(quick: bool) -> Iterator[str]:
    chance = random.Random(0)
    times = 6 if quick else 50
    lost = twice = false = interrupted = 0
    for number in range(times):
        with tempfile.TemporaryDirectory() as folder:
            notebook = tagged(Path(folder), *CELLS)
            sharing = [] if number % 2 else ["--no-sharing"]
            kill_amid(notebook, sharing, VICTIMS[number % 3], chance.uniform(0.5, LONGEST))
            if not default_file(notebook).exists():
                continue  # killed before anything was queued: there is nothing to take up
            with open_ledger(default_file(notebook)) as ledger:
                runs = ledger.runs()
                if not runs:
                    continue
                false += sum(run.status is Status.RUNNING for run in runs)
                interrupted += any(run.status is not Status.SUCCEEDED for run in runs)
            swept(notebook, "--resume", "last", "--workers", 2)
            with open_ledger(default_file(notebook)) as ledger:
                runs = ledger.runs()
                lost += RUNS - sum(run.status is Status.SUCCEEDED for run in runs)
                ends = [[each.status for each in ledger.attempts(run.id)].count(Status.SUCCEEDED) for run in runs]
                twice += sum(count > 1 for count in ends)
    told = f"{lost} lost, {twice} ended twice, {false} records that say `running`"
    yield f"{times} moments, {interrupted} with runs left to do: {told}"


def kill_amid(notebook: Path, arguments: list[str], victim: str, moment: float) -> None:
    """Start a sweep and kill some of it after so many seconds, then wait until all of it is gone."""
    command = [
        sys.executable,
        "-m",
        "nb2prod",
        "--quiet",
        "sweep",
        str(notebook),
        "-g",
        f"n=1..{RUNS}",
        "--workers",
        "2",
    ]
    quiet = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
    process = subprocess.Popen([*command, *arguments], cwd=notebook.parent, **quiet)
    time.sleep(moment)
    below = psutil.Process(process.pid).children(recursive=True) if process.poll() is None else []
    workers = [each for each in below if _is_worker(each)]
    chosen = {"the sweep": [], "a worker": workers[:1], "all of it": below}[victim]
    if victim != "a worker":
        process.kill()
    for each in chosen:
        with contextlib.suppress(psutil.Error):
            each.kill()
    process.wait()
    psutil.wait_procs(below, timeout=120)


def _is_worker(process: psutil.Process) -> bool:
    try:
        return any("sweeping.working" in part for part in process.cmdline())
    except psutil.Error:
        return False
