"""``GET /metrics``: what a monitor collects, in Prometheus' text format."""

from __future__ import annotations

from fastapi import Request, Response
from prometheus_client import CollectorRegistry, ProcessCollector
from prometheus_client.exposition import choose_encoder

from ..service import Service
from ..workers import Workers
from .counting import Counting
from .looking import Looking
from .page import Page

EVERY = 0.5
"""Seconds between two looks at what was asked and answered."""


def install(service: Service) -> None:
    """Count what is asked and answered, and add the page of numbers."""
    settings = service.settings
    if not settings.metrics:
        return
    counting = Counting()
    looking = Looking(counting, Workers(settings.workers_dir, "metrics"), service.counted)
    registry = CollectorRegistry()
    registry.register(Page(service, looking))
    if settings.workers_dir is None:  # one worker cannot speak for the memory of the others
        ProcessCollector(registry=registry)

    def metrics(request: Request) -> Response:
        """Give all numbers."""
        encode, content_type = choose_encoder(request.headers.get("accept", ""))
        return Response(encode(registry), media_type=content_type)

    async def last_look() -> None:
        looking.tell()

    service.watchers.append(counting.watch)
    service.on_stop.append(last_look)
    service.every(EVERY, looking.tell, "metrics")
    service.app.get("/metrics", response_class=Response, tags=["health"])(metrics)
