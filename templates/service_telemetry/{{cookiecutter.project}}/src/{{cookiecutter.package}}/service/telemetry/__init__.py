"""OpenTelemetry traces: a span for each request, sent to a collector beside the requests; nothing without an endpoint."""

from __future__ import annotations

import logging

from anyio.to_thread import run_sync

from ..service import Service
from ..settings import SettingError
from .tracing import Tracing

logger = logging.getLogger(__name__)

EVERY = 0.2
"""Seconds between two looks at what waits; with TELEMETRY_MOST it bounds how much that is."""
NO_HTTP = "OTEL_EXPORTER_OTLP_ENDPOINT: must begin with http:// or https://, as http://localhost:4318 does"
NOT_INSTALLED = "OTEL_EXPORTER_OTLP_ENDPOINT: takes OpenTelemetry: pip install '.[telemetry]'"


def install(service: Service) -> None:
    """Watch requests, if there is somebody to be told of them; OpenTelemetry is only imported then."""
    settings = service.settings
    if not (settings.telemetry and settings.otel_exporter_otlp_endpoint):
        return
    if not settings.otel_exporter_otlp_endpoint.startswith(("http://", "https://")):
        raise SettingError(NO_HTTP)
    try:
        from .sending import Sending
    except ModuleNotFoundError:
        raise SettingError(NOT_INSTALLED) from None
    tracing = Tracing(settings.telemetry_share, settings.telemetry_most)
    sending: list[Sending] = []

    def send(*, last: bool = False) -> None:
        try:
            sending[0].send(tracing.taken())
            if last:
                sending[0].close()
        except Exception as error:  # a trace that is lost is no reason to lose the next ones
            logger.warning("Some requests could not be traced: %s", type(error).__name__)

    async def start() -> None:
        sending.append(Sending(settings, service.loaded.version))

    async def stop() -> None:
        await run_sync(lambda: send(last=True))

    service.watchers.append(tracing.watch)
    service.on_start.append(start)
    service.on_stop.append(stop)
    service.every(EVERY, send, "telemetry")
    words = "Requests that were not traced, being more than TELEMETRY_MOST in a second."
    service.counted["telemetry_left_out_total"] = (words, lambda: tracing.left_out)
