"""Read the records from a request's body: strictly, and never more than allowed."""

from __future__ import annotations

import json
from typing import Any

from starlette.types import Receive

from .exchange import Exchange
from .problems import ClientGone, ProblemError
from .settings import Settings


async def read_records(exchange: Exchange, settings: Settings) -> list[Any]:
    """Return what ``{"records": [...]}`` holds, not yet checked against the schema.

    Raises:
        ProblemError: 400 if it is not JSON, 413 if it is too large, 415 if it says that it is
            something else, 422 if it is JSON of another form.
    """
    refuse_other_types(exchange)
    raw = await read(exchange.receive, settings.max_body_bytes)
    return records_of(parse(raw), settings.max_records)


def refuse_other_types(exchange: Exchange) -> None:
    """Raise unless the body is said to be plain JSON."""
    content_type = exchange.headers.get(b"content-type", b"")
    if content_type.partition(b";")[0].strip().lower() != b"application/json":
        raise ProblemError(415, "The content type must be application/json.")
    if exchange.headers.get(b"content-encoding", b"identity").strip().lower() != b"identity":
        raise ProblemError(415, "The content must not be encoded.")


async def read(receive: Receive, limit: int) -> bytes:
    """Return the body; read somewhat more than allowed, so that the client gets the answer.

    Raises:
        ClientGone: if the client has left before its body was there.
        ProblemError: 413 if it is too large.
    """
    message = await receive()
    body = message.get("body", b"")
    size = len(body)
    while message.get("more_body"):
        message = await receive()
        if message["type"] == "http.disconnect":
            break
        chunk = message.get("body", b"")
        size += len(chunk)
        if size <= limit:
            body += chunk
        elif size > 10 * limit:
            break
    if size > limit:
        raise ProblemError(413, f"The body must not be larger than {limit} bytes.")
    if message["type"] == "http.disconnect":
        raise ClientGone
    return bytes(body)


def parse(raw: bytes) -> Any:
    """Return the JSON value. NaN and Infinity get through: the schema's check names their place."""
    try:
        return json.loads(raw.decode("utf-8"), parse_int=integer, object_pairs_hook=unique)
    except UnicodeDecodeError:
        raise ProblemError(400, "The body is not valid UTF-8.") from None
    except RecursionError:
        raise ProblemError(400, "The body is nested too deeply.") from None
    except json.JSONDecodeError as error:
        place = f"line {error.lineno}, column {error.colno}"
        raise ProblemError(400, f"The body is not valid JSON at {place}.") from None


def integer(digits: str) -> int | float:
    """Return the integer; beyond 30 digits a float, which costs no time and fits no integer."""
    return int(digits) if len(digits) <= 30 else float(digits)


def unique(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """Return the object, unless it says the same thing twice."""
    result = dict(pairs)
    if len(result) != len(pairs):
        raise ProblemError(400, "An object in the body has the same key twice.")
    return result


def records_of(body: Any, limit: int) -> list[Any]:
    """Return the list of records."""
    if not isinstance(body, dict) or "records" not in body:
        raise ProblemError(422, 'The body must be an object: {"records": [...]}.')
    if len(body) > 1:
        raise ProblemError(422, 'The body must hold "records" and nothing else.')
    records = body["records"]
    if not isinstance(records, list):
        raise ProblemError(422, '"records" must be a list.')
    if not 1 <= len(records) <= limit:
        raise ProblemError(422, f'"records" must hold between 1 and {limit} records.')
    return records
