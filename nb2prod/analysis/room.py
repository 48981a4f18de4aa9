"""What long analysis sets in the whole process: room for deep expressions, and no collector that looks in vain.

It may be somebody's kernel, or a server with several of us at once, so that nothing of theirs may be undone.
"""

from __future__ import annotations

import gc
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager

DEEPEST = 20_000
"""Frames that the deepest expression which Python itself compiles may take here."""


class _Inside:
    """How many need the room, and the limit before the first of them came."""

    lock = threading.Lock()
    count = 0
    before = 0


@contextmanager
def room() -> Iterator[None]:
    """Allow deep expressions, and keep the collector away, where that can be.

    The last of several threads to leave sets the recursion limit back, unless somebody has set another meanwhile.
    """
    with _Inside.lock:
        if not _Inside.count:
            _Inside.before = sys.getrecursionlimit()
        _Inside.count += 1
        sys.setrecursionlimit(max(sys.getrecursionlimit(), DEEPEST))
    try:
        with without_collecting():
            yield
    finally:
        with _Inside.lock:
            _Inside.count -= 1
            if not _Inside.count and sys.getrecursionlimit() == max(_Inside.before, DEEPEST):
                sys.setrecursionlimit(_Inside.before)


@contextmanager
def without_collecting() -> Iterator[None]:
    """Keep the garbage collector from looking through ever more syntax trees for nothing: with it, the time for 10,000
    cells is three times as long and no longer linear.

    It is the process's, so only its main thread may switch it, where two of us cannot undo each other, and never where
    people work with objects of their own, as in a kernel.
    """
    ours = threading.current_thread() is threading.main_thread() and not _is_a_session()
    if not (ours and gc.isenabled()):
        yield
        return
    gc.disable()
    try:
        yield
    finally:
        gc.enable()


def _is_a_session() -> bool:
    """Say whether somebody works in this process with IPython, as in every kernel."""
    shells = sys.modules.get("IPython.core.interactiveshell")
    return shells is not None and bool(shells.InteractiveShell.initialized())
