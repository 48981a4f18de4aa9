"""What a run needs to know and what it gives back, as plain data."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import Any

OnCell = Callable[[int, int, float], None]
"""Called with a cell's index among the code cells, their number, and the seconds since the run began: before each
cell that is run."""


class Status(StrEnum):
    """How a run stands. The values are what records and output notebooks have."""

    QUEUED = "queued"
    RUNNING = "running"
    SUCCEEDED = "succeeded"
    FAILED = "failed"
    """A cell raised, or the run could not be started or written."""
    TIMED_OUT = "timed_out"
    INTERRUPTED = "interrupted"
    """By a signal: Ctrl-C, SIGTERM."""
    KERNEL_DIED = "kernel_died"
    OUT_OF_MEMORY = "out_of_memory"
    PRUNED = "pruned"
    """Stopped early by what it had reported, since others were better."""
    LOST = "lost"
    """Whoever ran it is gone and has not said how it ended."""

    @property
    def words(self) -> str:
        """Return it as people read it."""
        return self.value.replace("_", " ")


@dataclass(frozen=True)
class Limits:
    """What a run may use; ``None`` is no limit."""

    seconds: float | None = None
    """For all cells together, from when the kernel is ready."""
    cell_seconds: float | None = None
    """For each cell."""
    memory: int | None = None
    """Bytes of the kernel and the processes that it starts, together."""


@dataclass(frozen=True)
class Usage:
    """What a kernel and the processes that it started have used."""

    peak_memory: int = 0
    """Bytes that were resident at once; pages that several of the processes share count once. Of the kernel itself
    exact on Linux, of the others as often as they are looked at."""
    cpu_seconds: float = 0.0


OnUsage = Callable[[Usage], None]
"""Called with what a run has used so far: after each cell, and once more at its end, however it ended."""


@dataclass(frozen=True)
class Stop:
    """An answer to a report of the notebook's: that its run ends there."""

    step: int
    value: float


@dataclass(frozen=True)
class Attendant:
    """Code that the engine runs in the kernel beside the notebook's own: silent, outside history and counts."""

    first: str
    """Before the first cell."""
    after_cell: Callable[[int], str]
    """Behind the code cell with this index; empty where there is nothing to do."""
    last: str
    """Behind the last cell, if no cell failed."""
    forked: str = ""
    """In place of ``first`` in a fork of a kernel in which ``first`` was run."""
    stops: Callable[[], Sequence[Stop]] = tuple
    """Those that the notebook was told so far: a cell that raises after one was stopped, and has not failed."""


@dataclass(frozen=True)
class Run:
    """A run that came to its end."""

    notebook: Any
    """The executed notebook, an ``nbformat.NotebookNode``, with outputs where they were asked for."""
    kernel: str
    """The name of the kernel that it ran on."""
    seconds: float
    notes: tuple[str, ...] = ()
    """What a person should know of the run, such as that another kernel had to be taken."""
    usage: Usage = Usage()
    output: Path | None = None
    """The file that the executed notebook was written to, absolute."""
