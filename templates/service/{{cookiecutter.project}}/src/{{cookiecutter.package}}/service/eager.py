"""Requests that come whole, behind a head that is known: answered within the call that brings them, without a task."""

from __future__ import annotations

from http import HTTPStatus
from typing import Any

from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

from .exchange import Exchange, Reply, Whole
from .heads import END, Head
from .safety import lines
from .sending import Together
from .transport import Joining

BEGINS = {each.value: b"HTTP/1.1 %d %b\r\n" % (each, each.phrase.encode()) for each in HTTPStatus}


class Eager(HttpToolsProtocol):
    """Has the application begin with such requests. Everything else goes uvicorn's way, and so does what has to wait."""

    in_head = False
    """Whether the head of a request has begun and not ended."""
    in_message = False
    """The same of all of a request: what was answered before its body came is followed by that, not by another request."""
    ended = False
    """Whether some request has ended within the piece that is read now."""
    asked = 0
    """Requests that have come, or their heads."""
    _asked_then = 0
    _piece = b""
    _begun: Any = None
    _front: Any = None
    _servers: Any = None
    _servers_lines = b""

    def connection_made(self, transport: Any) -> None:
        """Begin. Where something stands before the application, that is asked, in uvicorn's way."""
        super().connection_made(transport)
        self.transport: Any = Joining(transport)
        if hasattr(self.app, "begin"):
            self._front = self.app
            if self._front.together is None or self._front.together.loop is not self.loop:
                self._front.together = Together(self.loop)

    def is_idle(self) -> bool:
        """Say whether everything that has come was answered, and what comes next is another request."""
        return not self.in_message and (self.cycle is None or self.cycle.response_complete)

    def data_received(self, data: bytes) -> None:
        """Answer, or take what came."""
        self.ended, self._piece = False, b""
        if self._front is not None and self.is_idle():
            head, _, body = data.partition(END)
            known = self._front.heads.get(head)
            if known is None:
                self._piece = data
            elif len(body) == known.length and not self.flow.write_paused and self.answered(known, body):
                return
        super().data_received(data)

    def answered(self, head: Head, body: bytes) -> bool:
        """Begin to answer, and say whether that was all."""
        if self._front.service.draining:
            return False  # which the answer would have to say
        scope = {**head.said, "server": self.server, "client": self.client, "state": self.app_state.copy()}
        exchange = Exchange(scope, Whole(body))
        begun = self._front.begin(exchange)
        if type(begun) is not Reply:
            self._begun = begun
            return False
        self.asked += 1
        self.write_whole(exchange, begun)
        self._front.end(exchange)
        self.server_state.total_requests += 1
        if self.timeout_keep_alive_task is None:
            self.keep_alive()
        return True

    def on_message_begin(self) -> None:
        """Note it."""
        self.in_head = self.in_message = True
        super().on_message_begin()

    def on_headers_complete(self) -> None:
        """Note it, and go on with what has begun."""
        self.in_head = False
        self.asked += 1
        begun, self._begun = self._begun, None
        if begun is not None:
            self.scope["begun"] = begun
        super().on_headers_complete()
        if begun is not None:
            begun.exchange.receive.rest = self.cycle.receive

    def on_message_complete(self) -> None:
        """Note it, and what the head was, if the next one like it may be answered so."""
        head, _, body = self._piece.partition(END)
        self._piece, self.ended, self.in_message = b"", True, False
        if head and self.cycle is not None and self.cycle.body == body and self.is_plain():
            self._front.heads.remember(head, body, self.scope)
        super().on_message_complete()

    def is_plain(self) -> bool:
        """Say whether a request asks for nothing but an answer, and the connection goes on."""
        parser = self.parser
        asks_more = parser.should_upgrade() or self.expect_100_continue
        return parser.should_keep_alive() and not asks_more and self.limit_concurrency is None

    def keep_alive(self) -> None:
        """Keep the connection for a while, for another request."""
        self._asked_then = self.asked
        self.timeout_keep_alive_task = self.loop.call_later(
            self.timeout_keep_alive, self.timeout_keep_alive_handler
        )

    def timeout_keep_alive_handler(self) -> None:
        """Close the connection, unless there was another: what is answered at once stops no clock."""
        if self.asked == self._asked_then:
            super().timeout_keep_alive_handler()
        else:
            self.keep_alive()

    def on_response_complete(self) -> None:
        """Go on with the next request."""
        self._asked_then = self.asked
        super().on_response_complete()

    def write_whole(self, exchange: Exchange, reply: Reply) -> None:
        """Write an answer with the headers that it would have in uvicorn's way, all of them the service's own words."""
        front, servers = self._front, self.server_state.default_headers
        if self._servers is not servers:
            self._servers, self._servers_lines = servers, lines(servers)
        answer = b"%b%bcontent-type: %b\r\nx-request-id: %b\r\n%b%bcontent-length: %d\r\n\r\n%b" % (
            BEGINS[reply.status],
            self._servers_lines,
            reply.content_type,
            exchange.id.encode(),
            lines(reply.headers),
            front.always_lines,
            len(reply.body),
            reply.body,
        )
        self.transport.write_soon(answer, front.together)
