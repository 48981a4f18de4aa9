"""The table of what was true, beside that of the prediction log."""

from __future__ import annotations

import threading
from collections.abc import Sequence
from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import (
    JSON,
    Column,
    DateTime,
    Integer,
    MetaData,
    String,
    Table,
    and_,
    column,
    delete,
    func,
    insert,
    inspect,
    select,
    table,
)
from sqlalchemy.engine import Engine
from sqlalchemy.exc import SQLAlchemyError

METADATA = MetaData()
FEEDBACK = Table(
    "feedback",
    METADATA,
    Column("id", String(80), primary_key=True),
    Column("at", DateTime(timezone=True), nullable=False, index=True),
    Column("request_id", String(64), nullable=False, index=True),
    Column("position", Integer, nullable=False),
    Column("caller", String(200), nullable=False),
    Column("truth", JSON),
)
"""A row is what was true of one record; ``id`` is made of request and position, so that nothing counts twice."""
PREDICTIONS = table(
    "predictions",
    column("id", String),
    column("at", DateTime(timezone=True)),
    column("request_id", String),
    column("position", Integer),
    column("model_version", String),
    column("prediction", JSON),
)
"""What is read of the prediction log."""
OF_THE_SAME = and_(
    FEEDBACK.c.request_id == PREDICTIONS.c.request_id, FEEDBACK.c.position == PREDICTIONS.c.position
)
AT_ONCE = 400
"""Rows in one statement, which every database takes."""


class Told(NamedTuple):
    """A record that was answered, and what was true of it."""

    at: datetime
    """When it was answered."""
    prediction: Any
    truth: Any


class Feedback:
    """Reads and writes; every method may raise ``SQLAlchemyError``, and none keeps a connection."""

    def __init__(self, engine: Engine) -> None:
        self.engine = engine
        self._ready = False
        self._lock = threading.Lock()

    def keep(self, rows: Sequence[dict[str, Any]]) -> int:
        """Write rows, all or none, in place of those of the same records; return of how many there is no prediction
        yet."""
        self._make()
        known = 0
        with self.engine.begin() as connection:
            for start in range(0, len(rows), AT_ONCE):
                some = rows[start : start + AT_ONCE]
                ids = [row["id"] for row in some]
                connection.execute(delete(FEEDBACK).where(FEEDBACK.c.id.in_(ids)))
                connection.execute(insert(FEEDBACK), list(some))
                if self._ready:
                    there = select(FEEDBACK.c.id).join(PREDICTIONS, OF_THE_SAME)
                    found = connection.execute(there.where(FEEDBACK.c.id.in_(ids)).distinct())
                    known += len(found.all())
        return len(rows) - known

    def state(self) -> tuple[int, Any]:
        """Return what changes whenever something is told."""
        self._make()
        with self.engine.connect() as connection:
            row = connection.execute(select(func.count(), func.max(FEEDBACK.c.at))).one()
            return row[0], row[1]

    def told(self, version: str, most: int) -> list[Told]:
        """Return what was true of a model's latest answers, in the order of the answers, each record once."""
        if not self._make():
            return []
        wanted = (
            select(FEEDBACK.c.id, PREDICTIONS.c.at, PREDICTIONS.c.prediction, FEEDBACK.c.truth)
            .join(PREDICTIONS, OF_THE_SAME)
            .where(PREDICTIONS.c.model_version == version)
            .order_by(PREDICTIONS.c.at.desc(), PREDICTIONS.c.id.desc())
            .limit(most)
        )
        with self.engine.connect() as connection:
            rows = {}
            for row in connection.execute(wanted):
                rows.setdefault(row[0], Told(*row[1:]))
        return [*rows.values()][::-1]

    def pending(self) -> int:
        """Return of how many records something was told that are not in the prediction log."""
        self._make()
        if not self._ready:
            return self.state()[0]
        nobodys = select(func.count()).select_from(FEEDBACK.outerjoin(PREDICTIONS, OF_THE_SAME))
        with self.engine.connect() as connection:
            found = connection.execute(nobodys.where(PREDICTIONS.c.request_id.is_(None)))
            return int(found.scalar_one())

    def answered(self, version: str, most: int) -> list[Any]:
        """Return a model's latest answers."""
        if not self._make():
            return []
        wanted = select(PREDICTIONS.c.prediction).where(PREDICTIONS.c.model_version == version)
        with self.engine.connect() as connection:
            return list(connection.execute(wanted.order_by(PREDICTIONS.c.at.desc()).limit(most)).scalars())

    def delete_before(self, moment: datetime) -> None:
        """Delete what is older."""
        self._make()
        with self.engine.begin() as connection:
            connection.execute(delete(FEEDBACK).where(FEEDBACK.c.at < moment))

    def _make(self) -> bool:
        """Make the table where there is none; return whether there is a prediction log."""
        with self._lock:
            if not self._ready:
                try:
                    METADATA.create_all(self.engine)
                except SQLAlchemyError:  # perhaps another worker was first
                    if not inspect(self.engine).has_table(FEEDBACK.name):
                        raise
                self._ready = inspect(self.engine).has_table(PREDICTIONS.name)
            return self._ready
