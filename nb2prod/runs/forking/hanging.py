"""A fork's process and work that waits for it go in; the work's result comes out, unless the process hangs.

A library that waits for a thread which is not in the fork waits for ever. That looks like this: no thread of the
process has used the processor for a while, the main one waits for a lock, and so does every thread that it has made.
"""

from __future__ import annotations

import asyncio
import os
from collections.abc import Coroutine
from contextlib import suppress
from pathlib import Path
from typing import Any, TypeVar

import psutil

from nb2prod.runs.forking.client import CannotFork

T = TypeVar("T")
PATIENCE = 30.0
"""Seconds without a sign of life."""
PATIENCE_TIMED = 300.0
"""The same where a thread waits for a time only, as ``Event.wait(60)`` does: it may well go on by itself."""
LOOK = 1.0


async def unless_it_hangs(pid: int, work: Coroutine[Any, Any, T]) -> T:
    """Return what ``work`` returns. Raises ``CannotFork``, with the work cancelled, where the process hangs."""
    task = asyncio.ensure_future(work)
    watch = asyncio.ensure_future(_hangs(pid))
    try:
        await asyncio.wait([task, watch], return_when=asyncio.FIRST_COMPLETED)
        if task.done():
            return task.result()
        raise CannotFork(f"the fork hung: for {watch.result():g} seconds all its threads waited for one another")
    finally:
        task.cancel()
        watch.cancel()
        await asyncio.gather(task, watch, return_exceptions=True)


async def _hangs(pid: int) -> float:
    """Return when the process hangs: the seconds that it has done so."""
    kernels_own = set(_threads(pid))
    since, used = 0.0, -1.0
    while since < PATIENCE or (since < PATIENCE_TIMED and _waits_for_a_time(pid, kernels_own)):
        await asyncio.sleep(LOOK)
        now = _used(pid)
        since = since + LOOK if now == used and _waits_for_itself(pid, kernels_own) else 0.0
        used = now
    return since


def _used(pid: int) -> float:
    """Return the seconds that the process and its descendants have used."""
    total = 0.0
    with suppress(psutil.Error):
        process = psutil.Process(pid)
        for each in (process, *process.children(recursive=True)):
            with suppress(psutil.Error):
                total += sum(each.cpu_times()[:4])
    return total


def _threads(pid: int) -> list[str]:
    with suppress(OSError):
        return os.listdir(f"/proc/{pid}/task")  # noqa: PTH208
    return []


def _waits_for_itself(pid: int, kernels_own: set[str]) -> bool:
    """Say whether the main thread waits for a lock, and all that it has made do too. Where that cannot be seen: no."""
    return all("futex" in _waits_for(pid, thread) for thread in _its_own(pid, kernels_own))


def _waits_for_a_time(pid: int, kernels_own: set[str]) -> bool:
    """Say whether one of these threads has set a time for its wait. Where that cannot be seen: no."""
    return any(_has_timeout(pid, thread) for thread in _its_own(pid, kernels_own))


def _its_own(pid: int, kernels_own: set[str]) -> set[str]:
    return {thread for thread in _threads(pid) if thread not in kernels_own} | {str(pid)}


def _has_timeout(pid: int, thread: str) -> bool:
    """Say whether the system call that a thread is in, ``futex(2)``, was given its fourth argument, the timeout."""
    with suppress(OSError, IndexError, ValueError):
        said = Path(f"/proc/{pid}/task/{thread}/syscall").read_text().split()
        return int(said[4], 16) != 0
    return False


def _waits_for(pid: int, thread: str) -> str:
    with suppress(OSError):
        return Path(f"/proc/{pid}/task/{thread}/wchan").read_text()
    return ""
