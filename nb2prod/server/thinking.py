"""Analysis for the browser, in a process of its own that stays warm: the event loop never waits for it."""

from __future__ import annotations

import asyncio
import multiprocessing
from concurrent.futures import ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from pathlib import Path
from typing import Any

from nb2prod.errors import Nb2ProdError, Problem

SECONDS = 60.0
"""What the analysis of one notebook may take."""


def outline(content: dict[str, Any], path: str, suggesting: bool, model: str) -> dict[str, Any]:
    """Return what ``nb2prod sections --json`` says of a notebook, or its problems; called in the other process."""
    from nb2prod.analysis.cells import describe_cells
    from nb2prod.analysis.dataflow import analyse
    from nb2prod.notebook.read import notebook_of
    from nb2prod.workflows.as_data import sections_as_dict, suggested_as_dict
    from nb2prod.workflows.suggesting import suggested_for

    try:
        notebook = notebook_of(content, Path(path))
        if suggesting:
            found = suggested_for(notebook, model or None)
            return suggested_as_dict(sections_as_dict(found.cells, found.dataflow.edges), found)
        flow = analyse(notebook)
        return sections_as_dict(describe_cells(notebook, flow), flow.edges)
    except Nb2ProdError as error:
        return {"problems": [problem.as_dict() for problem in error.problems]}
    except RecursionError:
        return {"problems": [Problem("is nested too deeply to be understood", path).as_dict()]}


class Thinking:
    """One other process; a notebook that takes too long costs it its life, and the next gets a new one."""

    def __init__(self) -> None:
        self._pool: ProcessPoolExecutor | None = None

    async def outline(self, content: dict[str, Any], path: str, suggesting: bool, model: str) -> dict[str, Any]:
        """Return as :func:`outline` does."""
        pool = self._pool or ProcessPoolExecutor(1, multiprocessing.get_context("spawn"))
        self._pool = pool
        work = asyncio.get_running_loop().run_in_executor(pool, outline, content, path, suggesting, model)
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
