"""Sweeps as people start them, in a process that can be killed, and what their ledger says afterwards."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import nbformat
import psutil

from nb2prod.errors import LedgerUnusable
from nb2prod.ledger.ledger import Ledger, open_ledger
from nb2prod.ledger.model import RunRecord, Status
from nb2prod.ledger.places import default_file
from tests.making import Cells, write_notebook
from tests.runs.forking import twice

PATIENCE = 120
"""Seconds for what should come about soon."""

TINY: Cells = [
    ("parameters", "n = 0"),
    (None, "shared = 1"),
    ("evaluation", "score = n + shared"),
]
"""A notebook that takes no time."""

SLOW: Cells = [
    ("parameters", "n = 0\nseconds = 0.2"),
    (None, "import time"),
    (None, "time.sleep(seconds * (n % 3))"),
    ("evaluation", "score = float(n)"),
]
"""One whose runs take some time, not all the same."""


def notebook_in(folder: Path, cells: Cells) -> Path:
    """Write a notebook."""
    return write_notebook(folder / "notebook.ipynb", cells)


def command(*arguments: object) -> list[str]:
    """Return the command line of ``nb2prod sweep``."""
    return [sys.executable, "-m", "nb2prod", "sweep", *map(str, arguments)]


def environment() -> dict[str, str]:
    """Return the variables that commands are run with."""
    return {**os.environ, "PYTHONPATH": str(Path(__file__).parents[3]), "NO_COLOR": "1"}


@contextmanager
def started(folder: Path, *arguments: object) -> Iterator[subprocess.Popen[str]]:
    """Start a sweep in the background, and see to it that nothing is left of it."""
    quiet = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
    process = subprocess.Popen(command(*arguments), cwd=folder, env=environment(), text=True, **quiet)  # type: ignore[call-overload]
    try:
        yield process
    finally:
        for each in below(process.pid):
            kill(each)
        process.kill()
        process.wait()


def below(pid: int) -> list[psutil.Process]:
    """Return the processes that a process has started, and theirs."""
    try:
        return psutil.Process(pid).children(recursive=True)
    except psutil.Error:
        return []


def workers_of(process: subprocess.Popen[str]) -> list[psutil.Process]:
    """Return the workers of a sweep."""
    found = []
    for each in below(process.pid):
        try:
            if any("sweeping.working" in part for part in each.cmdline()):
                found.append(each)
        except psutil.Error:
            continue
    return found


def kill(process: psutil.Process) -> None:
    """Kill a process, whether or not it is still there."""
    with suppress(psutil.Error):
        process.send_signal(signal.SIGKILL)


def ended(processes: list[psutil.Process]) -> None:
    """Wait until processes are gone."""
    _, alive = psutil.wait_procs(processes, timeout=PATIENCE)
    assert not alive, alive


def waited_for(what: Callable[[], bool]) -> None:
    """Wait until something holds."""
    until = time.monotonic() + PATIENCE
    while not what():
        assert time.monotonic() < until, "it did not come about"
        time.sleep(0.05)


def ledger_of(notebook: Path) -> Ledger:
    """Open the ledger of a notebook's runs."""
    return open_ledger(default_file(notebook))


def runs_of(notebook: Path) -> tuple[RunRecord, ...]:
    """Return what is recorded of a notebook; nothing where there is no ledger yet."""
    if not default_file(notebook).exists():
        return ()
    try:
        with ledger_of(notebook) as ledger:
            return ledger.runs()
    except LedgerUnusable as error:
        assert "nothing has been recorded" in str(error)  # the file is there, and its tables are not yet
        return ()


def shown(run: RunRecord) -> list[str]:
    """Return what the cells of a run's notebook show, without what differs between any two runs."""
    return twice.shown(nbformat.read(run.output, as_version=4))


def each_succeeded_once(notebook: Path, count: int) -> None:
    """Assert that runs 1 to ``count`` are there, that each succeeded, and was brought to its end once."""
    with ledger_of(notebook) as ledger:
        runs = ledger.runs()
        assert sorted(run.number or 0 for run in runs) == list(range(1, count + 1))
        assert {run.status for run in runs} == {Status.SUCCEEDED}
        for run in runs:
            ends = [attempt.status for attempt in ledger.attempts(run.id)]
            assert ends.count(Status.SUCCEEDED) == 1, (run.id, ends)
            assert ends[-1] is Status.SUCCEEDED
