"""What is told of a request goes in, what OpenTelemetry's conventions for HTTP call it comes out.

https://opentelemetry.io/docs/specs/semconv/http/http-spans/#http-server-span; ``url.path`` is left out, as are
addresses: a caller may have written anything into a path.
"""

from __future__ import annotations

from opentelemetry.util.types import AttributeValue

from .traced import Traced

METHODS = frozenset({"GET", "POST", "PUT", "PATCH", "DELETE", "HEAD", "OPTIONS"})


def name_of(each: Traced) -> str:
    """Return what its span is called."""
    method = each.method if each.method in METHODS else "HTTP"
    return f"{method} {each.route}".strip()


def attributes_of(each: Traced, version: str) -> dict[str, AttributeValue]:
    """Return what is said of a request, and what the model had to do with it."""
    said: dict[str, AttributeValue] = {
        "http.request.method": each.method if each.method in METHODS else "_OTHER",
        "url.scheme": each.scheme,
        "network.protocol.version": each.version,
        "http.response.header.x-request-id": [each.id],
        "model.version": version,
    }
    if each.route:
        said["http.route"] = each.route
    if each.status:
        said["http.response.status_code"] = each.status
    if not each.status or each.status >= 500:
        said["error.type"] = str(each.status or "client_gone")
    if each.records:
        said["predict.records"] = each.records
    if each.together:
        said |= {"predict.batch_records": each.together, "predict.wait_seconds": each.waited}
    return said
