"""Analysis for the browser, in a process of its own that stays warm: the event loop never waits for it."""

from __future__ import annotations

import asyncio
import multiprocessing
from concurrent.futures import ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from typing import Any

from nb2prod.errors import Problem

SECONDS = 60.0
"""What the analysis of one notebook may take."""


def _outline(*asked: Any) -> dict[str, Any]:
    """Be called in the other process; the analysis is imported there and not in the server."""
    from nb2prod.workflows.outline import outline

    return outline(*asked)


class Thinking:
    """One other process; a notebook that takes too long costs it its life, and the next gets a new one."""

    def __init__(self) -> None:
        self._pool: ProcessPoolExecutor | None = None

    async def outline(self, content: dict[str, Any], path: str, suggesting: bool, model: str) -> dict[str, Any]:
        """Return as ``workflows.outline`` does."""
        pool = self._pool or ProcessPoolExecutor(1, multiprocessing.get_context("spawn"))
        self._pool = pool
        work = asyncio.get_running_loop().run_in_executor(pool, _outline, content, path, suggesting, model)
        try:
            return await asyncio.wait_for(work, SECONDS)
        except (TimeoutError, BrokenProcessPool):
            self._end(pool)
            what = f"could not be understood within {SECONDS:.0f} seconds"
            return {"problems": [Problem(what, path, "split it into smaller notebooks").as_dict()]}

    def stop(self) -> None:
        """End the other process."""
        if self._pool is not None:
            self._end(self._pool)

    def _end(self, pool: ProcessPoolExecutor) -> None:
        if self._pool is pool:
            self._pool = None
        for process in list((pool._processes or {}).values()):  # the pool has no word for "now"
            process.kill()
        pool.shutdown(wait=False, cancel_futures=True)
