"""Ask the model about records mixed of two: in calls as short as others can wait, and no longer than it may."""

from __future__ import annotations

from collections.abc import Sequence
from time import monotonic
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ...model import DATA_ERRORS
from ...schema import parts
from .explained import Explained
from .shapley import TimeUp
from .task import Numbers
from .watched import Watched

CALL_SECONDS = 0.05
"""What a call of the model should take: whoever waits for a prediction waits that long."""
MOST = 5000
"""Records in a call."""


class Pace:
    """How many records are a call, and how long each takes; known from earlier ones."""

    def __init__(self, size: int = 100) -> None:
        self.size = size
        self.seconds = 0.0

    def note(self, records: int, seconds: float) -> None:
        """Learn from a call, unless it was a small one."""
        if 2 * records >= self.size:
            self.seconds = seconds / records
            factor = min(2.0, max(0.5, CALL_SECONDS / max(seconds, 1e-6)))
            self.size = int(min(MOST, max(1, self.size * factor)))


class Mixes:
    """Numbers for what is mixed of one record and those of the background: what ``shapley`` asks."""

    def __init__(self, model: Watched, said: Explained, pace: Pace, until: float) -> None:
        self.model = model
        self.said = said
        self.pace = pace
        self.until = until
        self.own: list[Any] = []
        """The parts of the explained record."""
        self.others: list[list[Any]] = []
        """Those of each record of the background."""

    @property
    def size(self) -> int:
        """How many mixes are a call."""
        return self.pace.size

    def has_time_for(self, mixes: int) -> bool:
        """Whether half of the time that is left is enough for so many, by what is known of the model's pace."""
        return 0 < self.pace.seconds * mixes < (self.until - monotonic()) / 2

    def __call__(self, rows: Sequence[int], masks: NDArray[np.bool_]) -> Numbers:
        """Return the numbers of each mix; see ``shapley.Ask``."""
        return self.in_calls([self._mixed(row, mask) for row, mask in zip(rows, masks.tolist(), strict=True)])

    def in_calls(self, records: list[Any]) -> Numbers:
        """Return the numbers of each record, asked in calls that are not too long; see ``numbers``."""
        found, start = [], 0
        while start < len(records):
            call = records[start : start + self.pace.size]
            found.append(self.numbers(call))
            start += len(call)
        return np.vstack(found)

    def numbers(self, records: list[Any]) -> Numbers:
        """Return the numbers of each record, NaN where the model has no answer.

        Raises:
            TimeUp: if there is no time for that.
        """
        began = monotonic()
        if began > self.until:
            raise TimeUp
        try:
            found = self.said.numbers(self.model.ask(records, scored=self.said.scored))
        except MemoryError:
            raise
        except DATA_ERRORS:
            if len(records) == 1:
                return np.full((1, len(self.said.of)), np.nan)
            half = len(records) // 2
            return np.vstack([self.numbers(records[:half]), self.numbers(records[half:])])
        self.pace.note(len(records), monotonic() - began)
        return found

    def _mixed(self, row: int, mask: Sequence[bool]) -> Any:
        """Return a record with some parts of the explained one and the rest of another."""
        both = zip(self.own, self.others[row], mask, strict=True)
        return parts.together([own if inside else other for own, other, inside in both])
