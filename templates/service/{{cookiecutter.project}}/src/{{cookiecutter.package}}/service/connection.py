"""One client's connection, as uvicorn has it, with four things that it leaves to others."""

from __future__ import annotations

from asyncio import BaseTransport
from typing import Any

from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

from .exchange import request_id
from .problems import ProblemError, problem
from .safety import ALWAYS
from .transport import Joining

SECONDS_TO_ASK = 30
"""How long a client may be connected before it has asked for anything."""

SECONDS_ON_THE_WAY = 0.5
"""How long a request may be on its way when the server stops: connections that nobody uses live that much longer."""


class Connection(HttpToolsProtocol):
    """Ends clients that never ask, answers what is no HTTP as a problem, waits for what is on its way, and writes answers in
    one piece."""

    def connection_made(self, transport: Any) -> None:
        """Begin; a client that says nothing is not waited for."""
        super().connection_made(transport)
        self.transport = Joining(transport)
        self.loop.call_later(SECONDS_TO_ASK, self.end_if_silent, transport)

    def on_response_complete(self) -> None:
        """Go on with the next request."""
        self.transport.end_answer()
        super().on_response_complete()

    def end_if_silent(self, transport: BaseTransport) -> None:
        """Close it if no request has come."""
        if self.cycle is None:
            transport.close()

    def shutdown(self) -> None:
        """Stop: at once after the answer in the making, else when nothing can be on its way any more."""
        if self.cycle is None or self.cycle.response_complete:
            self.loop.call_later(SECONDS_ON_THE_WAY, super().shutdown)
        else:
            super().shutdown()

    def send_400_response(self, msg: str) -> None:
        """Answer what is no HTTP."""
        said = problem(request_id(b""), ProblemError(400, "The request is not valid HTTP."))
        lines = [
            b"HTTP/1.1 400 Bad Request",
            b"content-type: " + said.content_type,
            b"content-length: %d" % len(said.body),
            b"connection: close",
            *(b": ".join(header) for header in ALWAYS),
        ]
        self.transport.write(b"\r\n".join([*lines, b"", said.body]))
        self.transport.close()
