"""Requests as they are answered go in, what is told of them comes out in a thread."""

from __future__ import annotations

import logging
import random
import threading
import time
from collections import deque
from collections.abc import Callable

from ..exchange import Exchange
from .traced import Traced, traced

logger = logging.getLogger(__name__)

EVERY = 0.2
"""Seconds between two looks at what waits; with TELEMETRY_MOST it bounds how much that is."""


class Tracing:
    """Keeps a share of the requests, ``most`` in a second, until a thread has sent them."""

    def __init__(self, share: float, most: int) -> None:
        self.left_out = 0
        self._share = share
        self._most = most
        self._second = 0
        self._in_second = 0
        self._waiting: deque[Traced] = deque()
        self._ends = threading.Event()
        self._thread: threading.Thread | None = None

    def watch(self, exchange: Exchange) -> None:
        """Keep the request if it belongs to a trace already, or is one of the share."""
        if random.random() >= self._share and b"traceparent" not in exchange.headers:
            return
        if self._is_one_too_many():
            self.left_out += 1
            return
        self._waiting.append(traced(exchange))

    def start(self, send: Callable[[list[Traced] | None], None]) -> None:
        """Begin to send; ``send`` is given what there is every now and then, and None at the end."""
        self._thread = threading.Thread(target=self._run, args=(send,), name="telemetry", daemon=True)
        self._thread.start()

    def stop(self) -> None:
        """Send what is left, and end."""
        self._ends.set()
        if self._thread is not None:
            self._thread.join()

    def _run(self, send: Callable[[list[Traced] | None], None]) -> None:
        ends = False
        while not ends:
            ends = self._ends.wait(EVERY)
            self._send(send, [self._waiting.popleft() for _ in range(len(self._waiting))])
        self._send(send, None)

    def _send(self, send: Callable[[list[Traced] | None], None], some: list[Traced] | None) -> None:
        try:
            send(some)
        except Exception as error:  # a trace that is lost is no reason to lose the next ones
            logger.warning("Some requests could not be traced: %s", type(error).__name__)

    def _is_one_too_many(self) -> bool:
        second = int(time.monotonic())
        if second != self._second:
            self._second, self._in_second = second, 0
        self._in_second += 1
        return self._in_second > self._most
