"""Arrow and Parquet in, records out: read by a process apart, which may fail as it likes."""

from __future__ import annotations

import os
import signal
from asyncio import Lock, get_running_loop, wait_for
from concurrent.futures import ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from contextlib import suppress
from importlib.util import find_spec
from multiprocessing import get_context
from typing import Any

from ...schema import REQUEST
from ..problems import ProblemError
from ..records import refuse_wrong
from ..settings import Settings
from ..unfolding import ARROW, PARQUET, Columns, Unreadable, begin, unfold
from .cells import NAMES

KINDS = {
    b"application/vnd.apache.arrow.stream": ARROW,
    b"application/vnd.apache.parquet": PARQUET,
}


class Apart:
    """The process that reads, one body at a time; started when there is something to read."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._pool: ProcessPoolExecutor | None = None
        self._process = 0
        self._one_at_a_time = Lock()

    async def records(self, kind: str, raw: bytes, said: str) -> list[Any]:
        """Return the records, which are what the schema asks for.

        Raises:
            ProblemError: 400 if the body is not what it is said to be, 413 if it unfolds to too much, 415 if nothing
                here can read it, 422 with all that is wrong with the records.
        """
        refuse_unless_possible()
        async with self._one_at_a_time:
            names, columns = await self._columns(kind, raw)
        most = self._settings.max_records
        if not columns or not 1 <= len(columns[0]) <= most:
            raise ProblemError(422, f"There must be between 1 and {most} records.")
        records = [dict(zip(names, row, strict=True)) for row in zip(*columns, strict=True)]
        await get_running_loop().run_in_executor(None, refuse_wrong, records)
        return records

    async def _columns(self, kind: str, raw: bytes) -> Columns:
        loop, limits = get_running_loop(), (self._settings.max_records, 2 * len(NAMES) + 100)
        try:
            if self._pool is None:
                settings = (self._settings.max_unfolded_bytes,)
                self._pool = ProcessPoolExecutor(1, get_context("spawn"), begin, settings)
                self._process = await loop.run_in_executor(self._pool, os.getpid)
            reading = loop.run_in_executor(self._pool, unfold, kind, raw, *limits)
            return await wait_for(reading, self._settings.answer_seconds)
        except Unreadable as error:
            raise ProblemError(error.status, error.detail) from None
        except (BrokenProcessPool, TimeoutError):
            await self.close()
            raise ProblemError(413, "The body unfolds to more than is allowed.") from None

    async def close(self) -> None:
        """End the process, whatever it does."""
        if self._pool is not None:
            self._pool.shutdown(wait=False, cancel_futures=True)
        if self._process:
            with suppress(ProcessLookupError):
                os.kill(self._process, signal.SIGTERM)
        self._pool, self._process = None, 0


def refuse_unless_possible() -> None:
    """Raise if records are no objects, or if there is no library that reads such bodies."""
    if REQUEST["kind"] not in ("table", "record"):
        raise ProblemError(415, "A record is no object here: it cannot be a row. Send application/json.")
    if find_spec("pyarrow") is None:
        raise ProblemError(415, "This service cannot read that: whoever runs it needs pip install -e '.[columnar]'.")
