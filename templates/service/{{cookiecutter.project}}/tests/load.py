"""Requests for predictions, so many a second whatever becomes of them; counts of what was answered come out."""

from __future__ import annotations

import json
import queue
import threading
import time
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from http.client import HTTPConnection, HTTPException

from .in_one_piece import InOnePiece
from .parity import REQUESTS

BODY = json.dumps({"records": REQUESTS[:1]})
KEPT = 8
"""Connections that are used again and again, in turn, each request in one piece; half of the requests have a connection
of their own, and come in two."""
AT_ONCE = 100


class Load:
    """An open loop: a request is due at its time, and late answers hold up no other."""

    def __init__(self, port: int) -> None:
        self.port = port
        self.kept: queue.SimpleQueue[HTTPConnection] = queue.SimpleQueue()
        for _ in range(KEPT):
            self.kept.put(InOnePiece("127.0.0.1", port, timeout=60))
        self.lock = threading.Lock()
        self.counts: Counter[str] = Counter()
        self.seconds: list[float] = []

    def run(self, rate: float, over: threading.Event) -> None:
        """Ask until told to stop; then wait for the answers."""
        began, number = time.monotonic(), 0
        with ThreadPoolExecutor(AT_ONCE) as threads:
            while not over.wait(max(0, began + number / rate - time.monotonic())):
                threads.submit(self.ask, began + number / rate, keeps=bool(number % 2))
                number += 1

    def ask(self, due: float, *, keeps: bool) -> None:
        """Ask once. What fails is not asked again: it is counted."""
        connection = self.kept.get() if keeps else HTTPConnection("127.0.0.1", self.port, timeout=60)
        try:
            connection.request("POST", "/predict", BODY, {"content-type": "application/json"})
            response = connection.getresponse()
            response.read()
            said = str(response.status)
        except (OSError, HTTPException) as error:
            said = type(error).__name__
            connection.close()
        if keeps:
            self.kept.put(connection)
        else:
            connection.close()
        with self.lock:
            self.counts[said] += 1
            self.seconds.append(time.monotonic() - due)
