"""A request that was answered goes in, what is told of it comes out: of its headers only those of its trace."""

from __future__ import annotations

from typing import NamedTuple

from ..exchange import Exchange

TRACE = (b"traceparent", b"tracestate")


class Traced(NamedTuple):
    """What is told of a request."""

    method: str
    route: str
    scheme: str
    version: str
    status: int
    id: str
    started: float
    """By ``time.perf_counter``."""
    seconds: float
    waited: float
    """Seconds until it was its turn to be answered by the model."""
    records: int
    together: int
    """Records of the call of the model that answered it."""
    trace: dict[str, str]
    """The headers by which a caller says to which trace it belongs."""


def traced(exchange: Exchange) -> Traced:
    """Return what is told of it: nothing of records, answers, keys, or the words of its path."""
    headers, scope = exchange.headers, exchange.scope
    return Traced(
        exchange.method,
        exchange.route,
        scope.get("scheme", "http"),
        scope.get("http_version", "1.1"),
        exchange.status,
        exchange.id,
        exchange.started,
        exchange.seconds,
        exchange.waited,
        len(exchange.predictions),
        exchange.together,
        {name.decode(): headers[name].decode("latin-1") for name in TRACE if name in headers},
    )
