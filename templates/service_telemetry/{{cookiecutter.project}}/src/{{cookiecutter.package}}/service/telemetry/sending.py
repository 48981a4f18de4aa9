"""What is told of requests goes in, spans with OpenTelemetry's semantic conventions for HTTP go to a collector."""

from __future__ import annotations

import time
import uuid

from opentelemetry.context import Context
from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
from opentelemetry.sdk.resources import Resource
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import BatchSpanProcessor
from opentelemetry.sdk.trace.sampling import ALWAYS_ON, ParentBased
from opentelemetry.trace import SpanKind, StatusCode
from opentelemetry.trace.propagation.tracecontext import TraceContextTextMapPropagator
from opentelemetry.util.re import parse_env_headers

from ..settings import Settings
from .attributes import attributes_of, name_of
from .traced import Traced

SECONDS = 5
"""How long a collector may take for what it is sent."""
PACKAGE = __name__.partition(".")[0]


class Sending:
    """Makes spans of what it is given; the library sends them in batches, from a thread of its own."""

    def __init__(self, settings: Settings, version: str) -> None:
        self._version = version
        self._parents = TraceContextTextMapPropagator()
        named = {
            "service.name": settings.otel_service_name or PACKAGE,
            "service.instance.id": str(uuid.uuid4()),
        }
        exporter = OTLPSpanExporter(
            endpoint=f"{settings.otel_exporter_otlp_endpoint.rstrip('/')}/v1/traces",
            headers=parse_env_headers(settings.otel_exporter_otlp_headers.get_secret_value()),
            timeout=SECONDS,
        )
        self._provider = TracerProvider(
            sampler=ParentBased(ALWAYS_ON),
            resource=Resource.create(named),
            shutdown_on_exit=False,
        )
        room = max(2048, 10 * settings.telemetry_most)
        batches = BatchSpanProcessor(exporter, max_queue_size=room, schedule_delay_millis=1000)
        self._provider.add_span_processor(batches)
        self._tracer = self._provider.get_tracer(PACKAGE)

    def close(self) -> None:
        """Send all that is left, and end."""
        self._provider.shutdown()

    def send(self, some: list[Traced]) -> None:
        """Make a span of each."""
        since = time.time() - time.perf_counter()
        for each in some:
            self._span(each, since)

    def _span(self, each: Traced, since: float) -> None:
        span = self._tracer.start_span(
            name_of(each),
            context=self._parents.extract(each.trace, Context()),
            kind=SpanKind.SERVER,
            attributes=attributes_of(each, self._version),
            start_time=round((since + each.started) * 1e9),
        )
        if each.status >= 500:
            span.set_status(StatusCode.ERROR)
        span.end(round((since + each.started + each.seconds) * 1e9))
