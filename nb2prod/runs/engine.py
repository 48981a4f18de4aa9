"""A papermill engine whose record is never false: a cell that did not end is not called completed."""

from __future__ import annotations

import logging
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from time import monotonic
from typing import Any

from papermill.engines import Engine, papermill_engines

from nb2prod.errors import NotebookRaised, Problem, UnusableInput
from nb2prod.runs.bookkeeping import Bookkeeping, Options, Output
from nb2prod.runs.client import Step, TruthfulClient
from nb2prod.runs.event_loop import Terminated, run_to_end
from nb2prod.runs.failures import Place, stopped
from nb2prod.runs.kernels import kernel_environment
from nb2prod.runs.model import Attendant, Limits, OnCell, OnUsage, Usage
from nb2prod.runs.starting import kernel_folder

NAME = "nb2prod-order"

_log = logging.getLogger("nb2prod.runs")
_log.addHandler(logging.NullHandler())


@dataclass(frozen=True)
class Order:
    """What to run and how; everything that papermill itself has no word for."""

    steps: Sequence[Step]
    total: int
    folder: Path
    limits: Limits
    on_cell: OnCell | None
    on_usage: OnUsage
    attendant: Attendant | None
    keep_outputs: bool
    output: Output | None
    options: Options
    notebook: Path | None = None
    """Where it is read, for what it must not start again."""


class Nb2prodEngine(Engine):  # type: ignore[misc]
    """Runs the steps of an :class:`Order`; the first failure ends the run and is raised as it is."""

    @classmethod
    def execute_notebook(cls, nb: Any, kernel_name: str, order: Order, **ignored: Any) -> Any:
        """Run ``nb`` and return it."""
        book = Bookkeeping(nb, order.output, {step.position for step in order.steps}, order.options)
        used: list[Usage] = [Usage()]
        try:
            book.notebook_start()
            run_to_end(lambda: _run(book, kernel_name, order, used.append))
        except BaseException as error:
            try:
                book.notebook_ended(error, used[-1])
            except UnusableInput as unwritten:
                error.add_note(str(unwritten))
            if isinstance(error, Terminated):
                error.go_on()
            raise
        finally:
            if order.output is not None:
                order.output.close()
        book.notebook_ended(None, used[-1])
        return book.nb


papermill_engines.register(NAME, Nb2prodEngine)


async def _run(book: Bookkeeping, kernel: str, order: Order, used: OnUsage) -> None:
    client = TruthfulClient(
        book,
        limits=order.limits,
        keep_outputs=order.keep_outputs,
        kernel_name=kernel,
        log=order.options.log or _log,
        log_output=order.options.log is not None,
        stdout_file=order.options.stdout_file,
        stderr_file=order.options.stderr_file,
        startup_timeout=order.options.start_timeout,
    )
    book.settle = lambda: client.taken.settle()

    def tell() -> None:
        used(usage := client.usage)
        order.on_usage(usage)

    failed = True
    with kernel_folder() as folder:
        try:
            await client.start(folder, cwd=str(order.folder), env=kernel_environment(order.notebook))
            await run_steps(client, book, order, tell)
            failed = False
        finally:
            tell()
            await client.stop(failed=failed)
    if order.keep_outputs:
        book.nb.metadata["language_info"] = client.language_info
        client.set_widgets_metadata()


async def run_steps(client: TruthfulClient, book: Bookkeeping, order: Order, tell: Callable[[], None]) -> None:
    """Run an order's steps; the first failure ends that and is raised as it is. ``tell`` is called after each."""
    began = monotonic()
    progress: Callable[[int], None] = lambda index: (  # noqa: E731
        order.on_cell(index, order.total, monotonic() - began) if order.on_cell else None
    )
    if order.attendant is not None:
        await _attend(client, order.attendant)
    for step in order.steps:
        index = step.place.index
        if index is not None:
            progress(index)
        await _run_step(client, book, step, order.attendant)
        tell()
        if order.attendant is not None and index is not None and (code := order.attendant.after_cell(index)):
            await client.run_silently(code, Place(f"behind {step.place.label}", index))
    if order.attendant is not None:
        await client.run_silently(order.attendant.last, Place("behind the last cell"))


async def _attend(client: TruthfulClient, attendant: Attendant) -> None:
    try:
        await client.run_silently(attendant.first, Place("before the first cell"))
    except NotebookRaised as error:
        raise UnusableInput(
            Problem(
                f"the kernel {client.kernel_name!r} cannot be watched: {error.problems[0].what}",
                "--kernel",
                "Take a kernel of ipykernel on Python 3.8 or later.",
            )
        ) from error


async def _run_step(client: TruthfulClient, book: Bookkeeping, step: Step, attendant: Attendant | None) -> None:
    cell = book.nb.cells[step.position]
    book.cell_start(cell, step.position)
    before = len(attendant.stops()) if attendant is not None else 0
    try:
        try:
            await client.run_cell(cell, step)
        except NotebookRaised as raised:
            if attendant is not None and (stops := attendant.stops()[before:]):
                raise stopped(step.place, stops[0]) from raised
            raise
    except BaseException as error:
        book.cell_exception(cell, step.position, exception=error, cut=client.taken.cut)
        raise
    book.cell_complete(cell, step.position, cut=client.taken.cut)
