"""Where this is called from goes in; what shows how runs go on comes out: a widget, a terminal, or nothing."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from nb2prod.inline.shell import kernel_shell
from nb2prod.ledger.model import Status
from nb2prod.python.as_table import best_line

if TYPE_CHECKING:
    from nb2prod.inline.going_view import GoingView
    from nb2prod.workflows.model import Watch
    from nb2prod.workflows.run import Ran
    from nb2prod.workflows.sweeping.model import SweepWatch, Swept

DONE, STOPPED, FAILED = "done", "stopped", "failed"


@contextmanager
def watching_run(notebook: str, show: bool) -> Iterator[tuple[Watch, Callable[[Ran], None]]]:
    """Yield what a run tells how far it is, and what is to be told how it went."""
    if show and kernel_shell() is not None:
        from nb2prod.inline.going_view import going_on

        with going_on(notebook, "cells") as view:
            yield view.at_cell, lambda ran: _end_run(view, ran)
    elif show and _is_terminal():
        from nb2prod.cli._watching import watching

        with watching() as watch:
            yield watch, lambda _: None
    else:
        yield lambda _: None, lambda _: None


@contextmanager
def watching_sweep(notebook: str, metric: str, show: bool) -> Iterator[tuple[SweepWatch, Callable[[Swept], None]]]:
    """Yield what a sweep tells what happens to, and what is to be told what came of it."""
    if show and kernel_shell() is not None:
        from nb2prod.inline.going_view import going_on

        with going_on(notebook, "runs") as view:
            view.going.metric = metric
            yield view.after, lambda swept: _end_sweep(view, swept)
    elif show and _is_terminal():
        from nb2prod.cli._sweep_progress import watching_sweep as in_terminal

        with in_terminal("auto") as watch:
            yield watch, lambda _: None
    else:
        yield lambda _: None, lambda _: None


def _end_run(view: GoingView, ran: Ran) -> None:
    status = ran.record.status
    if status is Status.SUCCEEDED:
        view.going.done = view.going.total
    state = DONE if status is Status.SUCCEEDED else STOPPED if status is Status.INTERRUPTED else FAILED
    view.going.title = f"run {ran.record.id} of {view.going.title}: {status.words}"
    view.end(state, [f"{each.where}: {each.what}" if each.where else each.what for each in ran.problems])


def _end_sweep(view: GoingView, swept: Swept) -> None:
    missing = [run for run in swept.runs if run.status in (Status.QUEUED, Status.INTERRUPTED, Status.LOST)]
    notes = list(swept.notes)
    if missing:
        notes.append(f"{len(missing)} runs are missing: nb2prod.resume({swept.sweep.id!r}) does them")
    view.going.best = best_line(swept.best, swept.sweep) if swept.best is not None else ""
    view.end(STOPPED if swept.error is not None else DONE, notes)


def _is_terminal() -> bool:
    return sys.stderr is not None and sys.stderr.isatty()
