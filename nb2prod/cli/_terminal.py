"""What the process agrees on with its terminal: colour, quiet, the nearest known word, a tidy end on SIGTERM."""

from __future__ import annotations

import os
import signal
import threading
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from difflib import get_close_matches
from types import FrameType

import click

TERMINATED = 143

SECTION_STYLES = {
    "parameters": "magenta",
    "data": "cyan",
    "training": "green",
    "evaluation": "yellow",
    "inference": "blue",
}
"""The colour of each section's name."""


def colour() -> bool | None:
    """Return whether to write colours: yes, no, or ``None`` for "where it is a terminal"."""
    if os.environ.get("NO_COLOR"):
        return False
    if os.environ.get("FORCE_COLOR"):
        return True
    return False if os.environ.get("TERM") == "dumb" else None


def quiet() -> bool:
    """Return whether ``--quiet`` was given, before or behind the command's name."""
    context = click.get_current_context(silent=True)
    return bool(context and context.find_root().params.get("quiet"))


def nearest(word: str, known: Iterable[str]) -> str:
    """Return a sentence that names the known word nearest to ``word``, or that it was a notebook; empty if neither."""
    if word.endswith(".ipynb"):
        return f" Did you mean 'nb2prod export {word}'?"
    close = get_close_matches(word.lower(), list(known), n=1, cutoff=0.5)
    return f" Did you mean {close[0]!r}?" if close else ""


@contextmanager
def terminable() -> Iterator[None]:
    """Turn SIGTERM into ``SystemExit(143)``, so that everything under way is cleaned up.

    It is that and no exception of ours because asyncio, which runs the kernels, swallows every other one.
    """
    if threading.current_thread() is not threading.main_thread():
        yield
        return

    leaving = False

    def leave(_: int, __: FrameType | None) -> None:
        # Supervisors send it to the process and again to its group; the second must not break the cleaning up.
        nonlocal leaving
        leaving = True
        signal.signal(signal.SIGTERM, signal.SIG_IGN)
        raise SystemExit(TERMINATED)

    before = signal.signal(signal.SIGTERM, leave)
    try:
        yield
    finally:
        if not leaving:  # else it stays ignored until the interpreter is gone, so that the exit code is the one we give
            signal.signal(signal.SIGTERM, before)
