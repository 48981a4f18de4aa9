"""A papermill engine whose record is never false: a cell that did not end is not called completed."""

from __future__ import annotations

import logging
import tempfile
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from time import monotonic
from typing import Any

from papermill.engines import Engine, NotebookExecutionManager, papermill_engines

from nb2prod.errors import NotebookRaised, Problem, UnusableInput
from nb2prod.runs.client import TruthfulClient, run_to_end
from nb2prod.runs.kernels import kernel_environment
from nb2prod.runs.model import Attendant, OnCell

NAME = "nb2prod"
INTERRUPTED = "interrupted"

_log = logging.getLogger("nb2prod.runs")
_log.addHandler(logging.NullHandler())


@dataclass(frozen=True)
class Step:
    """A cell to run: where it lies in the document, its index among the notebook's code cells, and its name in
    messages. The cell that papermill injects has no index."""

    position: int
    index: int | None
    label: str


@dataclass(frozen=True)
class Order:
    """What to run and how; everything that papermill itself has no word for."""

    steps: Sequence[Step]
    total: int
    folder: Path
    timeout: float | None
    on_cell: OnCell | None
    attendant: Attendant | None
    keep_outputs: bool


class TruthfulManager(NotebookExecutionManager):  # type: ignore[misc]
    """papermill's book-keeping without its claim that every cell was completed."""

    def cell_exception(self, cell: Any, cell_index: int | None = None, **details: Any) -> None:
        """Record how a cell ended that did not complete; ``status`` says it."""
        super().cell_exception(cell, cell_index, **details)
        cell.metadata.papermill["status"] = details.get("status", self.FAILED)

    def cell_complete(self, cell: Any, cell_index: int | None = None, **details: Any) -> None:
        """Record that the cell ran to its end."""
        interrupted = cell.metadata.papermill["status"] == INTERRUPTED
        super().cell_complete(cell, cell_index, **details)
        if interrupted:
            cell.metadata.papermill["status"] = INTERRUPTED

    def notebook_complete(self, **details: Any) -> None:
        """Record the end of the run; what is pending stays pending."""
        pending = [cell for cell in self.nb.cells if cell.metadata.papermill["status"] == self.PENDING]
        super().notebook_complete(**details)
        for cell in pending:
            cell.metadata.papermill["status"] = self.PENDING


class Nb2prodEngine(Engine):  # type: ignore[misc]
    """Runs the steps of an :class:`Order`; the first failure ends the run and is raised as it is."""

    @classmethod
    def execute_notebook(cls, nb: Any, kernel_name: str, order: Order, **ignored: Any) -> Any:
        """Run ``nb`` and return it."""
        manager = TruthfulManager(nb, progress_bar=False, autosave_cell_every=0)
        manager.notebook_start()
        try:
            run_to_end(lambda: _run(manager, kernel_name, order))
        finally:
            manager.notebook_complete()
        return manager.nb


papermill_engines.register(NAME, Nb2prodEngine)


async def _run(manager: TruthfulManager, kernel: str, order: Order) -> None:
    client = TruthfulClient(
        manager, total_timeout=order.timeout, keep_outputs=order.keep_outputs, kernel_name=kernel, log=_log
    )
    failed = True
    with tempfile.TemporaryDirectory(prefix="nb2prod-kernel-") as folder:
        try:
            await client.start(Path(folder, "log"), cwd=str(order.folder), env=kernel_environment())
            await _run_steps(client, manager, order, kernel)
            failed = False
        finally:
            await client.stop(failed=failed)


async def _run_steps(client: TruthfulClient, manager: TruthfulManager, order: Order, kernel: str) -> None:
    began = monotonic()
    progress: Callable[[int], None] = lambda index: (  # noqa: E731
        order.on_cell(index, order.total, monotonic() - began) if order.on_cell else None
    )
    if order.attendant is not None:
        await _attend(client, order.attendant, kernel)
    for step in order.steps:
        if step.index is not None:
            progress(step.index)
        await _run_step(client, manager, step)
        if order.attendant is not None and step.index is not None and (code := order.attendant.after_cell(step.index)):
            await client.run_silently(code, f"behind {step.label}")
    if order.attendant is not None:
        await client.run_silently(order.attendant.last, "behind the last cell")


async def _attend(client: TruthfulClient, attendant: Attendant, kernel: str) -> None:
    try:
        await client.run_silently(attendant.first, "before the first cell")
    except NotebookRaised as error:
        raise UnusableInput(
            Problem(
                f"the kernel {kernel!r} cannot be watched: {error.problems[0].what}",
                "--kernel",
                "Take a kernel of ipykernel on Python 3.8 or later.",
            )
        ) from error


async def _run_step(client: TruthfulClient, manager: TruthfulManager, step: Step) -> None:
    cell = manager.nb.cells[step.position]
    manager.cell_start(cell, step.position)
    try:
        await client.run_cell(cell, step.position, step.label)
    except Exception as error:
        manager.cell_exception(cell, step.position, exception=error)
        raise
    except BaseException:
        manager.cell_exception(cell, step.position, status=INTERRUPTED)
        raise
    finally:
        manager.cell_complete(cell, step.position)
