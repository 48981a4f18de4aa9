"""What is done beside the requests: one thing, again and again, in a thread of its own."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable

from anyio.to_thread import run_sync

logger = logging.getLogger(__name__)


class Beside:
    """Does it at once and every so many seconds; where it fails that is logged, and it is done again."""

    def __init__(self, name: str, seconds: float, do: Callable[[], object]) -> None:
        self._seconds, self._do = seconds, do
        self._ends = threading.Event()
        self._thread = threading.Thread(target=self._run, name=name, daemon=True)

    async def start(self) -> None:
        """Begin."""
        self._thread.start()

    async def stop(self) -> None:
        """End; what is being done is waited for."""
        self._ends.set()
        await run_sync(self._thread.join)

    def _run(self) -> None:
        while not self._ends.is_set():
            try:
                self._do()
            except Exception:
                logger.exception("What is done for %s failed.", self._thread.name)
            self._ends.wait(self._seconds)
