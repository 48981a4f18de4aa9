"""One load on one HTTP server: a plan as JSON on standard input, how fast and how right it answered as JSON out.

Each connection is kept open and sends its next request when the answer to the last one is there. Every answer is
compared with the expected one. A process of its own, so that a busy interpreter elsewhere is not in the figures; plain
sockets, as a client library takes longer than the services that are measured.
"""

from __future__ import annotations

import json
import math
import re
import selectors
import socket
import struct
import sys
import time
from dataclasses import dataclass, field
from typing import Any

from serving_wires import WIRES, Wire

SILENCE_SECONDS = 60
"""A server that answers nobody for so long is given up."""

READ_BYTES = 65_536

LENGTH = re.compile(rb"\r\ncontent-length: *(\d+)", re.IGNORECASE)
CHUNKED = re.compile(rb"\r\ntransfer-encoding: *chunked", re.IGNORECASE)
RIGHT = b"HTTP/1.1 200 "


@dataclass
class Exchange:
    """A request, and what has to come back."""

    sent: bytes
    expected: list[Any]
    known: bytes = b"\0"
    """The end of the last answer that was found to be right: one that ends alike is not read again."""


@dataclass
class Connection:
    """One client, and what it is waiting for."""

    socket: socket.socket
    place: int
    began: float = 0.0
    received: bytes = b""


@dataclass
class Load:
    """A server under load: its clients, what they ask, and what they have seen."""

    port: int
    wire: Wire
    exchanges: list[Exchange]
    tolerance: dict[str, float]
    connections: list[Connection] = field(default_factory=list)
    seconds: list[float] = field(default_factory=list)
    """How long each request took that was begun while it counted."""
    answered: int = 0
    wrong: int = 0
    first_wrong: str = ""

    def run(self, clients: int, warm_up: float, seconds: float) -> dict[str, Any]:
        """Load the server, and return what was seen in ``seconds``, after ``warm_up`` seconds that do not count."""
        self.connections = [self.connected(number) for number in range(clients)]
        counts = time.perf_counter() + warm_up
        ends = counts + seconds
        processor = time.process_time()
        try:
            self.loop(counts, ends)
        finally:
            for connection in self.connections:
                connection.socket.close()
        busy = (time.process_time() - processor) / (time.perf_counter() - counts + warm_up)
        self.seconds.sort()
        return {
            "answered": self.answered,
            "per_second": self.answered / seconds,
            "p50_ms": 1000 * quantile(self.seconds, 0.50),
            "p99_ms": 1000 * quantile(self.seconds, 0.99),
            "wrong": self.wrong,
            "first_wrong": self.first_wrong,
            "client_busy": busy,
        }

    def connected(self, number: int) -> Connection:
        """Open a connection; each begins elsewhere among the records."""
        sock = socket.create_connection(("127.0.0.1", self.port), SILENCE_SECONDS)
        sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        sock.setblocking(True)
        sock.setsockopt(socket.SOL_SOCKET, socket.SO_RCVTIMEO, struct.pack("ll", SILENCE_SECONDS, 0))
        return Connection(sock, number * 7 % len(self.exchanges))

    def loop(self, counts: float, ends: float) -> None:
        """Ask and read until ``ends``, then read what is still to come."""
        clock, waiting = time.perf_counter, len(self.connections)
        selector = selectors.DefaultSelector()
        for connection in self.connections:
            selector.register(connection.socket, selectors.EVENT_READ, connection)
            self.ask(connection)
        alone = self.connections if len(self.connections) == 1 else []
        while waiting:
            ready = alone or [key.data for key, _ in selector.select(SILENCE_SECONDS)]
            if not ready:
                raise TimeoutError(f"no answer for {SILENCE_SECONDS} s")
            for connection in ready:
                if not self.read(connection):
                    continue
                now = clock()
                if connection.began >= counts:
                    self.seconds.append(now - connection.began)
                self.answered += counts <= now < ends
                connection.place = (connection.place + 1) % len(self.exchanges)
                if now < ends:
                    self.ask(connection)
                else:
                    waiting -= 1
                    selector.unregister(connection.socket)

    def ask(self, connection: Connection) -> None:
        """Send the connection's next request."""
        connection.received = b""
        connection.began = time.perf_counter()
        connection.socket.sendall(self.exchanges[connection.place].sent)

    def read(self, connection: Connection) -> bool:
        """Read what has come; say whether the answer is whole, and look whether it is right."""
        try:
            data = connection.socket.recv(READ_BYTES)
        except BlockingIOError:
            raise TimeoutError(f"no answer for {SILENCE_SECONDS} s") from None
        if not data:
            raise ConnectionError(f"the connection was closed, with no answer after {connection.received[:200]!r}")
        exchange = self.exchanges[connection.place]
        if not connection.received and data.endswith(exchange.known) and data.startswith(RIGHT):
            return True
        connection.received += data
        head, end, rest = connection.received.partition(b"\r\n\r\n")
        body = whole(head, rest) if end else None
        if body is None:
            return False
        problem = self.problem(exchange, head, body)
        if problem is None:
            exchange.known = end + rest
        else:
            self.wrong += 1
            self.first_wrong = self.first_wrong or problem
        return True

    def problem(self, exchange: Exchange, head: bytes, body: bytes) -> str | None:
        """Say what is wrong with an answer."""
        if not head.startswith(RIGHT):
            return f"{head.splitlines()[0].decode('latin-1')}: {body[:300].decode('utf-8', 'replace')}"
        try:
            return difference(self.wire.predictions(body), exchange.expected, self.tolerance)
        except ValueError as error:
            return str(error)


def whole(head: bytes, rest: bytes) -> bytes | None:
    """Return the body of an answer, or nothing while a part of it is still to come."""
    length = LENGTH.search(head)
    if length is not None:
        return rest if len(rest) >= int(length[1]) else None
    if not CHUNKED.search(head):
        raise ConnectionError(f"an answer that does not say how long it is: {head[:200]!r}")
    body = b""
    while True:
        size, end, rest = rest.partition(b"\r\n")
        if not end or len(rest) < int(size, 16) + 2:
            return None
        if not int(size, 16):
            return body
        body, rest = body + rest[: int(size, 16)], rest[int(size, 16) + 2 :]


def difference(actual: Any, expected: Any, tolerance: dict[str, float], where: str = "answer") -> str | None:
    """Say where two answers differ: labels, integers and texts must be the same, floats agree within the tolerance."""
    if isinstance(expected, list) and isinstance(actual, list):
        if len(actual) != len(expected):
            return f"{where}: {len(actual)} items instead of {len(expected)}"
        pairs = [(f"{where}[{n}]", *pair) for n, pair in enumerate(zip(actual, expected, strict=True))]
    elif isinstance(expected, dict) and isinstance(actual, dict):
        if actual.keys() != expected.keys():
            return f"{where}: {sorted(actual)} instead of {sorted(expected)}"
        pairs = [(f"{where}.{key}", actual[key], expected[key]) for key in expected]
    elif isinstance(expected, float) and isinstance(actual, int | float) and not isinstance(actual, bool):
        close = math.isclose(actual, expected, rel_tol=tolerance["relative"], abs_tol=tolerance.get("floor", 0.0))
        return None if close else f"{where}: {actual!r} instead of {expected!r}"
    else:
        same = type(actual) is type(expected) and actual == expected
        return None if same else f"{where}: {actual!r} instead of {expected!r}"
    found = (difference(value, wanted, tolerance, place) for place, value, wanted in pairs)
    return next((text for text in found if text), None)


def quantile(ordered: list[float], share: float) -> float:
    """Return the smallest of all values that is not exceeded by ``share`` of them; not a number if there are none."""
    return ordered[max(0, math.ceil(share * len(ordered)) - 1)] if ordered else math.nan


def main() -> None:
    """Read the plan, run it, write what was seen."""
    plan = json.load(sys.stdin)
    wire = WIRES[plan["wire"]]
    exchanges = [Exchange(wire.request(each["records"]), each["expected"]) for each in plan["exchanges"]]
    load = Load(plan["port"], wire, exchanges, plan["tolerance"])
    try:
        seen = load.run(plan["clients"], plan["warm_up"], plan["seconds"])
    except OSError as error:
        raise SystemExit(f"{type(error).__name__}: {error}") from None
    json.dump(seen, sys.stdout)


if __name__ == "__main__":
    main()
