"""A coroutine goes in; its result comes out, also inside a running event loop, and signals end it in order."""

from __future__ import annotations

import asyncio
import signal
import sys
import threading
from collections.abc import Callable
from contextlib import suppress
from contextvars import copy_context
from typing import Any, NoReturn


class Terminated(BaseException):
    """SIGTERM came while a coroutine ran, and ended it."""

    def go_on(self) -> NoReturn:
        """Do what the signal does where nobody waits for it. Raises ``SystemExit``, or does not come back."""
        handler = signal.getsignal(signal.SIGTERM)
        if callable(handler):
            handler(signal.SIGTERM, None)
        else:
            signal.raise_signal(signal.SIGTERM)
        raise SystemExit(128 + signal.SIGTERM)


def run_to_end(work: Callable[[], Any]) -> Any:
    """Run the coroutine that ``work`` makes, also where an event loop runs already (a server, a notebook).

    Raises :class:`Terminated` where SIGTERM came and is not ignored; only the main thread is told of it.
    """
    try:
        asyncio.get_running_loop()
    except RuntimeError:
        return asyncio.run(_until_told_to_end(work))
    return _run_in_thread(work)


def _run_in_thread(work: Callable[[], Any]) -> Any:
    """Run the coroutine in a loop of its own; Ctrl-C, or a kernel's interrupt, cancels it and is raised at its end."""
    from concurrent.futures import Future, ThreadPoolExecutor

    begun: Future[tuple[asyncio.AbstractEventLoop, asyncio.Task[Any] | None]] = Future()

    async def told() -> Any:
        begun.set_result((asyncio.get_running_loop(), asyncio.current_task()))
        return await work()

    with ThreadPoolExecutor(1) as pool:
        # what is told of meanwhile belongs to the cell that asked for it
        ended = pool.submit(copy_context().run, asyncio.run, told())
        try:
            return ended.result()
        except BaseException:
            if not ended.done():
                loop, task = begun.result()
                assert task is not None
                with suppress(RuntimeError):  # it has just ended by itself
                    loop.call_soon_threadsafe(task.cancel)
                ended.exception()
            raise


async def _until_told_to_end(work: Callable[[], Any]) -> Any:
    """Run the coroutine; SIGTERM cancels it as asyncio lets Ctrl-C do.

    An exception out of the signal's handler would be lost wherever a library of the loop catches everything.
    """
    handler = signal.getsignal(signal.SIGTERM)
    ignored = handler is None or handler is signal.SIG_IGN
    if threading.current_thread() is not threading.main_thread() or ignored or sys.platform == "win32":
        return await work()
    loop, task = asyncio.get_running_loop(), asyncio.current_task()
    assert task is not None
    told: list[bool] = []
    result = None

    def end() -> None:
        if not told:
            told.append(True)
            task.cancel()

    loop.add_signal_handler(signal.SIGTERM, end)
    try:
        result = await work()
    except (Exception, asyncio.CancelledError):
        if not told:
            raise
    finally:
        loop.remove_signal_handler(signal.SIGTERM)
        signal.signal(signal.SIGTERM, handler)
    if told:
        raise Terminated
    return result
