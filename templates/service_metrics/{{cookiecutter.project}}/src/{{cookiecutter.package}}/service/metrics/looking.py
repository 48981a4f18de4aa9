"""Look at what was asked and answered, beside the requests: in a thread, and when somebody collects the numbers."""

from __future__ import annotations

import threading
from collections.abc import Callable, Mapping

from ..workers import Workers
from .counting import Counting
from .totals import Totals
from .values import Values


class Looking:
    """Has the totals of all workers: of this one up to now, of others up to a second ago, or when they ended."""

    def __init__(
        self,
        counting: Counting,
        workers: Workers,
        counted: Mapping[str, tuple[str, Callable[[], float]]],
    ) -> None:
        self._counting = counting
        self._workers = workers
        self._counted = counted
        self._values = Values()
        self._lock = threading.Lock()

    def tell(self) -> Totals:
        """Let the other workers know what this one has counted, and return it."""
        with self._lock:
            found = self._look()
            self._workers.tell(found.as_data())
            return found

    def totals(self) -> Totals:
        """Return what all workers have counted."""
        together = self.tell()  # first, so that who asks another worker next finds no less
        for told in self._workers.others():
            together.add_all(Totals.from_data(told))
        return together

    def _look(self) -> Totals:
        """Return what this worker has counted."""
        waiting = self._counting.waiting
        for _ in range(len(waiting)):
            self._values.look(*waiting.popleft())
        found = Totals({key: [*numbers] for key, numbers in self._values.totals.items()})
        found.add_all(Totals(list(self._counting.values.totals.items())))
        found.add("metrics_overlooked_requests_total", (), self._counting.overlooked)
        found.add("predict_wait_seconds", (), *self._counting.waits)
        for name, (_, read) in self._counted.items():
            found.add(name, (), read())
        for (method, route, status), numbers in list(self._counting.requests.items()):
            labels = (method, route, str(status) if status else "gone")
            found.add("http_server_request_duration_seconds", labels, *numbers)
        return found
