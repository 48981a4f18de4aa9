"""Progress on stderr: a line with a clock on a terminal, a line a stage elsewhere, nothing when quiet; or as JSON."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict
from typing import TYPE_CHECKING

import click

from nb2prod.cli import quiet
from nb2prod.cli._visible import json_text, visible

if TYPE_CHECKING:
    from nb2prod.workflows.model import Progress, Watch

progress_option = click.option(
    "--progress",
    type=click.Choice(["auto", "json"]),
    default="auto",
    show_default=True,
    help="Tell of progress on stderr for people, or as one JSON object a line.",
)
"""For commands that take their time: the form for ``watching``."""


@contextmanager
def watching(form: str = "auto") -> Iterator[Watch]:
    """Yield what a workflow tells its progress to; ``form`` is ``auto`` or ``json``, which is for programs."""
    if form == "json":
        yield _as_json
    elif quiet():
        yield lambda _: None
    elif sys.stderr.isatty():
        with _clock() as watch:
            yield watch
    else:
        yield _Lines()


@contextmanager
def _clock() -> Iterator[Watch]:
    """Yield a watch that keeps one line up to date: what is going on, and how long in all."""
    from rich.console import Console
    from rich.progress import Progress as Bar
    from rich.progress import SpinnerColumn, TextColumn, TimeElapsedColumn

    columns = (SpinnerColumn(), TextColumn("{task.description}", markup=False), TimeElapsedColumn())
    with Bar(*columns, console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task("starting", total=None)
        yield lambda progress: bar.update(task, description=_text(progress, seconds=False))


def _as_json(progress: Progress) -> None:
    """Write one JSON object on a line of its own."""
    sys.stderr.write(json_text({"event": "progress", **asdict(progress)}) + "\n")
    sys.stderr.flush()


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


def _text(progress: Progress, *, seconds: bool = True) -> str:
    if progress.cell is None:
        return visible(progress.stage)
    elapsed = f", {progress.seconds:.0f} s" if seconds else ""
    return f"{visible(progress.stage)}: cell {progress.cell} of {progress.cells}{elapsed}"
