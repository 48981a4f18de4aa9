"""A coroutine goes in; its result comes out, also inside a running event loop, and signals end it in order."""

from __future__ import annotations

import asyncio
import signal
import threading
from collections.abc import Callable
from typing import Any


def run_to_end(work: Callable[[], Any]) -> Any:
    """Run the coroutine that ``work`` makes, also where an event loop runs already (a server, a notebook)."""
    try:
        asyncio.get_running_loop()
    except RuntimeError:
        return asyncio.run(_until_told_to_end(work))
    from concurrent.futures import ThreadPoolExecutor

    with ThreadPoolExecutor(1) as pool:
        return pool.submit(lambda: asyncio.run(work())).result()


async def _until_told_to_end(work: Callable[[], Any]) -> Any:
    """Run the coroutine; SIGTERM cancels it as asyncio lets Ctrl-C do, where somebody waits for ``SystemExit``.

    An exception out of the signal's handler would be lost wherever a library of the loop catches everything.
    """
    handler = signal.getsignal(signal.SIGTERM)
    if threading.current_thread() is not threading.main_thread() or not callable(handler):
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
        handler(signal.SIGTERM, None)
    return result
