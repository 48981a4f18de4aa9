"""What was asked and answered and is not written yet: a queue that does not grow without end."""

from __future__ import annotations

import random
import time
from collections import deque
from collections.abc import Sequence
from typing import Any, NamedTuple

from ..exchange import Exchange


class Answered(NamedTuple):
    """A request that was answered."""

    at: float
    """Seconds since 1970."""
    id: str
    caller: str
    seconds: float
    records: list[Any]
    predictions: list[Any]
    places: Sequence[int]
    """Of the records in what was sent."""


class Waiting:
    """Takes a share of the requests, ``most`` in a second, until ``limit`` records are waiting."""

    def __init__(self, share: float, most: int, limit: int) -> None:
        self.queue: deque[Answered] = deque()
        self.dropped = 0
        """Records for which there was no place."""
        self.left_out = 0
        """Records of requests beyond the most in a second."""
        self._share = share
        self._most = most
        self._second = 0
        self._in_second = 0
        self._limit = limit
        self._put = 0
        self._taken = 0

    def watch(self, exchange: Exchange) -> None:
        """Keep the request, if it was answered and is one of the share."""
        number = len(exchange.predictions)
        if not number or (self._share < 1 and random.random() >= self._share):
            return
        at = time.time()
        if self._is_one_too_many(int(at)):
            self.left_out += number
            return
        if self._put - self._taken + number > self._limit:
            self.dropped += number
            return
        self._put += number
        self.queue.append(
            Answered(
                at,
                exchange.id,
                exchange.caller,
                exchange.seconds,
                exchange.records,
                exchange.predictions,
                range(number) if exchange.places is None else exchange.places,
            )
        )

    def _is_one_too_many(self, second: int) -> bool:
        if second != self._second:
            self._second, self._in_second = second, 0
        self._in_second += 1
        return self._in_second > self._most

    def take(self, number: int) -> list[Answered]:
        """Return the requests that came first, with about that many records. They wait until they are ``done``."""
        found: list[Answered] = []
        while self.queue and number > 0:
            found.append(self.queue.popleft())
            number -= len(found[-1].records)
        return found

    def done(self, answered: list[Answered]) -> None:
        """Make place for others."""
        self._taken += sum(len(each.predictions) for each in answered)

    def __len__(self) -> int:
        """Return how many records are waiting."""
        return self._put - self._taken
