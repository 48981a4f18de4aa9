"""How a sweep goes on, on stderr: a bar and a line for each run on a terminal, lines elsewhere; or JSON."""

from __future__ import annotations

import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any

from nb2prod.cli import quiet
from nb2prod.cli._visible import json_text, on_one_line

if TYPE_CHECKING:
    from nb2prod.workflows.sweeping.model import Happened, SweepWatch

FRAMES = 4
"""Pictures a second."""


@contextmanager
def watching_sweep(form: str) -> Iterator[SweepWatch]:
    """Yield what a sweep tells what happens to; ``form`` is ``auto`` or ``json``, which is for programs."""
    if form == "json":
        yield _as_json
    elif quiet():
        yield lambda _: None
    elif sys.stderr.isatty():
        with _picture() as watch:
            yield watch
    else:
        yield _line


def _as_json(happened: Happened) -> None:
    told = {name: value for name, value in asdict(happened).items() if value not in (None, "")}
    sys.stderr.write(json_text({**told, "event": f"sweep-{happened.event}"}) + "\n")
    sys.stderr.flush()


def _line(happened: Happened) -> None:
    text = text_of(happened)
    if text:
        sys.stderr.write(on_one_line(text) + "\n")
        sys.stderr.flush()


def text_of(happened: Happened) -> str:
    """Return the line for people, empty where there is nothing to tell."""
    event, what = happened.event, happened.what
    if event == "planned":
        return f"sweep {happened.run}: {happened.total - happened.done} of {happened.total} runs to do"
    if event == "ended":
        took = "" if happened.seconds is None else f", {happened.seconds:.1f} s"
        why = f": {what}" if what else ""
        status = happened.status.replace("_", " ")
        return f"[{happened.done}/{happened.total}] {happened.run} {status}{took}{why}{_best(happened)}"
    if event == "shared":
        return f"running {what} once" if what else f"ran them in {happened.seconds or 0:.1f} s"
    texts = {
        "plain": f"each run by itself: {what}",
        "gone": what,
        "waits": what,
        "again": f"{happened.run} is done again: {what}",
    }
    return texts.get(event, "")


def _best(happened: Happened) -> str:
    return f"; best {happened.best} {happened.best_value:.6g}" if happened.best_value is not None else ""


@dataclass
class _Going:
    """A run that is under way."""

    began: float
    worker: int | None
    cell: int | None = None
    cells: int | None = None


@contextmanager
def _picture() -> Iterator[SweepWatch]:
    """Yield a watch that keeps a picture up to date: all runs, those under way, the best so far."""
    from rich.console import Console
    from rich.live import Live

    picture = _Picture()
    console = Console(stderr=True)
    with Live(picture, console=console, refresh_per_second=FRAMES, transient=True) as live:

        def watch(happened: Happened) -> None:
            picture.take(happened)
            if happened.event in ("plain", "gone", "again", "waits") or (happened.event == "ended" and happened.what):
                live.console.print(on_one_line(text_of(happened)), markup=False, highlight=False)

        yield watch


class _Picture:
    """What is drawn."""

    def __init__(self) -> None:
        from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

        name = TextColumn("{task.description}", markup=False)
        self.bar = Progress(name, BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
        self.task = self.bar.add_task("sweep", total=None)
        self.going: dict[str, _Going] = {}
        self.doing, self.best = "", ""

    def take(self, happened: Happened) -> None:
        """Take in what happened."""
        if happened.event == "planned":
            self.bar.update(self.task, description=f"sweep {happened.run}")
        failed = f", {happened.failed} failed" if happened.failed else ""
        self.best = _best(happened).removeprefix("; ") + failed
        self.bar.update(self.task, completed=happened.done, total=happened.total)
        if happened.event == "shared":
            self.doing = text_of(happened) if happened.what else ""
        elif happened.event == "begun":
            self.going[happened.run] = _Going(time.monotonic(), happened.worker)
        elif happened.event == "cell" and happened.run in self.going:
            going = self.going[happened.run]
            going.cell, going.cells = happened.cell, happened.cells
        elif happened.event in ("ended", "gone", "again"):
            self.going.pop(happened.run, None)
            if happened.event == "gone" and not happened.run:  # a worker, not an attempt that is made again
                self.going = {run: each for run, each in self.going.items() if each.worker != happened.worker}

    def __rich__(self) -> Any:
        from rich.console import Group
        from rich.text import Text

        lines = [
            Text(f"  {run}  {_place(going)}  {time.monotonic() - going.began:5.1f} s", style="cyan")
            for run, going in list(self.going.items())
        ]
        more = [Text(f"  {on_one_line(each)}", style="dim") for each in (self.doing, self.best) if each.strip(", ")]
        return Group(self.bar, *lines, *more)


def _place(going: _Going) -> str:
    return "starting" if going.cell is None else f"cell {going.cell + 1} of {going.cells}"
