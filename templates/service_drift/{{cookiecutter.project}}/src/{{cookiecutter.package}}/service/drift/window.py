"""Records in, the last of them as counts of cells out: a window that slides."""

from __future__ import annotations

import time
from collections import deque
from collections.abc import Sequence
from typing import Any

from .column import Column
from .places import flat


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
