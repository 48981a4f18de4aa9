"""Where requests come in: an id for each, guards, answers at once or by FastAPI, and watchers."""

from __future__ import annotations

import time
from asyncio import wait_for
from collections.abc import AsyncGenerator, Awaitable
from contextlib import aclosing
from typing import NamedTuple

from starlette.routing import Match
from starlette.types import Message, Receive, Scope, Send

from . import problems
from .body import rest_of
from .exchange import Answer, Exchange, Reply
from .heads import Heads
from .safety import always, completed, lines
from .sending import Together
from .service import Service

CLOSE = (b"connection", b"close")
"""Has clients that keep a connection open open a new one, where somebody else answers."""


class Begun(NamedTuple):
    """A request that waits for something, having been begun without a task."""

    exchange: Exchange
    reply: Awaitable[Reply]


class Front:
    """The whole service, as a server calls it (ASGI)."""

    def __init__(self, service: Service) -> None:
        self.service = service
        self.always = always(service.settings)
        self.always_lines = lines(self.always)
        self.together: Together | None = None
        """There when there are connections."""
        self.heads = Heads(service.eager)
        """Of requests that ``begin`` may be given."""

    def begin(self, exchange: Exchange) -> Reply | Begun:
        """Answer a request that is all there, as far as that goes without waiting. Whoever writes the reply calls ``end``
        then; with what has only begun the application is called, as ``begun`` of its scope."""
        self.service.in_flight += 1
        exchange.route = exchange.path
        answer = self._at_once(exchange, self.service.at_once["POST", exchange.path])
        try:
            waits_for = answer.send(None)
        except StopIteration as ended:
            reply: Reply = ended.value
            if reply.stream is not None or CLOSE in reply.headers:
                return Begun(exchange, just(reply))
            exchange.status = reply.status
            return reply
        return Begun(exchange, rest_of(answer, waits_for))

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        service = self.service
        if scope["type"] != "http":
            await service.app(scope, receive, send)
            return
        begun: Begun | None = scope.pop("begun", None)
        if begun is not None:
            exchange = begun.exchange
        else:
            exchange = Exchange(scope, receive)
            service.in_flight += 1
        answer = service.at_once.get((exchange.method, exchange.path))
        try:
            if begun is not None:
                await self._send(exchange, await begun.reply, send)
            elif answer is None:
                await self._by_fastapi(exchange, send)
            else:
                exchange.route = exchange.path
                await self._send(exchange, await self._at_once(exchange, answer), send)
        except problems.ClientGone:
            pass  # nobody is there to be told anything
        finally:
            self.end(exchange)

    def end(self, exchange: Exchange) -> None:
        """Tell whoever watches that a request was answered."""
        self.service.in_flight -= 1
        exchange.seconds = time.perf_counter() - exchange.started
        for watch in self.service.watchers:
            watch(exchange)

    async def _at_once(self, exchange: Exchange, answer: Answer) -> Reply:
        """Return the answer, or what is wrong."""
        try:
            await self._let_in(exchange)
            return await answer(exchange)
        except problems.ClientGone:
            raise
        except problems.ProblemError as error:
            return problems.reply(self.service, exchange, error)
        except Exception as error:
            return problems.crashed(self.service, exchange, error)

    async def _let_in(self, exchange: Exchange) -> None:
        """Raise if it is too much, or if somebody may not ask that."""
        service = self.service
        if service.in_flight > service.settings.max_requests and exchange.path not in service.health_paths:
            raise problems.busy("Too many requests at a time.")
        for guard in service.guards:
            await guard(exchange)

    async def _by_fastapi(self, exchange: Exchange, send: Send) -> None:
        """Have FastAPI answer, with the request's id in the answer."""
        try:
            await self._let_in(exchange)
        except Exception as error:
            exchange.route = route_of(self.service, exchange)
            known = isinstance(error, problems.ProblemError)
            say = problems.reply if known else problems.crashed
            await self._send(exchange, say(self.service, exchange, error), send)
            return
        exchange.scope.setdefault("state", {})["exchange"] = exchange

        async def send_with_id(message: Message) -> None:
            if message["type"] == "http.response.start":
                exchange.status = message["status"]
                own = (b"x-request-id", exchange.id.encode())
                last = [own, CLOSE] if self.service.draining else [own]
                message = {**message, "headers": completed([*message["headers"], *last], self.always)}
            await send(message)

        try:
            await self.service.app(exchange.scope, exchange.receive, send_with_id)
        except Exception:
            if exchange.status != 500:  # else it is raised once more behind the answer, the log having it already
                raise
        finally:
            if "endpoint" in exchange.scope:  # there is such a path
                found = getattr(exchange.scope.get("route"), "path", "")
                exchange.route = found or route_of(self.service, exchange)

    async def _send(self, exchange: Exchange, reply: Reply, send: Send) -> None:
        exchange.status = status = reply.status
        headers = [
            (b"content-type", reply.content_type),
            (b"x-request-id", exchange.id.encode()),
            *reply.headers,
            *self.always,
        ]
        if self.service.draining:
            headers.append(CLOSE)
        if reply.stream is None:
            headers.append((b"content-length", b"%d" % len(reply.body)))
        await send({"type": "http.response.start", "status": status, "headers": headers})
        if reply.stream is not None:
            await self._pieces(reply.stream, send)
        await send({"type": "http.response.body", "body": reply.body})

    async def _pieces(self, stream: AsyncGenerator[bytes, None], send: Send) -> None:
        """Send pieces as they come; who does not read them in time is taken to have left."""
        async with aclosing(stream):
            async for piece in stream:
                message = {"type": "http.response.body", "body": piece, "more_body": True}
                try:
                    await wait_for(send(message), self.service.settings.body_seconds)
                except TimeoutError:
                    raise problems.ClientGone from None


async def just(reply: Reply) -> Reply:
    """Return what is there."""
    return reply


def route_of(service: Service, exchange: Exchange) -> str:
    """Return the pattern of the path that FastAPI would have answered, if there is one."""
    for route in service.app.routes:
        if route.matches(exchange.scope)[0] is not Match.NONE:
            return getattr(route, "path", "")
    return ""
