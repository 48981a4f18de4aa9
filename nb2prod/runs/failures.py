"""What went wrong in a kernel goes in; an error that names the cell, the line and the remedy comes out."""

from __future__ import annotations

import re
import signal
from collections.abc import Mapping, Sequence
from typing import Any

from nb2prod.errors import KernelDied, NotebookRaised, Problem, TimedOut

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


def raised(label: str, reply: Mapping[str, Any]) -> NotebookRaised:
    """Return the error for a cell whose execute reply, ``reply``, has the status ``error``."""
    name = str(reply.get("ename", "an exception"))
    message = plain(str(reply.get("evalue", "")))[:_MESSAGE_LENGTH]
    traceback = plain("\n".join(map(str, reply.get("traceback") or ())))
    line = line_in_cell(traceback)
    where = f"{label}, line {line}" if line else label
    what = f"{name}: {message}" if message else name
    last = _last_lines(_WITHOUT_SOURCE.sub("", traceback).splitlines())
    return NotebookRaised(
        Problem(
            what + (f"\n{last}" if last else ""),
            where,
            _REMEDIES.get(name, "Run the notebook from top to bottom in a fresh kernel and mend this cell."),
        )
    )


def _last_lines(lines: Sequence[str]) -> str:
    kept = [line.rstrip()[:300] for line in lines if line.strip() and set(line.strip()) != {"-"}]
    return "\n".join(f"    {line}" for line in kept[-_LAST_LINES:])


def died(label: str, code: int | None) -> KernelDied:
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
    return KernelDied(Problem(f"the kernel died while this cell ran{how}", label, remedy))


def timed_out(label: str, seconds: float) -> TimedOut:
    """Return the error for a run that was not done after ``seconds``."""
    return TimedOut(
        Problem(
            f"the notebook was not done after {seconds:g} s; this cell was running",
            label,
            "Allow more with --timeout, or look for a loop that does not end.",
        )
    )
