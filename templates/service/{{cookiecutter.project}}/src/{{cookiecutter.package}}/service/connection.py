"""One client's connection, as uvicorn has it, with what it leaves to others."""

from __future__ import annotations

import re
from asyncio import TimerHandle
from http import HTTPStatus
from typing import Any

from .eager import Eager
from .exchange import request_id
from .problems import ProblemError, problem
from .safety import ALWAYS

SECONDS_TO_ASK = 30
"""How long a client may be connected before it has asked for anything, and how long the head of a request may take."""

SECONDS_TO_READ = 30
"""How long a client may take nothing of an answer, and how long it may go on sending what was refused already."""

LARGEST_HEAD = 100_000
"""Bytes of a request's head that are waited for."""

UPGRADE = re.compile(rb"(?i)\r\nupgrade:[ \t]*h2c[ \t]*(?=\r\n)")
"""What clients such as Java's offer beside their first request: HTTP/2. Whoever does not take it reads on as if it were not
there, which the parser does not."""

SECONDS_ON_THE_WAY = 0.5
"""How long a request may be on its way when the server stops: connections that nobody uses live that much longer."""


class Connection(Eager):
    """Ends clients that never ask, never finish or never read, answers what is no HTTP as a problem, waits for what is on
    its way, and writes answers in one piece."""

    reads: TimerHandle | None = None
    """Runs out when the client has not read for too long."""
    head = 0
    """Bytes of a request's head that have come without its end."""

    def connection_made(self, transport: Any) -> None:
        """Begin; a client that says nothing is not waited for."""
        super().connection_made(transport)
        self.loop.call_later(SECONDS_TO_ASK, self.end_if_still, 0)

    def data_received(self, data: bytes) -> None:
        """Take what came; the head of a request has to end some time."""
        if b"h2c" in data and self.is_idle():
            head, end, rest = data.partition(b"\r\n\r\n")
            data = UPGRADE.sub(b"", head + end) + rest
        super().data_received(data)
        if self.in_head:
            if self.ended:  # it has begun somewhere in there, behind other requests
                self.head, data = 0, data[-1:]
            self.wait_for_head(len(data))
            return
        self.head = 0
        if self.timeout_keep_alive_task is None and self.asked and self.is_idle():  # what came was empty lines
            self.keep_alive()

    def wait_for_head(self, size: int) -> None:
        """Count what came of a head that has not ended."""
        if self.transport.is_closing():
            return
        if not self.head and self.asked:
            self.loop.call_later(SECONDS_TO_ASK, self.end_if_still, self.asked)
        self.head += size
        if self.head > LARGEST_HEAD:
            self.refuse(431, f"The head of a request must not be larger than {LARGEST_HEAD} bytes.")

    def on_response_complete(self) -> None:
        """Go on with the next request; what was answered before it had come is not read for ever."""
        self.transport.end_answer()
        if self.cycle.more_body:
            self.loop.call_later(SECONDS_TO_READ, self.end_if_still, self.asked)
        super().on_response_complete()

    def end_if_still(self, asked: int) -> None:
        """Close it if no other request has come than those before."""
        if self.asked != asked:
            return
        if self.cycle is None or self.cycle.response_complete:
            self.transport.close()
        else:
            self.loop.call_later(SECONDS_TO_ASK, self.end_if_still, asked)

    def pause_writing(self) -> None:
        """Wait for the client to read, and not for ever."""
        super().pause_writing()
        self.reads = self.loop.call_later(SECONDS_TO_READ, self.transport.abort)

    def resume_writing(self) -> None:
        """Go on: the client reads."""
        super().resume_writing()
        if self.reads is not None:
            self.reads.cancel()

    def shutdown(self) -> None:
        """Stop: at once after the answer in the making, else when nothing can be on its way any more."""
        if self.cycle is None or self.cycle.response_complete:
            self.loop.call_later(SECONDS_ON_THE_WAY, super().shutdown)
            self.loop.call_later(SECONDS_TO_READ, self.transport.abort)
        else:
            super().shutdown()

    def send_400_response(self, msg: str) -> None:
        """Answer what is no HTTP."""
        self.refuse(400, "The request is not valid HTTP.")

    def refuse(self, status: int, detail: str) -> None:
        """Say what is wrong, and end."""
        said = problem(request_id(b""), ProblemError(status, detail))
        lines = [
            f"HTTP/1.1 {status} {HTTPStatus(status).phrase}".encode(),
            b"content-type: " + said.content_type,
            b"content-length: %d" % len(said.body),
            b"connection: close",
            *(b": ".join(header) for header in ALWAYS),
        ]
        self.transport.write(b"\r\n".join([*lines, b"", said.body]))
        self.transport.close()
