"""``POST /predict`` for records that come as CSV, or as lines of JSON, as many as wanted."""

from __future__ import annotations

from asyncio import get_running_loop
from collections.abc import Callable
from typing import Any

from ..body import read_in_time, refuse_encoded
from ..exchange import Answer, Exchange, Reply
from ..service import Service
from .answering import in_the_form_wanted
from .documented import document
from .lines import LINES, Lines
from .table import CSV, records_of_csv

Read = Callable[[bytes, str, int], list[Any]]
"""Takes the body, the whole content type, and how many records there may be; raises ``ProblemError``."""


def install(service: Service) -> None:
    """Add each of them, with the checks and limits of records that come as JSON."""
    settings = service.settings
    if not settings.bodies:
        return
    service.bodies[CSV] = whole(service, records_of_csv)
    lines = Lines(service)
    service.bodies[LINES] = lines.answer
    document(service.app)


def whole(service: Service, read: Read) -> Answer:
    """Return what answers a body that is read as a whole."""

    async def answer(exchange: Exchange) -> Reply:
        settings = service.settings
        raw = await read_in_time(exchange.receive, settings)
        refuse_encoded(exchange.headers)
        said = exchange.headers.get(b"content-type", b"").decode("latin-1")
        loop = get_running_loop()
        records = await loop.run_in_executor(None, read, raw, said, settings.max_records)
        predictions = await service.ask(exchange, records)
        return in_the_form_wanted(exchange, predictions, service.loaded.version)

    return answer
