"""OpenTelemetry traces: a span for each request, sent to a collector beside the requests; nothing without an endpoint."""

from __future__ import annotations

from anyio.to_thread import run_sync

from ..service import Service
from ..settings import SettingError
from .tracing import Tracing

NO_HTTP = "OTEL_EXPORTER_OTLP_ENDPOINT: must begin with http:// or https://, as http://localhost:4318 does"
NOT_INSTALLED = "OTEL_EXPORTER_OTLP_ENDPOINT: takes OpenTelemetry: pip install -e '.[telemetry]'"


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

    async def start() -> None:
        tracing.start(Sending(settings, service.loaded.version).send)

    async def stop() -> None:
        await run_sync(tracing.stop)

    service.watchers.append(tracing.watch)
    service.on_start.append(start)
    service.on_stop.append(stop)
    words = "Requests that were not traced, being more than TELEMETRY_MOST in a second."
    service.counted["telemetry_left_out_total"] = (words, lambda: tracing.left_out)
