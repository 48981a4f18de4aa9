"""The log as JSON, an object a line: what the service says, and a line for each request or a share of them."""

from __future__ import annotations

import logging
import sys

from anyio.to_thread import run_sync

from ..service import Service
from .access import EVERY, Access
from .form import JsonLines

SERVER = ("uvicorn", "uvicorn.error", "uvicorn.access")


def install(service: Service) -> None:
    """Have everything that is logged written as JSON, once the server has set up its own way."""
    settings = service.settings
    if not settings.log_lines:
        return
    handler = logging.StreamHandler(sys.stdout)
    handler.setFormatter(JsonLines(values=settings.log_lines_values))
    access = Access(settings.log_lines_share, handler)

    async def start() -> None:
        set_up(handler, settings.log_level)

    async def stop() -> None:
        await run_sync(access.write)
        logging.getLogger().removeHandler(handler)

    service.watchers.append(access.watch)
    service.on_start.append(start)
    service.on_stop.append(stop)
    service.every(EVERY, access.write, "lines")
    words = "Lines about requests for which there was no time."
    service.counted["lines_dropped_total"] = (words, lambda: access.dropped)


def set_up(handler: logging.Handler, level: str) -> None:
    """Send what the server and this service say to the handler, and no lines of the server's own for requests."""
    root = logging.getLogger()
    root.addHandler(handler)
    root.setLevel(logging.DEBUG if level == "trace" else level.upper())
    for name in SERVER:
        logger = logging.getLogger(name)
        logger.handlers.clear()
        logger.propagate = name != "uvicorn.access"
