"""What happens to a run's cells goes in; a document comes out that says it, in papermill's words and one more: how
each cell and the run ended."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from time import monotonic
from typing import Any, Protocol

import nbformat.v4
from papermill.engines import NotebookExecutionManager

from nb2prod.errors import NotebookRaised, Stopped, UnusableInput
from nb2prod.runs.failures import status_of
from nb2prod.runs.model import Status, Usage

PENDING, COMPLETED, SKIPPED = "pending", "completed", "skipped"
"""What a cell's status is, beside ``running`` and the ways in which a run can end badly."""


@dataclass(frozen=True)
class Options:
    """What papermill's own command line can ask for beside what every run has."""

    start_timeout: float = 60
    """Seconds for the kernel to start."""
    saved_every: float | None = 5.0
    """Seconds after which the outputs of a cell that still runs are written; ``None`` is never."""
    progress_bar: bool | dict[str, Any] = False
    log: logging.Logger | None = None
    """Is told of cells and what they print."""
    stdout_file: Any = None
    stderr_file: Any = None
    """Open files that get what is printed, too."""


class Output(Protocol):
    """Where the document is written."""

    def begin(self, document: Any) -> None:
        """Write it for the first time."""

    def changed(self, position: int) -> None:
        """Take note that the cell at this position has changed."""

    def save(self, document: Any) -> None:
        """Write it soon."""

    def finish(self, document: Any) -> None:
        """Write it for the last time. Raises ``UnusableInput`` where that fails."""

    def finish_without_outputs(self, document: Any) -> None:
        """Write it after that, without the outputs that there was no room for."""

    def close(self) -> None:
        """Do nothing more."""


class Bookkeeping(NotebookExecutionManager):  # type: ignore[misc]
    """papermill's book-keeping without its claim that every cell was completed."""

    def __init__(self, document: Any, output: Output | None, steps: set[int], options: Options) -> None:
        """``steps`` are the positions of the cells that will be run."""
        super().__init__(document, progress_bar=options.progress_bar, autosave_cell_every=0)
        self.settle: Callable[[], None] = lambda: None
        """Puts together what the running cell has printed."""
        self._output = output
        self._steps = steps
        self._options = options
        self._running: int | None = None
        self._save_comes = self._ended = False
        self._saved_at = self._began = self._cell_began = monotonic()

    def notebook_start(self, **details: Any) -> None:
        """Clear what an earlier run has left, and write the notebook for the first time."""
        self.set_timer()
        self._began = monotonic()
        self.nb.metadata.papermill.update(
            start_time=_now(), end_time=None, duration=None, exception=None, status=str(Status.RUNNING)
        )
        self.nb.metadata.papermill.pop("error", None)
        for position, cell in enumerate(self.nb.cells):
            cell.metadata.pop("papermill", None)
            if cell.cell_type == "code":
                cell.execution_count, cell.outputs = None, []
                cell.metadata.pop("execution", None)
                status = PENDING if position in self._steps else SKIPPED
                cell.metadata["papermill"] = _record(status=status)
        if self._output is not None:
            self._output.begin(self.nb)

    def cell_start(self, cell: Any, cell_index: int | None = None, **details: Any) -> None:
        """Record that the cell runs now."""
        assert cell_index is not None
        self._running, self._cell_began = cell_index, monotonic()
        if self._options.log is not None:
            self._options.log.info("Executing cell %s", cell_index + 1)
        cell.metadata["papermill"] = _record(start_time=_now(), exception=False, status=str(Status.RUNNING))
        self._save_soon()

    def cell_complete(self, cell: Any, cell_index: int | None = None, **details: Any) -> None:
        """Record that the cell ran to its end; ``cut`` says that some of its outputs are not there."""
        self._cell_ended(cell, COMPLETED, cut=details.get("cut", False))

    def cell_exception(self, cell: Any, cell_index: int | None = None, **details: Any) -> None:
        """Record how a cell ended that did not complete, by the ``exception`` that says it."""
        error = details["exception"]
        status = status_of(error)
        if not isinstance(error, NotebookRaised | Stopped):  # of that the kernel has left its own traceback
            cell.outputs.append(_said(status, error))
        self._cell_ended(cell, str(status), cut=details.get("cut", False))

    def _cell_ended(self, cell: Any, status: str, *, cut: bool) -> None:
        record = cell.metadata["papermill"]
        record.update(end_time=_now(), duration=monotonic() - self._cell_began, status=status)
        record["exception"] = status != COMPLETED
        if cut:
            record["cut"] = True
        if self._running is not None:
            self.changed(self._running)
            if self.pbar is not None:
                self.pbar.update(self._running + 1 - self.pbar.n)
        self._running = None
        self._save_soon()

    def notebook_ended(self, error: BaseException | None, usage: Usage) -> None:
        """Record the end of the run, for whatever reason, and write it. What is pending stays pending."""
        record = self.nb.metadata.papermill
        status = Status.SUCCEEDED if error is None else status_of(error)
        record.update(end_time=_now(), duration=monotonic() - self._began, status=str(status))
        record["exception"] = True if error is not None else None
        record["usage"] = {"peak_memory": usage.peak_memory, "cpu_seconds": round(usage.cpu_seconds, 3)}
        if error is not None:
            record["error"] = _words(error)
        self._ended = True
        if error is None:
            self.complete_pbar()
        self.cleanup_pbar()
        if self._output is not None:
            self._finish(self._output)

    def _finish(self, output: Output) -> None:
        """Write the notebook for the last time; where that fails, at least what ran is to be seen."""
        try:
            output.finish(self.nb)
        except UnusableInput as unwritten:
            record = self.nb.metadata.papermill
            if record["status"] == Status.SUCCEEDED:
                record.update(status=str(Status.FAILED), exception=True, error=_words(unwritten))
            output.finish_without_outputs(self.nb)
            raise

    def changed(self, position: int) -> None:
        """Have the cell at this position written anew, whose outputs another one has changed."""
        if self._output is not None:
            self._output.changed(position)

    def _save_soon(self) -> None:
        """Have the notebook written as soon as there is nothing to do but wait: once the next cell is sent off."""
        if self._output is not None and not self._save_comes:
            self._save_comes = True
            asyncio.get_running_loop().call_soon(self.save)

    def save(self, **details: Any) -> None:
        """Have the notebook written as it is now."""
        self._save_comes = False
        if self._output is None or self._ended:
            return
        if self._running is not None:
            self._output.changed(self._running)
        self._output.save(self.nb)
        self._saved_at = monotonic()

    def autosave_cell(self) -> None:
        """Have the outputs of the running cell written, where that was not done for a while."""
        every = self._options.saved_every
        if self._output is None or every is None or monotonic() - self._saved_at < every:
            return
        self.settle()
        began = monotonic()
        self.save()
        self._saved_at += 10 * (monotonic() - began)  # a large notebook is written the less often


def _record(**known: Any) -> dict[str, Any]:
    return {"exception": None, "start_time": None, "end_time": None, "duration": None, **known}


def _now() -> str:
    return datetime.now(UTC).isoformat()


def _said(status: Status, error: BaseException) -> Any:
    """Return an output that says how a cell ended whose kernel cannot say it any more."""
    name = type(error).__name__ if isinstance(error, Exception) else "Interrupted"
    v4: Any = nbformat.v4
    return v4.new_output("error", ename=name, evalue=_words(error), traceback=[f"nb2prod: {status}", _words(error)])


def _words(error: BaseException) -> str:
    if not isinstance(error, Exception):
        return "the run was interrupted"
    return str(error) or type(error).__name__
