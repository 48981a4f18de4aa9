"""A line for each request or a share of them, written by a thread."""

from __future__ import annotations

import logging
import random
from collections import deque
from typing import Any

from ..exchange import Exchange

WAITING = 50_000
"""Lines that wait to be written; further ones are dropped and counted."""
EVERY = 0.2
"""Seconds between two times that lines are written."""
METHODS = frozenset({"GET", "POST", "PUT", "PATCH", "DELETE", "HEAD", "OPTIONS"})


class Access:
    """Takes requests while they are answered, and has ``handler`` write them afterwards."""

    def __init__(self, share: float, handler: logging.Handler) -> None:
        self.dropped = 0
        self._share = share
        self._handler = handler
        self._waiting: deque[Exchange] = deque()

    def watch(self, exchange: Exchange) -> None:
        """Keep the request if it is one of the share, or met a bug."""
        if exchange.status < 500 and random.random() >= self._share:
            return
        if len(self._waiting) < WAITING:
            self._waiting.append(exchange)
        else:
            self.dropped += 1

    def write(self) -> None:
        """Write a line for each that waits."""
        for _ in range(len(self._waiting)):
            self._handler.handle(line(self._waiting.popleft()))


def line(exchange: Exchange) -> logging.LogRecord:
    """Return what is said of a request: nothing that its caller wrote but a plain id."""
    request: dict[str, Any] = {
        "request_id": exchange.id,
        "method": exchange.method if exchange.method in METHODS else "other",
        "route": exchange.route,
        "status": exchange.status,
        "seconds": round(exchange.seconds, 6),
        "records": len(exchange.predictions),
        "caller": exchange.caller,
    }
    level = logging.ERROR if exchange.status >= 500 else logging.INFO
    record = logging.LogRecord("access", level, "", 0, "request", (), None)
    record.request = request
    return record
