"""Progress on stderr: a line that changes on a terminal, a line a stage elsewhere, nothing when quiet."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from nb2prod.cli import quiet

if TYPE_CHECKING:
    from rich.status import Status

    from nb2prod.workflows.model import Progress, Watch


@contextmanager
def watching() -> Iterator[Watch]:
    """Yield what a workflow tells its progress to."""
    if quiet():
        yield lambda _: None
    elif sys.stderr.isatty():
        from rich.console import Console

        with Console(stderr=True).status("starting") as status:
            yield _Live(status)
    else:
        yield _Lines()


class _Live:
    def __init__(self, status: Status) -> None:
        self._status = status

    def __call__(self, progress: Progress) -> None:
        self._status.update(_text(progress))


class _Lines:
    """A line a stage, and a line a cell."""

    def __init__(self) -> None:
        self._last = ""

    def __call__(self, progress: Progress) -> None:
        text = _text(progress)
        if text != self._last:
            sys.stderr.write(text + "\n")
            sys.stderr.flush()
        self._last = text


def _text(progress: Progress) -> str:
    if progress.cell is None:
        return progress.stage
    return f"{progress.stage}: cell {progress.cell} of {progress.cells}, {progress.seconds:.0f} s"
