"""Count requests as they are answered: plain numbers, since this is within each answer's time."""

from __future__ import annotations

from bisect import bisect_left
from collections import deque
from typing import Any

from ..exchange import Exchange
from .values import Values

SECONDS = (0.005, 0.01, 0.025, 0.05, 0.075, 0.1, 0.25, 0.5, 0.75, 1.0, 2.5, 5.0, 7.5, 10.0)
"""Upper bounds of OpenTelemetry's ``http.server.request.duration``."""
METHODS = {name: name for name in ("GET", "POST", "PUT", "PATCH", "DELETE", "HEAD", "OPTIONS")}
FEW = 10
"""Records that are looked at within the answer's time, which costs less than keeping them: most requests have one."""
WAITING = 100_000
"""Larger requests whose records wait to be looked at; more would only be there if nobody looked any more."""


class Counting:
    """Counts requests at once, and keeps what was asked and answered by large ones for whoever looks at it later."""

    def __init__(self) -> None:
        self.requests: dict[tuple[str, str, int], list[float]] = {}
        """By method, route and status: how many took up to each of ``SECONDS``, how many longer, all seconds."""
        self.values = Values()
        self.waiting: deque[tuple[list[Any], list[Any], list[Any] | None]] = deque()
        """Records, predictions, and what is unusual in the records where somebody has looked."""
        self.waits = [0.0] * (len(SECONDS) + 2)
        """How long requests waited for the model, in the same way."""
        self.overlooked = 0

    def watch(self, exchange: Exchange) -> None:
        """Count a request. A caller's own words become no label: any method and any path could be asked for."""
        key = (METHODS.get(exchange.method, "_OTHER"), exchange.route, exchange.status)
        numbers = self.requests.get(key)
        if numbers is None:
            numbers = self.requests[key] = [0.0] * (len(SECONDS) + 2)
        seconds = exchange.seconds
        numbers[bisect_left(SECONDS, seconds)] += 1
        numbers[-1] += seconds
        if exchange.waited:
            self.waits[bisect_left(SECONDS, exchange.waited)] += 1
            self.waits[-1] += exchange.waited
        predictions = exchange.predictions
        if predictions and len(predictions) <= FEW:
            self.values.look(exchange.records, predictions, exchange.flags)
        elif predictions:
            if len(self.waiting) < WAITING:
                self.waiting.append((exchange.records, predictions, exchange.flags))
            else:
                self.overlooked += 1
