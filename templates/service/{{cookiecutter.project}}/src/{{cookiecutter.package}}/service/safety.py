"""Headers of every answer: what a browser that comes by is not to do with it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from .settings import Settings

Headers = tuple[tuple[bytes, bytes], ...]

ALWAYS: Headers = (
    (b"cache-control", b"no-store"),
    (b"content-security-policy", b"default-src 'none'; frame-ancestors 'none'"),
    (b"referrer-policy", b"no-referrer"),
    (b"x-content-type-options", b"nosniff"),
)
"""Answers are kept by nobody, run as nothing, and shown in no frame; pages bring what they need in place of these."""
TLS = (b"strict-transport-security", b"max-age=31536000")


def always(settings: Settings) -> Headers:
    """Return the headers of every answer; a service that speaks TLS wants to be asked by TLS only."""
    return (*ALWAYS, TLS) if settings.ssl_certfile else ALWAYS


def completed(own: Sequence[tuple[bytes, bytes]], rest: Headers) -> list[tuple[bytes, bytes]]:
    """Return an answer's own headers, and of the rest those that it does not have."""
    names = {name.lower() for name, _ in own}
    return [*own, *(header for header in rest if header[0] not in names)]


def lines(headers: Iterable[tuple[bytes, bytes]]) -> bytes:
    """Return headers as they are sent."""
    return b"".join([b"%b: %b\r\n" % header for header in headers])
