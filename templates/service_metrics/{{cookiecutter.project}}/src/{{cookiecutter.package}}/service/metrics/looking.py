"""Look at what was asked and answered, beside the requests: in a thread, and when somebody collects the numbers."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable, Mapping

from .counting import Counting
from .totals import Totals
from .values import Values
from .workers import Workers

logger = logging.getLogger(__name__)

EVERY = 0.5
"""Seconds between two looks."""


class Looking:
    """Has the totals of all workers: of this one up to now, of others up to a second ago."""

    def __init__(
        self,
        counting: Counting,
        workers: Workers,
        counted: Mapping[str, tuple[str, Callable[[], float]]],
    ) -> None:
        self._counting = counting
        self._workers = workers
        self._counted = counted
        self._looked = Totals()
        self._values = Values(self._looked)
        self._lock = threading.Lock()
        self._stopped = threading.Event()
        self._thread = threading.Thread(target=self._run, name="metrics", daemon=True)

    async def start(self) -> None:
        """Begin to look every now and then."""
        self._thread.start()

    async def stop(self) -> None:
        """Look a last time, so that nothing is missing in what the other workers tell."""
        self._stopped.set()
        self._thread.join()

    def totals(self) -> Totals:
        """Return what all workers have counted."""
        with self._lock:
            return self._workers.with_others(self._look())

    def _run(self) -> None:
        ends = False
        while not ends:
            ends = self._stopped.wait(EVERY)
            try:
                with self._lock:
                    self._workers.tell(self._look())
            except Exception:  # the numbers of this moment come with the next look
                logger.exception("The numbers for /metrics could not be written down.")

    def _look(self) -> Totals:
        """Return what this worker has counted."""
        waiting = self._counting.waiting
        for _ in range(len(waiting)):
            self._values.look(*waiting.popleft())
        found = Totals({key: [*numbers] for key, numbers in self._looked.items()})
        found.add("metrics_overlooked_requests_total", (), self._counting.overlooked)
        found.add("predict_wait_seconds", (), *self._counting.waits)
        for name, (_, read) in self._counted.items():
            found.add(name, (), read())
        for (method, route, status), numbers in list(self._counting.requests.items()):
            labels = (method, route, str(status) if status else "gone")
            found.add("http_server_request_duration_seconds", labels, *numbers)
        return found
