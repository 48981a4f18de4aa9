"""Read a request's body: never more than allowed."""

from __future__ import annotations

from collections.abc import Mapping

from starlette.types import Receive

from .exchange import Exchange
from .problems import ClientGone, ProblemError
from .settings import Settings

JSON = b"application/json"


async def read_json(exchange: Exchange, settings: Settings) -> bytes:
    """Return the body, which says that it is JSON.

    Raises:
        ClientGone: if the client has left before its body was there.
        ProblemError: 413 if it is too large, 415 if it says that it is something else.
    """
    refuse_other_types(exchange.headers)
    return await read(exchange.receive, settings.max_body_bytes)


def refuse_other_types(headers: Mapping[bytes, bytes]) -> None:
    """Raise unless the body is said to be plain JSON."""
    given = headers.get(b"content-type", b"")
    if given != JSON and given.partition(b";")[0].strip().lower() != JSON:
        raise ProblemError(415, "The content type must be application/json.")
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
        raise ProblemError(413, f"The body must not be larger than {limit} bytes.")
    if message["type"] == "http.disconnect":
        raise ClientGone
    return body if len(chunks) == 1 else b"".join(chunks)
