"""Speak to the server byte by byte, as no library would."""

from __future__ import annotations

import socket
from http.client import parse_headers
from typing import NamedTuple


class Said(NamedTuple):
    """An answer."""

    status: int
    content_type: str
    body: bytes
    headers: dict[str, str]


def head(length: int | str | None, *more: str) -> bytes:
    """Return the beginning of a request for a prediction."""
    lines = ["POST /predict HTTP/1.1", "host: localhost", "content-type: application/json", *more]
    if length is not None:
        lines.append(f"content-length: {length}")
    return "\r\n".join([*lines, "", ""]).encode()


def connected(port: int, holds: int = 0) -> socket.socket:
    """Open a connection, of which this side may be told to hold few bytes that nobody has read yet."""
    connection = socket.socket()
    if holds:
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, holds)
    connection.settimeout(60)
    connection.connect(("127.0.0.1", port))
    return connection


def told(connection: socket.socket, answers: int = 1) -> list[Said]:
    """Read answers."""
    found = []
    with connection.makefile("rb") as stream:
        for _ in range(answers):
            status = int(stream.readline().split()[1])
            headers = parse_headers(stream)
            body = stream.read(int(headers["content-length"]))
            found.append(Said(status, headers["content-type"], body, dict(headers)))
    return found
