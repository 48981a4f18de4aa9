"""Requests as they are answered go in, what is told of them waits until somebody takes it."""

from __future__ import annotations

import random
import time
from collections import deque

from ..exchange import Exchange
from .traced import Traced, traced


class Tracing:
    """Keeps a share of the requests, ``most`` in a second."""

    def __init__(self, share: float, most: int) -> None:
        self.left_out = 0
        self._share = share
        self._most = most
        self._second = 0
        self._in_second = 0
        self._waiting: deque[Traced] = deque()

    def watch(self, exchange: Exchange) -> None:
        """Keep the request if it belongs to a trace already, or is one of the share."""
        if random.random() >= self._share and b"traceparent" not in exchange.headers:
            return
        if self._is_one_too_many():
            self.left_out += 1
            return
        self._waiting.append(traced(exchange))

    def taken(self) -> list[Traced]:
        """Take what there is."""
        return [self._waiting.popleft() for _ in range(len(self._waiting))]

    def _is_one_too_many(self) -> bool:
        second = int(time.monotonic())
        if second != self._second:
            self._second, self._in_second = second, 0
        self._in_second += 1
        return self._in_second > self._most
