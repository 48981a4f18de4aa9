"""What went wrong in a kernel goes in; an error that names the cell, the line and the remedy comes out."""

from __future__ import annotations

import re
import signal
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from nb2prod.errors import KernelDied, NotebookRaised, OutOfMemory, Problem, Stopped, TimedOut
from nb2prod.runs.model import Limits, Status, Stop

_ANSI = re.compile(r"\x1b\[[0-9;?]*[ -/]*[@-~]")
_LINE_OF_CELL = (
    re.compile(r"Cell In ?\[\d+\], line (\d+)"),
    re.compile(r"Input In \[\d+\], .*<cell line: (\d+)>"),
    re.compile(r'File "<ipython-input-[^"]*", line (\d+)'),
    re.compile(r"^-+> (\d+) ", re.MULTILINE),
)
_WITHOUT_SOURCE = re.compile(r"^File \S+:\d+, in .*\n-+> \d+ 'Could not get source, .*\n?", re.MULTILINE)
"""What IPython shows of a compiled library's frame."""
_LAST_LINES = 12
_MESSAGE_LENGTH = 2_000

_REMEDIES = {
    "StdinNotImplementedError": "A run has nobody to answer input(): put the value into the parameters cell.",
    "SystemExit": "The notebook stops itself here: tag the cell 'skip', or let it run to its end.",
    "ModuleNotFoundError": "Install the package in the kernel's environment, or name another kernel with --kernel.",
    "FileNotFoundError": "The notebook runs in its own folder: put the file there, or correct the path.",
}


def plain(text: str) -> str:
    """Return ``text`` without terminal colours."""
    return _ANSI.sub("", text)


def line_in_cell(traceback: str) -> int | None:
    """Return the line of the cell itself that a plain IPython traceback shows, from 1."""
    for pattern in _LINE_OF_CELL:
        if found := pattern.search(traceback):
            return int(found.group(1))
    return None


@dataclass(frozen=True)
class Place:
    """What was run when something went wrong."""

    label: str
    """As messages name it."""
    index: int | None = None
    """Among the notebook's code cells; ``None`` for what is none of them, such as the injected parameters."""


def raised(place: Place, reply: Mapping[str, Any]) -> NotebookRaised:
    """Return the error for a cell whose execute reply, ``reply``, has the status ``error``."""
    name = str(reply.get("ename", "an exception"))
    message = plain(str(reply.get("evalue", "")))[:_MESSAGE_LENGTH]
    traceback = _traceback(reply)
    line = line_in_cell(traceback)
    where = f"{place.label}, line {line}" if line else place.label
    what = f"{name}: {message}" if message else name
    last = _last_lines(_WITHOUT_SOURCE.sub("", traceback).splitlines())
    remedy = _REMEDIES.get(name, "Run the notebook from top to bottom in a fresh kernel and mend this cell.")
    problem = Problem(what + (f"\n{last}" if last else ""), where, remedy)
    return NotebookRaised(problem, cell=place.index, name=name, message=message or name, traceback=traceback)


def _traceback(reply: Mapping[str, Any]) -> str:
    return plain("\n".join(map(str, reply.get("traceback") or ())))


def _last_lines(lines: Sequence[str]) -> str:
    kept = [line.rstrip()[:300] for line in lines if line.strip() and set(line.strip()) != {"-"}]
    return "\n".join(f"    {line}" for line in kept[-_LAST_LINES:])


def died(place: Place, code: int | None) -> KernelDied:
    """Return the error for a kernel that went away while the cell ran; ``code`` is its exit status if known."""
    remedy = "Look for a crash in a compiled library, for os._exit, and for memory that ran out."
    if code is not None and code < 0:
        try:
            how = f" (signal {signal.Signals(-code).name})"
        except ValueError:
            how = f" (signal {-code})"
        if code == -signal.SIGKILL:
            remedy = "Most often the machine ran out of memory: try with less data."
    else:
        how = f" (exit status {code})" if code is not None else ""
    return KernelDied(Problem(f"the kernel died while this cell ran{how}", place.label, remedy), cell=place.index)


def over_the_ceiling(place: Place, used: int, ceiling: int) -> OutOfMemory:
    """Return the error for a kernel that was ended because it had ``used`` more bytes than ``ceiling``."""
    what = f"the kernel took {_size(used)} of memory and may take {_size(ceiling)}, so it was ended"
    return OutOfMemory(Problem(what, place.label, "Allow more with --memory, or try with less data."), cell=place.index)


def out_of_memory(place: Place, peak: int) -> OutOfMemory:
    """Return the error for a kernel that the system killed for memory; ``peak`` is the most it was seen with."""
    what = f"the system killed the kernel because memory ran out; it had taken {_size(peak)}"
    remedy = "Try with less data, or where there is more memory."
    return OutOfMemory(Problem(what, place.label, remedy), cell=place.index)


def _size(count: int) -> str:
    """Return a number of bytes as people read it."""
    for unit, size in (("GB", 10**9), ("MB", 10**6), ("kB", 10**3)):
        if count >= size:
            return f"{count / size:.3g} {unit}"
    return f"{count} bytes"


def timed_out(place: Place, limits: Limits, *, cell: bool, reply: Mapping[str, Any] | None = None) -> TimedOut:
    """Return the error for a run that was not done in its time, or with ``cell`` for a cell that was not.

    ``reply`` is what the kernel said when it was interrupted.
    """
    traceback = _traceback(reply or {})
    if cell:
        what, remedy = f"the cell was not done after {limits.cell_seconds:g} s", "Allow more with --cell-timeout"
    else:
        what = f"the notebook was not done after {limits.seconds:g} s; this cell was running"
        remedy = "Allow more with --timeout"
    line = line_in_cell(traceback)
    where = f"{place.label}, line {line}" if line else place.label
    problem = Problem(what, where, f"{remedy}, or look for a loop that does not end.")
    return TimedOut(problem, cell=place.index, traceback=traceback)


def stopped(place: Place, stop: Stop) -> Stopped:
    """Return the error for a run that was stopped at what it had reported."""
    what = f"stopped early at step {stop.step}, with {stop.value:.6g}"
    return Stopped(
        Problem(what, place.label, "Sweep without --prune to have every run come to its end."), cell=place.index
    )


def status_of(error: BaseException) -> Status:
    """Return how a run ended that raised ``error``."""
    for kind, status in (
        (OutOfMemory, Status.OUT_OF_MEMORY),
        (KernelDied, Status.KERNEL_DIED),
        (TimedOut, Status.TIMED_OUT),
        (Stopped, Status.PRUNED),
        (Exception, Status.FAILED),
    ):
        if isinstance(error, kind):
            return status
    return Status.INTERRUPTED
