"""A log record goes in, a JSON object on one line comes out."""

from __future__ import annotations

import json
import logging
import traceback
from datetime import datetime
from types import TracebackType
from typing import Any

ExcInfo = (
    tuple[type[BaseException], BaseException, TracebackType | None] | tuple[None, None, None] | None
)


class JsonLines(logging.Formatter):
    """Writes time, level, logger, message, whatever a request is known by, and where an exception came from.

    What an exception says may be what a caller sent: it is written only with ``values``.
    """

    def __init__(self, *, values: bool) -> None:
        super().__init__()
        self._values = values

    def format(self, record: logging.LogRecord) -> str:
        """Return the line, without its end."""
        said: dict[str, Any] = {
            "at": datetime.fromtimestamp(record.created)
            .astimezone()
            .isoformat(timespec="milliseconds"),
            "level": record.levelname.lower(),
            "logger": record.name,
            "message": record.getMessage(),
            **getattr(record, "request", {}),
        }
        if record.exc_info:
            said["exception"] = self._exception(record.exc_info)
        return json.dumps(said, ensure_ascii=False, default=str)

    def _exception(self, given: ExcInfo) -> list[str]:
        """Return the exception's type, and file, line and function of each step to it."""
        kind, error, trace = given or (None, None, None)
        if kind is None:
            return []
        steps = [f"{s.filename}:{s.lineno} {s.name}" for s in traceback.extract_tb(trace)]
        return [f"{kind.__name__}: {error}" if self._values else kind.__name__, *steps]
