"""``POST /predict`` for records that come as CSV, Arrow, Parquet, or lines of JSON."""

from __future__ import annotations

from asyncio import get_running_loop
from collections.abc import Awaitable, Callable
from functools import partial
from typing import Any

from ..body import read_in_time, refuse_encoded
from ..exchange import Answer, Exchange, Reply
from ..service import Service
from .answering import in_the_form_wanted
from .columnar import KINDS, Apart
from .documented import document
from .lines import LINES, Lines
from .table import CSV, records_of_csv

Read = Callable[[bytes, str], Awaitable[list[Any]]]
"""Takes the body and the whole content type; gives records that the schema allows, or raises ``ProblemError``."""


def install(service: Service) -> None:
    """Add each of them, with the checks and limits of records that come as JSON."""
    settings = service.settings
    if not settings.bodies:
        return
    apart = Apart(settings)

    async def rows(raw: bytes, said: str) -> list[Any]:
        loop = get_running_loop()
        return await loop.run_in_executor(None, records_of_csv, raw, said, settings.max_records)

    service.bodies[CSV] = whole(service, rows)
    for kind, name in KINDS.items():
        service.bodies[kind] = whole(service, partial(apart.records, name))
    service.bodies[LINES] = Lines(service).answer
    service.on_stop.append(apart.close)
    document(service.app)


def whole(service: Service, read: Read) -> Answer:
    """Return what answers a body that is read as a whole."""

    async def answer(exchange: Exchange) -> Reply:
        raw = await read_in_time(exchange.receive, service.settings)
        refuse_encoded(exchange.headers)
        said = exchange.headers.get(b"content-type", b"").decode("latin-1")
        predictions = await service.ask(exchange, await read(raw, said))
        return in_the_form_wanted(exchange, predictions, service.loaded.version)

    return answer
