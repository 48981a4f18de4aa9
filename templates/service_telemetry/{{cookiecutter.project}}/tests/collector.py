"""A collector that takes OTLP over HTTP, as OpenTelemetry's own does."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any


class Collector(ThreadingHTTPServer):
    """Keeps what it is sent."""

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Taking)
        self.bodies: list[bytes] = []
        self.headers: list[dict[str, str]] = []

    @property
    def url(self) -> str:
        """Where it is."""
        return f"http://127.0.0.1:{self.server_port}"

    def resources(self) -> list[Any]:
        """Return what was sent, decoded."""
        from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceRequest

        return [each for body in self.bodies for each in ExportTraceServiceRequest.FromString(body).resource_spans]

    def spans(self) -> dict[str, Any]:
        """Return the spans by the ids of their requests."""
        found = [each for resource in self.resources() for scope in resource.scope_spans for each in scope.spans]
        return {said(each.attributes)["http.response.header.x-request-id"][0]: each for each in found}


class Taking(BaseHTTPRequestHandler):
    """Takes traces."""

    server: Collector

    def do_POST(self) -> None:
        """Keep them."""
        self.server.bodies.append(self.rfile.read(int(self.headers["content-length"])))
        self.server.headers.append({"path": self.path, **{name.lower(): value for name, value in self.headers.items()}})
        self.send_response(200)
        self.end_headers()

    def log_message(self, format: str, *values: Any) -> None:
        """Say nothing."""


@contextmanager
def collecting() -> Iterator[Collector]:
    """Run one while the block runs."""
    with Collector() as collector:
        thread = threading.Thread(target=collector.serve_forever, args=(0.05,))
        thread.start()
        try:
            yield collector
        finally:
            collector.shutdown()
            thread.join()


def said(attributes: Any) -> dict[str, Any]:
    """Return attributes of a span or of a resource."""
    return {each.key: plain(each.value) for each in attributes}


def plain(value: Any) -> Any:
    """Return the value of an attribute."""
    kind = value.WhichOneof("value")
    if kind == "array_value":
        return [plain(each) for each in value.array_value.values]
    return getattr(value, kind)
