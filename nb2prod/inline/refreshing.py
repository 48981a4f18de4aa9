"""Somebody asks for work again and again; it is done in a thread, once they have been quiet for a moment."""

from __future__ import annotations

import sys
import threading
import weakref
from collections.abc import Callable
from types import MethodType

QUIET = 0.25
"""Seconds without being asked before the work begins: running all cells brings one refresh, not one a cell."""
LONGEST = 2.0
"""Seconds after which it begins all the same."""


class Refreshing:
    """Does some work in a thread of its own, which does not keep alive whoever it works for."""

    def __init__(self, work: Callable[[], None]) -> None:
        """Take a bound method: it is held weakly, and the thread ends where its object is gone."""
        assert isinstance(work, MethodType)
        self._work = weakref.WeakMethod(work)
        self._asked = threading.Event()
        self._closed = threading.Event()
        self._idle = threading.Event()
        self._idle.set()
        self._lock = threading.Lock()
        """Held where it is decided whether there is anything to do."""
        self._thread: threading.Thread | None = None
        weakref.finalize(work.__self__, _let_go, self._closed, self._asked)

    def ask(self) -> None:
        """Have the work done soon; costs microseconds."""
        if self._closed.is_set():
            return
        with self._lock:
            self._idle.clear()
            self._asked.set()
        if self._thread is None:
            arguments = (self._work, self._asked, self._closed, self._idle, self._lock)
            self._thread = threading.Thread(target=_serve, args=arguments, name="nb2prod-readiness", daemon=True)
            self._thread.start()

    def wait(self, seconds: float) -> bool:
        """Wait until all that was asked for is done, and say whether it is."""
        return self._idle.wait(seconds)

    def close(self) -> None:
        """Do no more."""
        _let_go(self._closed, self._asked)


def _let_go(closed: threading.Event, asked: threading.Event) -> None:
    closed.set()
    asked.set()


def _serve(
    work: weakref.WeakMethod[Callable[[], None]],
    asked: threading.Event,
    closed: threading.Event,
    idle: threading.Event,
    lock: threading.Lock,
) -> None:
    while True:
        asked.wait()
        rounds = int(LONGEST / QUIET)
        while asked.is_set() and not closed.is_set() and rounds:
            asked.clear()
            rounds -= 1
            closed.wait(QUIET)
        asked.clear()
        method = work()
        if closed.is_set() or method is None:
            idle.set()
            return
        try:
            method()
        except Exception:  # told where Python tells what threads raise; the next time may go well
            threading.excepthook(threading.ExceptHookArgs((*sys.exc_info(), threading.current_thread())))
        del method  # else it would keep its object alive while we wait
        with lock:
            if not asked.is_set():
                idle.set()
