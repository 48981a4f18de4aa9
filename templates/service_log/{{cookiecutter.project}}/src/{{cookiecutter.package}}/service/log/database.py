"""The table of the prediction log, in whatever database SQLAlchemy reaches."""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path
from typing import Any

import msgspec
from sqlalchemy import (
    JSON,
    Column,
    DateTime,
    Float,
    Integer,
    MetaData,
    String,
    Table,
    create_engine,
    delete,
    event,
    insert,
    select,
)
from sqlalchemy.engine import URL, Engine, make_url
from sqlalchemy.exc import SQLAlchemyError

from ..settings import SettingError, Settings

PATIENCE = {
    "connect_timeout": 5,
    "keepalives_idle": 20,
    "keepalives_interval": 5,
    "keepalives_count": 3,
    "tcp_user_timeout": 20_000,
}
"""Of libpq: how many seconds (of the last, milliseconds) it waits for a server that says nothing any more."""
METADATA = MetaData()
PREDICTIONS = Table(
    "predictions",
    METADATA,
    Column("id", String(32), primary_key=True),
    Column("at", DateTime(timezone=True), nullable=False, index=True),
    Column("request_id", String(64), nullable=False, index=True),
    Column("position", Integer, nullable=False),
    Column("caller", String(200), nullable=False),
    Column("model_version", String(64), nullable=False),
    Column("seconds", Float, nullable=False),
    Column("record", JSON),
    Column("prediction", JSON),
)
"""A row is a record with its answer; ``at`` is UTC, ``position`` counts the records of a request from 0."""


class Database:
    """Connects when it is first written to, and again after it was gone."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._ready = False

    @property
    def engine(self) -> Engine:
        """What connects to it."""
        return self._engine

    @classmethod
    def of(cls, settings: Settings) -> Database:
        """Return the database of the settings; a file of SQLite's where they name none.

        Raises:
            SettingError: if there is no such kind of database, or nothing to reach it with.
        """
        if settings.log_url is None:
            url = URL.create("sqlite", database=str(settings.var_dir / "predictions.sqlite"))
            make_folder(settings.var_dir)
        else:
            url = with_driver(settings.log_url.get_secret_value())
        try:
            return cls(engine_of(url))
        except ModuleNotFoundError as error:
            more = ": pip install -e '.[postgresql]'" if error.name == "psycopg" else ", which is not installed"
            raise SettingError(f"LOG_URL needs the module {error.name}{more}") from None
        except SQLAlchemyError:
            raise SettingError(f"LOG_URL: there is no kind of database {url.drivername!r} here") from None

    def add(self, rows: Sequence[dict[str, Any]]) -> None:
        """Write rows, all or none; those that are there already are left as they are.

        Raises:
            SQLAlchemyError: if that is not possible now, or not at all.
        """
        if not self._ready:
            METADATA.create_all(self._engine)
        with self._engine.begin() as connection:
            if not self._ready:  # the answer to an earlier try may have been lost, and not the rows
                ids = [row["id"] for row in rows]
                known = select(PREDICTIONS.c.id).where(PREDICTIONS.c.id.in_(ids))
                there = set(connection.execute(known).scalars())
                rows = [row for row in rows if row["id"] not in there]
            if rows:
                connection.execute(insert(PREDICTIONS), list(rows))
        self._ready = True

    def delete_before(self, moment: datetime) -> int:
        """Delete what is older, and return how many rows that were."""
        with self._engine.begin() as connection:
            return int(connection.execute(delete(PREDICTIONS).where(PREDICTIONS.c.at < moment)).rowcount)

    def close(self) -> None:
        """Let go of all connections; the next write connects again."""
        self._ready = False
        self._engine.dispose()


def make_folder(folder: Path) -> None:
    """Make the folder that SQLite's file is to be in, for the owner's eyes only.

    Raises:
        SettingError: if that is not possible.
    """
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    except OSError as error:
        raise SettingError(
            f"VAR_DIR={folder} cannot be made ({error.strerror}). Name a folder that can be written, a database by "
            "LOG_URL, or set PREDICTION_LOG=false"
        ) from None


def with_driver(address: str) -> URL:
    """Return the address with the driver that the repository's extra installs."""
    try:
        url = make_url(address)
    except Exception:
        raise SettingError("LOG_URL is no address of a database") from None  # may hold a password
    if url.drivername in {"postgresql", "postgres"}:
        return url.set(drivername="postgresql+psycopg")
    return url


def engine_of(url: URL) -> Engine:
    """Return an engine that waits for nobody forever, and whose errors show no values."""
    if url.get_backend_name() == "sqlite":
        engine = create_engine(
            url, hide_parameters=True, json_serializer=as_json, connect_args={"timeout": 10}
        )
        event.listen(engine, "connect", written_ahead)
        return engine
    if url.get_backend_name() != "postgresql":
        return create_engine(url, hide_parameters=True, json_serializer=as_json, pool_size=1)
    waits = {name: value for name, value in PATIENCE.items() if name not in url.query}
    engine = create_engine(url, hide_parameters=True, json_serializer=as_json, connect_args=waits, pool_size=1)
    event.listen(engine, "connect", locks_in_time)
    return engine


def as_json(value: Any) -> str:
    """Return a value as JSON: quickly, or as Python's own module does it, which knows larger numbers and odder texts."""
    try:
        return msgspec.json.encode(value).decode()
    except (ValueError, OverflowError):
        return json.dumps(value)


def locks_in_time(connection: Any, _: Any) -> None:
    """Have PostgreSQL not wait for ever for a table that somebody holds."""
    with connection.cursor() as cursor:
        cursor.execute("SET lock_timeout = '10s'")
    connection.commit()


def written_ahead(connection: Any, _: Any) -> None:
    """Have SQLite let others read while it writes, and several workers write in turn."""
    connection.execute("PRAGMA journal_mode = wal")
    connection.execute("PRAGMA synchronous = normal")
