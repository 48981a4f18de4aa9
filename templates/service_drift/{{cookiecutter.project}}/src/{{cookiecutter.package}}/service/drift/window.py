"""Requests in, the last of them as counts of cells out: a queue that takes microseconds, and a window that slides."""

from __future__ import annotations

import time
from collections import deque
from collections.abc import Sequence
from typing import Any

from ..exchange import Exchange
from .columns import Column, flat

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


class Window:
    """The last ``size`` records, each as the cells that its values belong to."""

    def __init__(self, columns: Sequence[Column], answers: Sequence[Column], size: int) -> None:
        self._columns, self._answers, self._size = columns, answers, size
        self._rows: deque[tuple[float, bytes]] = deque()
        self.counts = [[0] * (len(each.bounds) + 2) for each in (*columns, *answers)]

    def add(self, record: Any, prediction: Any) -> None:
        """Let a record in, and the oldest one out."""
        asked, answered = dict(flat(record)), dict(flat(prediction))
        cells = bytes(
            [
                *(column.cell(asked.get(column.name)) for column in self._columns),
                *(column.cell(answered.get(column.name)) for column in self._answers),
            ]
        )
        self._rows.append((time.time(), cells))
        self._count(cells, 1)
        if len(self._rows) > self._size:
            self._count(self._rows.popleft()[1], -1)

    def _count(self, cells: bytes, rows: int) -> None:
        for counts, cell in zip(self.counts, cells, strict=True):
            counts[cell] += rows

    @property
    def since(self) -> float | None:
        """When the oldest record came, in seconds since 1970."""
        return self._rows[0][0] if self._rows else None
