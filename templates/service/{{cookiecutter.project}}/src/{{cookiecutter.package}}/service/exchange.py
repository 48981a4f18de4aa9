"""One request on its way through the service, and what became of it."""

from __future__ import annotations

import itertools
import re
import secrets
import time
from collections.abc import AsyncGenerator, Awaitable, Callable, Mapping
from typing import Any, NamedTuple

from starlette.types import Message, Receive, Scope

PLAIN_ID = re.compile(rb"[A-Za-z0-9_.-]{1,64}")
_process = secrets.token_hex(8)
_numbers = itertools.count(1)


class Reply(NamedTuple):
    """An answer: whole, or piece by piece as ``stream`` has them."""

    status: int
    body: bytes
    content_type: bytes = b"application/json"
    headers: tuple[tuple[bytes, bytes], ...] = ()
    stream: AsyncGenerator[bytes, None] | None = None


class Exchange:
    """What is known of a request: guards see its beginning, watchers all of it."""

    __slots__ = (
        "caller",
        "explained",
        "flags",
        "headers",
        "id",
        "method",
        "path",
        "places",
        "predictions",
        "receive",
        "records",
        "route",
        "scope",
        "seconds",
        "started",
        "status",
        "together",
        "waited",
    )

    def __init__(self, scope: Scope, receive: Receive) -> None:
        self.scope = scope
        self.receive = receive
        self.method: str = scope["method"]
        self.path: str = scope["path"]
        self.headers: Mapping[bytes, bytes] = dict(scope["headers"])
        """By name in lower case; of a name that came twice, the last."""
        self.id = request_id(self.headers.get(b"x-request-id", b""))
        self.started = time.perf_counter()
        self.route = ""
        """The path's pattern; empty if there is no such path."""
        self.caller = ""
        """By which name the caller is known."""
        self.records: list[Any] = []
        self.predictions: list[Any] = []
        self.places: list[int] | None = None
        """Where the records stand in what was sent, from 0, if that is not simply one after the other."""
        self.flags: list[dict[str, Any]] | None = None
        """What is unusual in the records, as ``schema.unusual`` says it; None where nobody has looked."""
        self.explained = 0
        """Answers that were explained: they tell as much of the model as predictions do."""
        self.waited = 0.0
        """Seconds until it was its turn to be answered by the model."""
        self.together = 0
        """Records of the call of the model that answered it; 0 where it was answered at once."""
        self.status = 0
        self.seconds = 0.0


class Whole:
    """Gives a body that is there, and then what the server goes on with (ASGI's ``receive``)."""

    __slots__ = ("body", "rest")

    def __init__(self, body: bytes) -> None:
        self.body: bytes | None = body
        self.rest: Receive | None = None
        """There before anybody can have waited for it."""

    async def __call__(self) -> Message:
        body, self.body = self.body, None
        if body is not None:
            return {"type": "http.request", "body": body, "more_body": False}
        assert self.rest is not None, "nothing more was there to wait for"
        return await self.rest()


Answer = Callable[[Exchange], Awaitable[Reply]]


def request_id(given: bytes) -> str:
    """Return the caller's id where it is a plain one, else a new one."""
    if given and PLAIN_ID.fullmatch(given):
        return given.decode()
    return f"{_process}{next(_numbers):016x}"
