"""Requests in, a queue of some of their records out: it takes a microsecond of each."""

from __future__ import annotations

from collections import deque
from typing import Any

from ..exchange import Exchange

QUEUE = 10_000
"""Requests that wait to be looked at; where nobody looks, the oldest go."""


class Sample:
    """Keeps at most so many records of each second."""

    def __init__(self, most: int) -> None:
        self.waiting: deque[tuple[list[Any], list[Any]]] = deque(maxlen=QUEUE)
        self._most = most
        self._second = 0
        self._left = most

    def watch(self, exchange: Exchange) -> None:
        """Keep the records of a request that was answered, or every other one of them, as there is room."""
        predictions = exchange.predictions
        if not predictions:
            return
        second = int(exchange.started)
        if second != self._second:
            self._second, self._left = second, self._most
        if self._left > 0:
            step = -(-len(predictions) // self._left)
            self._left -= -(-len(predictions) // step)
            self.waiting.append((exchange.records[::step], predictions[::step]))
