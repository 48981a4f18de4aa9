"""Read a request's body: never more than allowed, and never for longer."""

from __future__ import annotations

from asyncio import CancelledError, Task, current_task, get_running_loop
from collections.abc import Coroutine, Generator, Mapping
from functools import partial
from types import coroutine
from typing import Any, TypeVar

from starlette.types import Receive

from .exchange import Exchange, Whole
from .problems import ClientGone, ProblemError
from .settings import Settings

T = TypeVar("T")

JSON = b"application/json"
CLOSE = {"connection": "close"}


async def read_json(exchange: Exchange, settings: Settings) -> bytes:
    """Return the body as ``read_in_time`` does.

    Raises:
        ProblemError: 415 if the body does not say that it is JSON.
    """
    raw = await read_in_time(exchange.receive, settings)
    refuse_other_types(exchange.headers)
    return raw


async def read_in_time(receive: Receive, settings: Settings) -> bytes:
    """Return the body.

    Raises:
        ClientGone: if the client has left before its body was there.
        ProblemError: 408 if it takes too long, 413 if it is too large.
    """
    if type(receive) is Whole and receive.body is not None and len(receive.body) <= settings.max_body_bytes:
        return receive.body
    reading = read(receive, settings.max_body_bytes)
    try:
        waits_for = reading.send(None)
    except StopIteration as ended:  # nearly always: what has come already needs no clock
        return bytes(ended.value)
    deadline = Deadline(settings.body_seconds)
    try:
        return await rest_of(reading, waits_for)
    except CancelledError:
        if not deadline.passed:
            raise
        raise ProblemError(408, "The body did not come in time.", headers=CLOSE) from None
    finally:
        deadline.timer.cancel()


@coroutine
def rest_of(begun: Coroutine[Any, Any, T], waits_for: Any) -> Generator[Any, Any, T]:
    """Go on with what has been begun, and waits for something."""
    while True:
        try:
            sent = yield waits_for
        except BaseException as error:
            go_on = partial(begun.throw, error)
        else:
            go_on = partial(begun.send, sent)
        try:
            waits_for = go_on()
        except StopIteration as ended:
            result: T = ended.value
            return result


class Deadline:
    """Cancels the present task when its time has passed (``asyncio.timeout`` takes thrice as long to do that)."""

    def __init__(self, seconds: float) -> None:
        self.passed = False
        self.task: Task[Any] | None = current_task()
        self.timer = get_running_loop().call_later(seconds, self._pass)

    def _pass(self) -> None:
        self.passed = True
        if self.task is not None:
            self.task.cancel()


def content_type(headers: Mapping[bytes, bytes]) -> bytes:
    """Return it without what may follow it."""
    given = headers.get(b"content-type", b"")
    return given if given == JSON else given.partition(b";")[0].strip().lower()


def refuse_other_types(headers: Mapping[bytes, bytes]) -> None:
    """Raise unless the body is said to be plain JSON."""
    if content_type(headers) != JSON:
        raise ProblemError(415, "The content type must be application/json.")
    refuse_encoded(headers)


def refuse_encoded(headers: Mapping[bytes, bytes]) -> None:
    """Raise if the body is compressed: a small one can unfold to anything."""
    if headers.get(b"content-encoding", b"identity").strip().lower() != b"identity":
        raise ProblemError(415, "The content must not be encoded.")


async def read(receive: Receive, limit: int) -> bytes:
    """Return the body; read somewhat more than allowed, so that the client gets the answer.

    Raises:
        ClientGone: if the client has left before its body was there.
        ProblemError: 413 if it is too large.
    """
    message = await receive()
    body: bytes = message.get("body", b"")
    size = len(body)
    chunks = [body]
    while message.get("more_body"):
        message = await receive()
        if message["type"] == "http.disconnect":
            break
        chunk = message.get("body", b"")
        size += len(chunk)
        if size <= limit:
            chunks.append(chunk)
        elif size > 10 * limit:
            break
    if size > limit:
        rest = CLOSE if message.get("more_body") else {}
        raise ProblemError(413, f"The body must not be larger than {limit} bytes.", headers=rest)
    if message["type"] == "http.disconnect":
        raise ClientGone
    return body if len(chunks) == 1 else b"".join(chunks)
