"""What happens in a run or a sweep goes in; how it stands, as a page shows it, comes out."""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import count
from typing import Any

from nb2prod.inline.shown import plain
from nb2prod.rules.secret_texts import harmless
from nb2prod.workflows.model import Progress
from nb2prod.workflows.sweeping.model import Happened

MOST_NOTES = 6
"""The last ones that are shown."""
MOST_LINES = 40
"""Runs under way that have a line."""
GOING, DONE, STOPPED = "going", "done", "stopped"


@dataclass
class _Line:
    """A run that is under way."""

    run: str
    slot: int = 0
    """Which of those that go on at once it is: a process that forks several runs does the work of several workers."""
    worker: int | None = None
    cell: int | None = None
    cells: int | None = None
    began: float = field(default_factory=time.monotonic)


class Going:
    """How it stands: how much is done, a line for each run under way, the best so far."""

    def __init__(self, title: str, unit: str) -> None:
        self.title, self.unit = title, unit
        self.state = GOING
        self.done, self.total, self.failed = 0, 0, 0
        self.doing, self.best = "", ""
        self.metric = ""
        self._notes: list[str] = []
        self._lines: dict[str, _Line] = {}
        self._began = time.monotonic()
        self._took: float | None = None

    def end(self, state: str, notes: Sequence[str] = ()) -> None:
        """Take in that it is over."""
        self.state, self.doing = state, ""
        self._lines.clear()
        self._notes += notes
        self._took = time.monotonic() - self._began

    def at_cell(self, progress: Progress) -> None:
        """Take in how far a run is."""
        if progress.cell is None:
            return
        line = self._lines.setdefault("", _Line("", began=self._began))
        line.cell, line.cells = progress.cell - 1, progress.cells
        self.done, self.total = progress.cell - 1, progress.cells

    def after(self, happened: Happened) -> None:
        """Take in what happened in a sweep."""
        self.done, self.total, self.failed = happened.done, happened.total, happened.failed
        if happened.best_value is not None:
            self.best = f"best so far {happened.best}: {self.metric} = {happened.best_value:.6g}"
        event, run = happened.event, happened.run
        if event == "planned":
            self.title = f"sweep {run} of {self.title}"
        elif event == "shared":
            self.doing = f"running {happened.what} once" if happened.what else ""
        elif event == "begun":
            self._lines[run] = _Line(run, self._free_slot(), happened.worker)
        elif event == "cell" and run in self._lines:
            self._lines[run].cell, self._lines[run].cells = happened.cell, happened.cells
        elif event in ("ended", "gone", "again"):
            self._leave(happened)
        self._note(happened)

    def as_data(self) -> dict[str, Any]:
        """Return what the page shows; seconds are as of now, and it counts on by itself."""
        now = time.monotonic()
        lines = sorted(self._lines.values(), key=lambda line: line.slot)
        return {
            "title": plain(self.title),
            "state": self.state,
            "unit": self.unit,
            "done": self.done,
            "total": self.total,
            "failed": self.failed,
            "seconds": self._took if self._took is not None else now - self._began,
            "lines": [_line(each, now) for each in lines[:MOST_LINES]],
            "more": max(0, len(lines) - MOST_LINES),
            "doing": plain(self.doing),
            "best": plain(self.best),
            "notes": [plain(harmless(each)) for each in self._notes[-MOST_NOTES:]],
        }

    def _free_slot(self) -> int:
        taken = {line.slot for line in self._lines.values()}
        return next(slot for slot in count(1) if slot not in taken)

    def _leave(self, happened: Happened) -> None:
        self._lines.pop(happened.run, None)
        if happened.event == "gone" and not happened.run:  # a worker, not an attempt that somebody else makes again
            gone = [run for run, line in self._lines.items() if line.worker == happened.worker]
            for run in gone:
                del self._lines[run]

    def _note(self, happened: Happened) -> None:
        if happened.event == "ended" and happened.what:
            self._notes.append(f"{happened.run} {happened.status.replace('_', ' ')}: {happened.what}")
        elif happened.event == "again":
            self._notes.append(f"{happened.run} is done again: {happened.what}")
        elif happened.event in ("gone", "waits"):
            self._notes.append(happened.what)
        elif happened.event == "plain":
            self._notes.append(f"each run by itself: {happened.what}")


def _line(line: _Line, now: float) -> dict[str, Any]:
    place = "starting" if line.cell is None else f"cell {line.cell + 1} of {line.cells}"
    worker = f"worker {line.slot}" if line.slot else ""
    return {"worker": worker, "run": line.run, "place": place, "seconds": now - line.began}
