"""What a run needs to know and what it gives back, as plain data."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

OnCell = Callable[[int, int, float], None]
"""Called with a cell's index among the code cells, their number, and the seconds since the run began: before each
cell that is run."""


@dataclass(frozen=True)
class Attendant:
    """Code that the engine runs in the kernel beside the notebook's own: silent, outside history and counts."""

    first: str
    """Before the first cell."""
    after_cell: Callable[[int], str]
    """Behind the code cell with this index; empty where there is nothing to do."""
    last: str
    """Behind the last cell, if no cell failed."""


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
