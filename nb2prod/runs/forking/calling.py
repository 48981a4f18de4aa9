"""Coroutines of many threads go in; their results come out of one event loop, which runs in a thread of its own."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Coroutine
from concurrent.futures import Future
from typing import Any, TypeVar

T = TypeVar("T")


class Loop:
    """An event loop in a thread of its own."""

    def __init__(self, name: str) -> None:
        self._loop = asyncio.new_event_loop()
        self._tasks: set[asyncio.Task[Any]] = set()
        self._thread = threading.Thread(target=self._loop.run_forever, name=name, daemon=True)
        self._thread.start()

    def call(self, work: Coroutine[Any, Any, T]) -> T:
        """Return what ``work`` gives. Whatever is raised here meanwhile, as by Ctrl-C, cancels it and waits for it.

        Raises ``KeyboardInterrupt`` where it was cancelled by :meth:`cancel`.
        """
        ended: Future[asyncio.Task[T]] = Future()
        tasks: list[asyncio.Task[T]] = []

        def begin() -> None:
            tasks.append(task := self._loop.create_task(work))
            self._tasks.add(task)
            task.add_done_callback(self._tasks.discard)
            task.add_done_callback(ended.set_result)

        self._loop.call_soon_threadsafe(begin)
        try:
            task = ended.result()
        except BaseException:
            self._loop.call_soon_threadsafe(lambda: tasks[0].cancel())
            ended.result()
            raise
        try:
            return task.result()
        except asyncio.CancelledError:
            raise KeyboardInterrupt from None

    def cancel(self) -> None:
        """Cancel all that runs, and return at once."""
        self._loop.call_soon_threadsafe(lambda: [task.cancel() for task in tuple(self._tasks)])

    def close(self) -> None:
        """End the thread."""
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join()
        self._loop.run_until_complete(self._loop.shutdown_asyncgens())
        self._loop.close()
