"""A process goes in; it and all that it has started is gone when this returns, without a chance to object."""

from __future__ import annotations

import contextlib

import psutil


def kill_with_all_it_started(pid: int) -> None:
    """Kill a process and those below it, also in groups and sessions of their own, as kernels are."""
    with contextlib.suppress(psutil.Error):
        process = psutil.Process(pid)
        for each in (process, *process.children(recursive=True)):
            with contextlib.suppress(psutil.Error):
                each.kill()
