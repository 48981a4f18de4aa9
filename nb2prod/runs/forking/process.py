"""The process of a forked kernel: what Jupyter's manager has to know of a kernel that somebody else has started."""

from __future__ import annotations

import asyncio
import contextlib
import os
import signal
from collections.abc import Awaitable, Callable
from typing import Any

import psutil
from jupyter_client.provisioning.provisioner_base import KernelProvisionerBase

LOOK = 0.02
"""Seconds between two looks for whether it has ended."""
UNKNOWN = "unknown"
"""How a process has ended whose parent, the only one to know, is gone."""


class ForkedProcess(KernelProvisionerBase):
    """A process that is another kernel's child; ``reap`` asks that kernel how it has ended."""

    def __init__(self, pid: int, reap: Callable[[int], Awaitable[int | None]]) -> None:
        super().__init__()
        self.pid = pid
        self._reap = reap
        self._ended: Any = None
        try:
            self._process: psutil.Process | None = psutil.Process(pid)
        except psutil.Error:
            self._process = None

    @property
    def has_process(self) -> bool:
        """Whether it has not been seen to end."""
        return self._ended is None

    async def poll(self) -> Any:
        """Return ``None`` while it runs, then its exit status, negative for a signal."""
        if self._ended is None and not self._runs():
            known = await self._reap(self.pid)
            self._ended = UNKNOWN if known is None else known
        return self._ended

    async def wait(self) -> Any:
        """Return its exit status once it has ended."""
        while (ended := await self.poll()) is None:
            await asyncio.sleep(LOOK)
        return ended

    async def send_signal(self, signum: int) -> None:
        """Send a signal to its group, as Jupyter does with kernels of its own."""
        if self._ended is None:
            with contextlib.suppress(ProcessLookupError):
                os.killpg(self.pid, signum)

    async def kill(self, restart: bool = False) -> None:
        """Kill it and what it has started."""
        await self.send_signal(signal.SIGKILL)

    async def terminate(self, restart: bool = False) -> None:
        """Ask it to end."""
        await self.send_signal(signal.SIGTERM)

    async def launch_kernel(self, cmd: list[str], **kwargs: Any) -> Any:
        """It runs already."""
        raise RuntimeError("a forked kernel is not launched")

    async def cleanup(self, restart: bool = False) -> None:
        """Nothing is left of it."""

    def _runs(self) -> bool:
        with contextlib.suppress(psutil.Error):
            return (
                self._process is not None
                and self._process.is_running()
                and self._process.status() not in (psutil.STATUS_ZOMBIE, psutil.STATUS_DEAD)
            )
        return False
