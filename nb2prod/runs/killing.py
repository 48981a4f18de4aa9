"""A process goes in; it and all that it has started is gone when this returns, without a chance to object."""

from __future__ import annotations

import contextlib
import time

import psutil

PATIENCE = 10.0
"""Seconds for the system to take away what was killed."""
STARTING = 1.0
"""Seconds for a process to have a command line: for a moment after it has begun its program, it has none yet."""


def kill_with_all_it_started(pid: int) -> None:
    """Kill a process and those below it, also in groups and sessions of their own, as kernels are."""
    with contextlib.suppress(psutil.Error):
        process = psutil.Process(pid)
        for each in (process, *process.children(recursive=True)):
            with contextlib.suppress(psutil.Error):
                each.kill()


def kill_ours_that_name(word: str) -> None:
    """Kill the processes below this one that have a word on their command line, and wait until they are gone."""
    until = time.monotonic() + STARTING
    while True:
        found, unnamed = [], False
        for each in psutil.Process().children(recursive=True):
            with contextlib.suppress(psutil.Error):
                words = each.cmdline()
                unnamed |= not words
                if any(word in part for part in words):
                    each.kill()
                    found.append(each)
        psutil.wait_procs(found, timeout=PATIENCE)
        if not unnamed or time.monotonic() > until:
            return
        time.sleep(0.01)
