"""Faults put into runs, by each way of running them: how many records say what was not so.

What really ran is known from a file that the notebook's own cells write to, line by line; a record is the executed
notebook and, of nb2prod's, what the ledger says. papermill is run beside, as the engine that everyone knows.
"""

from __future__ import annotations

import contextlib
import hashlib
import os
import resource
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from importlib.util import find_spec
from pathlib import Path

import nbformat
import psutil
from runs_making import tagged

from nb2prod.ledger.ledger import open_ledger
from nb2prod.ledger.model import RunRecord, Status
from nb2prod.ledger.places import default_file

PART, TITLE = "d", "a matrix of faults and ways of running: records that are false"
PATIENCE = 90.0
"""Seconds for a fault to come about, and for a command to end."""
RAY_STARTS = 300.0
"""Seconds beside that in which Ray may start, or not: on a machine with ten times the work that it has processors for,
its three tries were given up after 250 s."""
SLEEP = "time.sleep(60)"
MB = 2**20
ADDED = frozenset({"injected-parameters", "papermill-error-cell-tag"})
"""Tags of cells that are not the notebook's own."""

Strike = Callable[["subprocess.Popen[bytes]", int, Path], None]
"""What is done from outside while the faulty cell runs: to the command, the process of the cell, the notebook."""


@dataclass(frozen=True)
class Fault:
    """One thing that goes wrong in the second of three cells that depend on the parameter."""

    name: str
    cell: str
    status: frozenset[Status]
    """What the ledger may truly say of the run that it happens to."""
    strike: Strike | None = None
    options: tuple[str, ...] = ()
    papermill: tuple[str, ...] | None = ()
    """papermill's own options for the same; ``None`` where it has none."""
    whole: bool = False
    """Whether it strikes the command, and with it the other runs of a sweep too."""
    largest_file: int | None = None
    lines: int = 0
    """Lines that the cell shows, each of which must be there, or the cut must be told."""


def _to(number: signal.Signals) -> Strike:
    return lambda command, kernel, notebook: command.send_signal(number)


def _to_kernel(number: signal.Signals) -> Strike:
    return lambda command, kernel, notebook: os.kill(kernel, number)


def _edited(command: subprocess.Popen[bytes], kernel: int, notebook: Path) -> None:
    notebook.write_text(notebook.read_text().replace("after the fault", "edited meanwhile"))


def _deleted(command: subprocess.Popen[bytes], kernel: int, notebook: Path) -> None:
    notebook.unlink()


def _one(*statuses: Status) -> frozenset[Status]:
    return frozenset(statuses)


DIED = _one(Status.KERNEL_DIED, Status.OUT_OF_MEMORY)
FAULTS = (
    Fault("a cell raises", "raise ValueError('no')", _one(Status.FAILED)),
    Fault("KeyboardInterrupt raised", "raise KeyboardInterrupt", _one(Status.FAILED, Status.INTERRUPTED)),
    Fault("sys.exit(0)", "import sys; sys.exit(0)", _one(Status.FAILED)),
    Fault("os._exit(0)", "os._exit(0)", DIED),
    Fault("the kernel shoots itself", "os.kill(os.getpid(), 9)", DIED),
    Fault("a crash in C", "import ctypes; ctypes.string_at(0)", DIED),
    Fault("kill -9 of the kernel", SLEEP, DIED, _to_kernel(signal.SIGKILL)),
    Fault("SIGTERM to the kernel", SLEEP, DIED | _one(Status.FAILED, Status.INTERRUPTED), _to_kernel(signal.SIGTERM)),
    Fault("SIGINT to the kernel", SLEEP, _one(Status.FAILED, Status.INTERRUPTED), _to_kernel(signal.SIGINT)),
    Fault(
        "a cell takes too long", SLEEP, _one(Status.TIMED_OUT),
        options=("--cell-timeout", "3"), papermill=("--execution-timeout", "3"),
    ),
    Fault("the run takes too long", SLEEP, _one(Status.TIMED_OUT), options=("--timeout", "5"), papermill=None),
    Fault(
        "too much memory", "held = [bytearray(os.urandom(1 << 20)) for _ in range(900)]", DIED,
        options=("--memory", "500MB"), papermill=None,
    ),
    Fault("no room for the notebook", "print('x' * 80 * 50_000)", _one(Status.FAILED), largest_file=2 * MB),
    Fault("100,000 lines", "for each in range(100_000): print(each)", _one(Status.SUCCEEDED), lines=100_000),
    Fault("the notebook is edited meanwhile", "time.sleep(3)", _one(Status.SUCCEEDED), _edited),
    Fault("the notebook is deleted meanwhile", "time.sleep(3)", _one(Status.SUCCEEDED), _deleted),
    Fault("Ctrl-C", SLEEP, _one(Status.INTERRUPTED), _to(signal.SIGINT), whole=True),
    Fault("SIGTERM", SLEEP, _one(Status.INTERRUPTED), _to(signal.SIGTERM), whole=True),
    Fault("kill -9 of the command", SLEEP, _one(Status.LOST, Status.INTERRUPTED), _to(signal.SIGKILL), whole=True),
)  # fmt: skip


@dataclass
class Seen:
    """What became of a fault under one way of running."""

    false: list[str] = field(default_factory=list)
    """What the records say that was not so."""
    refused: bool = False
    """Whether the command said that it failed, no cell ran and no run is recorded: Ray itself does not start with
    a limit for files that is below what it shares memory by."""


def commands(fault: Fault, notebook: Path) -> dict[str, list[str] | None]:
    """Return what is run, by the name of the way."""
    ours = [sys.executable, "-m", "nb2prod", "--quiet"]
    varied = ["-g", "n=1,2", "--workers", "2", *fault.options]
    mill = None
    if fault.papermill is not None:
        mill = [sys.executable, "-m", "papermill", "--no-progress-bar", "-p", "n", "1", *fault.papermill]
        mill += [str(notebook), str(notebook.with_name("out.ipynb"))]
    return {
        "run": [*ours, "run", str(notebook), "-p", "n", "1", *fault.options],
        "local": [*ours, "sweep", str(notebook), *varied, "--no-sharing"],
        "fork": [*ours, "sweep", str(notebook), *varied],
        "ray": [*ours, "sweep", str(notebook), *varied, "--engine", "ray"] if find_spec("ray") else None,
        "papermill": mill,
    }


def measure(quick: bool) -> Iterator[str]:
    faults = FAULTS[::4] if quick else FAULTS
    totals: dict[str, list[int]] = {}
    for fault in faults:
        row = []
        for way in ("run", "local", "fork", "ray", "papermill"):
            seen = tried(fault, way)
            row.append(f"{way} {told_of(seen)}")
            if seen is not None:
                total = totals.setdefault(way, [0, 0])
                total[0] += bool(seen.false)
                total[1] += 1
        yield f"{fault.name}: " + ", ".join(row)
    yield "false: " + ", ".join(f"{way} {false} of {count}" for way, (false, count) in totals.items())


def told_of(seen: Seen | None) -> str:
    """Return a few words on what became of a fault."""
    if seen is None:
        return "-"
    if seen.refused:
        return "refused, nothing ran"
    return "FALSE: " + "; ".join(seen.false) if seen.false else "true"


def tried(fault: Fault, way: str) -> Seen | None:
    """Run a notebook that has a fault, one way; ``None`` where that way has no answer to it at all."""
    with tempfile.TemporaryDirectory() as folder:
        notebook = made(Path(folder), fault)
        command = commands(fault, notebook)[way]
        if command is None:
            return None
        code = run_with(fault, command, notebook, PATIENCE + RAY_STARTS if way == "ray" else PATIENCE)
        seen = Seen()
        if way == "papermill":
            judge_cells(notebook.with_name("out.ipynb"), notebook, 1, seen)
        else:
            judge_records(fault, notebook, 1 if way == "run" else 2, seen, failed=code != 0)
        return seen


def made(folder: Path, fault: Fault) -> Path:
    """Write the notebook: only the run with ``n == 1`` has the fault, and each cell says when it begins and ends."""

    def traced(number: int, code: str) -> str:
        say = "with open('trace-' + str(n), 'a') as file: print({word!r}, {number}, os.getpid(), file=file)"
        return "\n".join((say.format(word="begin", number=number), code, say.format(word="end", number=number)))

    second = f"if n == 1:\n    {fault.cell}" if not fault.whole else fault.cell
    return tagged(
        folder,
        ("parameters", "n = 0"),
        ("", "import os, time\nshared = list(range(10))"),
        ("", traced(2, "x = n + len(shared)")),
        ("", traced(3, second)),
        ("", traced(4, "print('after the fault', x)")),
    )


def run_with(fault: Fault, command: list[str], notebook: Path, patience: float) -> int:
    """Run a command to its end, with the fault coming about in the middle, and return its code; ``patience`` is in
    seconds, for each."""

    def narrow() -> None:
        os.setsid()
        signal.signal(signal.SIGINT, signal.SIG_DFL)  # a shell has what it starts in the background ignore it
        if fault.largest_file is not None:
            resource.setrlimit(resource.RLIMIT_FSIZE, (fault.largest_file, fault.largest_file))

    quiet = subprocess.DEVNULL
    process = subprocess.Popen(command, cwd=notebook.parent, stdout=quiet, stderr=quiet, preexec_fn=narrow)
    try:
        if fault.strike is not None:
            kernel = awaited(notebook.with_name("trace-1"), process, patience)
            time.sleep(0.3)
            fault.strike(process, kernel, notebook)
        below = psutil.Process(process.pid).children(recursive=True) if process.poll() is None else []
        process.wait(patience)
        psutil.wait_procs(below, timeout=30)
    except subprocess.TimeoutExpired:
        with contextlib.suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
        process.wait()
    return process.returncode


def awaited(trace: Path, process: subprocess.Popen[bytes], patience: float) -> int:
    """Wait until the third cell runs; return its process."""
    until = time.monotonic() + patience
    while time.monotonic() < until and process.poll() is None:
        for word, number, kernel in told(trace):
            if (word, number) == ("begin", 3):
                return kernel
        time.sleep(0.02)
    raise RuntimeError(f"the cell to be struck never began ({process.args})")


def told(trace: Path) -> list[tuple[str, int, int]]:
    """Return what the cells of a run have said: the word, the cell, the process."""
    lines = trace.read_text().splitlines() if trace.exists() else []
    return [(word, int(cell), int(process)) for word, cell, process in (line.split() for line in lines)]


def judge_records(fault: Fault, notebook: Path, count: int, seen: Seen, *, failed: bool) -> None:
    """See whether the ledger says what happened, and each executed notebook too."""
    with open_ledger(default_file(notebook)) as ledger:
        runs = ledger.runs()
    if not runs and failed and not any(map(told, notebook.parent.glob("trace-*"))):
        seen.refused = True
    elif len(runs) != count:
        seen.false.append(f"{len(runs)} records of {count} runs")
    for run in runs:
        number = run.parameters["n"]
        allowed = fault.status if number == 1 else _one(Status.SUCCEEDED)
        if fault.whole and number == 2:
            allowed = fault.status | _one(Status.QUEUED)
        if run.status not in allowed:
            seen.false.append(f"the run with n = {number} is said to be {run.status.words}")
        if run.status is not Status.QUEUED:
            judge_output(fault, run, notebook, seen)


def judge_output(fault: Fault, run: RunRecord, notebook: Path, seen: Seen) -> None:
    """See whether an executed notebook is the one recorded, and says what happened."""
    output = Path(run.output)
    judge_cells(output, notebook, run.parameters["n"], seen, lost=run.status is Status.LOST)
    recorded = run.output_sha256 and run.status is not Status.LOST
    if recorded and hashlib.sha256(output.read_bytes()).hexdigest() != run.output_sha256:
        seen.false.append("the executed notebook is not the one recorded")
    if fault.lines and run.parameters["n"] == 1:
        text = "".join(each.get("text", "") for each in nbformat.read(output, 4).cells[-2].outputs)
        if text.count("\n") < fault.lines and "cut" not in text:
            seen.false.append("lines are missing, and nothing says so")


def judge_cells(output: Path, notebook: Path, number: int, seen: Seen, *, lost: bool = False) -> None:
    """See whether the executed notebook can be read, and calls done exactly the cells that were.

    One that nobody is left to correct, as its run is ``lost``, may say ``running`` of the cell that it was at.
    """
    words = told(notebook.with_name(f"trace-{number}"))
    begun, ended = ({cell for word, cell, _ in words if word == which} for which in ("begin", "end"))
    try:
        cells = [
            each
            for each in nbformat.read(output, 4).cells
            if "injected-parameters" not in each.metadata.get("tags", [])
        ]
    except (OSError, ValueError) as error:
        seen.false.append(f"the executed notebook cannot be read ({type(error).__name__})")
        return
    own = [each for each in cells if ADDED.isdisjoint(each.metadata.get("tags", []))]
    for place, cell in enumerate(own[2:], start=2):
        status = cell.metadata.get("papermill", {}).get("status")
        if status == "completed" and place not in ended:
            seen.false.append(f"cell {place} is `completed`, and {'did not end' if place in begun else 'never ran'}")
        elif place in ended and status != "completed":
            seen.false.append(f"cell {place} ran to its end, and is `{status}`")
        elif status == "running" and not lost:
            seen.false.append(f"cell {place} is `running` for ever")
