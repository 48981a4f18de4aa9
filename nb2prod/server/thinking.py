"""Analysis for the browser, in a process of its own that stays warm: the event loop never waits for it."""

from __future__ import annotations

import asyncio
import gc
import multiprocessing
import os
import threading
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from contextlib import suppress
from typing import Any

from nb2prod.errors import Problem

SECONDS = 60.0
"""What the analysis of one notebook may take, from when it is its turn."""

ANSWERS_TO_A_COLLECTION = 10
"""After so many answers the garbage collector looks through what they have left: while they are read, not before."""
ANSWERS_TO_A_FULL_ONE = 100
"""After so many it looks through everything, which may take longer than an answer: when nobody asks."""
IDLE = 1.0
"""Seconds without being asked that are taken for nobody asking."""


def _outline(*asked: Any) -> dict[str, Any]:
    """Be called in the other process; the analysis is imported there and not in the server."""
    from nb2prod.workflows.outline import outline

    return outline(*asked)


def _running(*asked: Any) -> dict[str, Any]:
    """Be called in the other process."""
    from nb2prod.workflows.running import running

    return running(*asked)


def _found(*asked: Any) -> dict[str, Any]:
    """Be called in the other process."""
    from nb2prod.workflows.edited import found_in

    return found_in(*asked)


def _fix(*asked: Any) -> dict[str, Any]:
    """Be called in the other process."""
    from nb2prod.workflows.edited import fix_in

    return fix_in(*asked)


def _page(*asked: Any) -> dict[str, Any]:
    """Be called in the other process."""
    from nb2prod.workflows.edited import page_of

    return page_of(*asked)


def _run_form(content: dict[str, Any], path: str, typed: dict[str, Any]) -> dict[str, Any]:
    """Be called in the other process."""
    from nb2prod.workflows.asking_for_runs import Typed, run_form

    return run_form(content, path, Typed(**typed))


def _runs(*asked: Any) -> dict[str, Any]:
    """Be called in the other process."""
    from nb2prod.workflows.runs_of_notebook import runs_of

    return runs_of(*asked)


def _run(*asked: Any) -> dict[str, Any]:
    """Be called in the other process."""
    from nb2prod.workflows.runs_of_notebook import run_of

    return run_of(*asked)


def _run_output(*asked: Any) -> dict[str, Any]:
    """Be called in the other process."""
    from nb2prod.workflows.runs_of_notebook import output_of

    return output_of(*asked)


def _comparison(*asked: Any) -> dict[str, Any]:
    """Be called in the other process."""
    from nb2prod.workflows.runs_of_notebook import comparison_of

    return comparison_of(*asked)


def _begin() -> None:
    """Be called in the other process, before anything else."""
    gc.disable()
    threading.Thread(target=_end_with_the_server, daemon=True).start()


def _end_with_the_server() -> None:
    """End this process when the server is gone, however it went: a pool alone outlives one that is killed."""
    if (server := multiprocessing.parent_process()) is not None:
        server.join()
        os._exit(0)


def _collect(pool: ProcessPoolExecutor, generation: int) -> None:
    with suppress(BrokenProcessPool, RuntimeError):  # whatever has ended the process since; RuntimeError: we did
        pool.submit(gc.collect, generation)


class Thinking:
    """One other process; a notebook that takes too long costs it its life, and the next gets a new one."""

    def __init__(self, seconds: float = SECONDS, doing: str = "understood") -> None:
        """``doing`` is what could not be done where it takes longer than so many ``seconds``."""
        self._seconds = seconds
        self._doing = doing
        self._pool: ProcessPoolExecutor | None = None
        self._answers = 0
        self._full: asyncio.TimerHandle | None = None
        self._turn = asyncio.Lock()

    async def outline(self, content: dict[str, Any], path: str, suggesting: bool, model: str) -> dict[str, Any]:
        """Return as ``workflows.outline`` does."""
        return await self._think(_outline, path, content, path, suggesting, model)

    async def running(self, content: dict[str, Any], path: str, kernel: str) -> dict[str, Any]:
        """Return as ``workflows.running`` does."""
        return await self._think(_running, path, content, path, kernel)

    async def findings(self, content: dict[str, Any], path: str) -> dict[str, Any]:
        """Return as ``workflows.edited.found_in`` does."""
        return await self._think(_found, path, content, path)

    async def fix(self, content: dict[str, Any], path: str, asked: dict[str, Any] | None) -> dict[str, Any]:
        """Return as ``workflows.edited.fix_in`` does."""
        return await self._think(_fix, path, content, path, asked)

    async def page(self, code: str) -> dict[str, Any]:
        """Return as ``workflows.edited.page_of`` does."""
        return await self._think(_page, "", code)

    async def run_form(self, content: dict[str, Any], path: str, typed: dict[str, Any]) -> dict[str, Any]:
        """Return as ``workflows.asking_for_runs.run_form`` does; ``typed`` are the fields of its ``Typed``."""
        return await self._think(_run_form, path, content, path, typed)

    async def runs(self, notebook: str, root: str, limit: int) -> dict[str, Any]:
        """Return as ``workflows.runs_of_notebook.runs_of`` does."""
        return await self._think(_runs, notebook, notebook, root, limit)

    async def run(self, notebook: str, root: str, run: str) -> dict[str, Any]:
        """Return as ``workflows.runs_of_notebook.run_of`` does."""
        return await self._think(_run, notebook, notebook, root, run)

    async def run_output(self, notebook: str, root: str, run: str) -> dict[str, Any]:
        """Return as ``workflows.runs_of_notebook.output_of`` does."""
        return await self._think(_run_output, notebook, notebook, root, run)

    async def comparison(self, notebook: str, root: str, one: str, other: str) -> dict[str, Any]:
        """Return as ``workflows.runs_of_notebook.comparison_of`` does."""
        return await self._think(_comparison, notebook, notebook, root, one, other)

    async def _think(self, work: Callable[..., dict[str, Any]], path: str, *asked: Any) -> dict[str, Any]:
        async with self._turn:
            if self._full is not None:
                self._full.cancel()
            pool = self._pool = self._pool or ProcessPoolExecutor(
                1, multiprocessing.get_context("spawn"), initializer=_begin
            )
            try:
                # in here: one that was ended while nobody asked it anything is found out now
                thought = asyncio.get_running_loop().run_in_executor(pool, work, *asked)
                answer = await asyncio.wait_for(thought, self._seconds)
                self._clean(pool)
                return answer
            except TimeoutError:
                what = f"could not be {self._doing} within {self._seconds:.0f} seconds"
                remedy = "split it into smaller notebooks" if self._doing == "understood" else "try again"
            except BrokenProcessPool:
                what = f"could not be {self._doing}: the process that read it was ended from outside"
                remedy = "try again; if it happens again, the machine may lack memory"
            self._end(pool)
            return {"problems": [Problem(what, path, remedy).as_dict()]}

    def _clean(self, pool: ProcessPoolExecutor) -> None:
        """Collect the garbage of some answers, and when nobody asks for a while, of all."""
        self._answers += 1
        if self._answers % ANSWERS_TO_A_COLLECTION == 0:
            _collect(pool, 1)  # not among all that is kept
        if self._answers >= ANSWERS_TO_A_FULL_ONE:
            self._full = asyncio.get_running_loop().call_later(IDLE, self._clean_all, pool)

    def _clean_all(self, pool: ProcessPoolExecutor) -> None:
        self._answers = 0
        _collect(pool, 2)

    def _end(self, pool: ProcessPoolExecutor) -> None:
        self._pool = None
        for process in list((pool._processes or {}).values()):  # the pool has no word for "now"
            process.kill()
        pool.shutdown(wait=False, cancel_futures=True)
