"""Write down what is waiting: in batches, by a thread, again and again while the database is down."""

from __future__ import annotations

import itertools
import logging
import secrets
import threading
import time
from datetime import datetime, timedelta, timezone
from typing import Any

from sqlalchemy.exc import (
    DBAPIError,
    InterfaceError,
    OperationalError,
    SQLAlchemyError,
    StatementError,
)

from .database import Database
from .privacy import Privacy
from .waiting import Answered, Waiting

logger = logging.getLogger(__name__)

BATCH = 1000
"""Rows in one transaction."""
EVERY = 0.25
"""Seconds between two looks at an empty queue."""
AGAIN = (0.25, 0.5, 1.0, 2.0, 5.0)
"""Seconds until a database that was gone is tried again."""
PATIENCE = 10.0
"""Seconds that a service which ends waits for its database."""
CLEAN = 3600.0
"""Seconds between two looks for rows that are too old."""


class Writing:
    """Writes as long as the service runs, and all that is left when it ends."""

    def __init__(self, waiting: Waiting, database: Database, privacy: Privacy, days: float) -> None:
        self.written = 0
        self.dropped = 0
        """Rows that no database takes, or that were left when the service ended."""
        self.away = False
        """Whether the database could not be reached when it last was to be."""
        self._waiting, self._database, self._privacy = waiting, database, privacy
        self._keep = timedelta(days=days)
        self._version = ""
        self._process = secrets.token_hex(8)
        self._numbers = itertools.count(1)
        self._ends = threading.Event()
        self._deadline = float("inf")
        self._clean_at = 0.0
        self._thread = threading.Thread(target=self._run, name="prediction log", daemon=True)

    def start(self, version: str) -> None:
        """Begin; all answers are those of this version of the model."""
        self._version = version
        self._thread.start()

    def stop(self) -> None:
        """Write what is left, and end; not later than ``PATIENCE`` allows."""
        self._deadline = time.monotonic() + PATIENCE
        self._ends.set()
        self._thread.join(PATIENCE + 1)
        if len(self._waiting):
            self.dropped += len(self._waiting)
            logger.error("%d rows of the prediction log could not be written.", len(self._waiting))

    def _run(self) -> None:
        if not self._write([]):  # whoever looks after it is told now, and not by the first request
            return
        while True:
            taken = self._waiting.take(BATCH)
            if taken:
                rows = [row for answered in taken for row in self._rows(answered)]
                if not all(self._write(rows[i : i + BATCH]) for i in range(0, len(rows), BATCH)):
                    return
                self._waiting.done(taken)
                self._clean()
            elif self._ends.is_set():
                self._database.close()
                return
            else:
                self._ends.wait(EVERY)

    def _write(self, rows: list[dict[str, Any]]) -> bool:
        """Write the rows, and return whether to go on: not if the service ends before the database is back."""
        for seconds in itertools.chain(AGAIN, itertools.repeat(AGAIN[-1])):
            try:
                refused = self._add(rows)
            except SQLAlchemyError as error:
                self._database.close()
                if not self.away:
                    self.away = True
                    logger.warning("The prediction log cannot be written: %s", kind_of(error))
                if not self._wait(seconds):
                    return False
            else:
                if self.away:
                    self.away = False
                    logger.warning("The prediction log is written again.")
                if refused:
                    logger.error("%d rows of the prediction log were refused.", refused)
                return True
        raise AssertionError("never")

    def _add(self, rows: list[dict[str, Any]]) -> int:
        """Write the rows, and return how many were refused: one is dropped, and not the others with it."""
        try:
            self._database.add(rows)
        except SQLAlchemyError as error:
            if may_pass(error):
                raise
            if len(rows) == 1:
                self.dropped += 1
                return 1
            half = len(rows) // 2
            return self._add(rows[:half]) + self._add(rows[half:])
        self.written += len(rows)
        return 0

    def _wait(self, seconds: float) -> bool:
        """Wait, and return whether there is time, and anything, for another try."""
        if self._ends.is_set():
            if not len(self._waiting):
                return False
            time.sleep(min(seconds, 0.5))
        else:
            self._ends.wait(seconds)
        return time.monotonic() < self._deadline

    def _clean(self) -> None:
        """Delete rows that are too old, once an hour."""
        if time.monotonic() < self._clean_at:
            return
        try:
            self._database.delete_before(datetime.now(timezone.utc) - self._keep)
            self._clean_at = time.monotonic() + CLEAN
        except SQLAlchemyError as error:
            logger.warning("Old rows could not be deleted: %s", kind_of(error))

    def _rows(self, answered: Answered) -> list[dict[str, Any]]:
        at = datetime.fromtimestamp(answered.at, timezone.utc)
        return [
            {
                "id": f"{self._process}{next(self._numbers):016x}",
                "at": at,
                "request_id": answered.id,
                "position": position,
                "caller": answered.caller,
                "model_version": self._version,
                "seconds": answered.seconds,
                "record": self._privacy.kept(record),
                "prediction": prediction,
            }
            for position, record, prediction in zip(
                answered.places, answered.records, answered.predictions, strict=True
            )
        ]


def may_pass(error: SQLAlchemyError) -> bool:
    """Whether the same rows may be taken later: the database is gone, locked or full."""
    if isinstance(error, DBAPIError) and error.connection_invalidated:
        return True
    return isinstance(error, (OperationalError, InterfaceError)) or not isinstance(error, StatementError)


def kind_of(error: SQLAlchemyError) -> str:
    """Return what is wrong without any values or passwords."""
    cause = getattr(error, "orig", None) or error
    code = getattr(cause, "sqlite_errorname", None) or getattr(cause, "sqlstate", None)
    return f"{type(cause).__name__} ({code})" if code else type(cause).__name__
