"""A place goes in, a database with the ledger's tables comes out; and what goes wrong with it is told in words."""

from __future__ import annotations

import os
import random
import sqlite3
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar

from sqlalchemy import Connection, Engine, create_engine, event, insert, inspect, select, text
from sqlalchemy.exc import DBAPIError, OperationalError, SQLAlchemyError
from sqlalchemy.pool import QueuePool

from nb2prod.errors import LedgerUnusable, Nb2ProdError, NothingRecorded, Problem
from nb2prod.ledger.places import FOLDER, Place
from nb2prod.ledger.tables import SCHEMA_VERSION, ledger, metadata

Result = TypeVar("Result")

LOCKED_SECONDS = 30.0
"""How long one process waits for another that is writing into the same file."""
PATIENCE_SECONDS = 120.0
"""How long a database may be gone before what was to be written is given up."""
CONNECT_SECONDS = 5
FIRST_PAUSE, LONGEST_PAUSE = 0.1, 2.0
CREATING = 0x6E623270
"""Key of the lock that makes of two that create the tables at once one after the other: ``nb2p``."""
PASSING = ("locked", "busy")
PASSING_STATES = frozenset({"40001", "40P01", "55P03", "57P01", "57P02", "57P03", "53300"})
"""PostgreSQL, appendix A: serialization, deadlock, lock, shutdown, crash, cannot connect now, too many connections."""


class Database:
    """The database that a ledger is in: transactions that are made again while it is gone."""

    def __init__(self, place: Place, *, create: bool, patience: float = 0) -> None:
        """Connect; with ``create`` make what is missing. Raises ``LedgerUnusable``.

        ``patience`` is how many seconds a server that is gone is waited for.
        """
        self.place = place
        self._patience = patience
        self.read_only = False
        self._lacks_tables, self._completing = False, threading.RLock()
        self.engine = self._engine(create)
        try:
            self._prepare(create)
        except BaseException:
            self.close()
            raise

    def close(self) -> None:
        """Give all connections back."""
        self.engine.dispose()

    def read(self, work: Callable[[Connection], Result]) -> Result:
        """Return what ``work`` makes of a connection; it may be called again."""

        def once() -> Result:
            with self.engine.connect() as connection:
                return work(connection)

        return self._again(once, PATIENCE_SECONDS)

    def write(self, work: Callable[[Connection], Result], patience: float = PATIENCE_SECONDS) -> Result:
        """Return what ``work`` makes of a transaction of its own, committed.

        It is called again where the database was gone, even if only the answer to its commit was lost: it has to see
        for itself whether it is done already.
        """
        if self.read_only:
            raise self.refusal("the folder or file cannot be written", "make it writable, or name another ledger")
        self._complete()

        def once() -> Result:
            with self.engine.connect().execution_options(writes=True) as connection, connection.begin():
                return work(connection)

        return self._again(once, patience)

    def refusal(self, what: str, remedy: str) -> Nb2ProdError:
        """Return the error that says what is wrong with the ledger, and where it is."""
        return LedgerUnusable(Problem(what, f"the ledger {self.place}", remedy))

    def _nothing(self, what: str) -> NothingRecorded:
        return NothingRecorded(Problem(what, f"the ledger {self.place}", "run a notebook with `nb2prod run`"))

    def _again(self, once: Callable[[], Result], patience: float) -> Result:
        pause, until = FIRST_PAUSE, time.monotonic() + patience
        while True:
            try:
                return once()
            except DBAPIError as error:
                if not _passes(error) or time.monotonic() + pause > until:
                    raise self._told(error) from error
            except SQLAlchemyError as error:
                raise self._told(error) from error
            time.sleep(pause * random.uniform(0.5, 1))
            pause = min(2 * pause, LONGEST_PAUSE)

    def _engine(self, create: bool) -> Engine:
        if self.place.url is not None:
            return _postgresql(self.place)
        assert self.place.file is not None
        if self.place.file.is_dir():
            raise self.refusal("is a folder", "name a file in it")
        if not self.place.file.exists() and not create:
            raise self._nothing("is not there: nothing has been recorded")
        if create:
            self._make_folder(self.place.file.parent)
        engine = create_engine("sqlite+pysqlite://", creator=self._connect, poolclass=QueuePool, max_overflow=20)
        event.listen(engine, "begin", _begin)
        return engine

    def _make_folder(self, folder: Path) -> None:
        try:
            folder.mkdir(parents=True, exist_ok=True)
            ignore = folder / ".gitignore"
            if folder.name == FOLDER and not ignore.exists():
                ignore.write_text("*\n", encoding="utf-8")
        except OSError as error:
            raise self.refusal(f"its folder cannot be made: {error.strerror}", "name another with --ledger") from None

    def _connect(self) -> sqlite3.Connection:
        assert self.place.file is not None
        uri = self.place.file.as_uri()
        if self.read_only:
            return _opened(f"{uri}?mode=ro{'&immutable=1' if self._still() else ''}")
        return _opened(f"{uri}?mode=rwc")

    def _still(self) -> bool:
        """Say whether nobody is writing into the file: what is written lies beside it until it is taken in."""
        log = Path(f"{self.place.file}-wal")
        return not log.exists() or log.stat().st_size == 0

    def _prepare(self, create: bool) -> None:
        """Look at what is there, and make what is missing."""
        try:
            if self.place.file is not None:
                self._settle_file()
        except DBAPIError as error:
            raise self._told(error) from error
        tables = self._again(self._tables, self._patience)
        if ledger.name in tables:
            self._check_version()
            self._lacks_tables = not tables.issuperset(metadata.tables)
            if create and not self.read_only:
                self._complete()
            return None
        if self.place.file is not None and tables:
            raise self.refusal("is a database of something else", "name another file with --ledger")
        if not create:
            raise self._nothing("has no runs: nothing has been recorded")
        self._lacks_tables = True
        self._complete()
        return self._check_version()

    def _complete(self) -> None:
        """Make what tables are missing, all of them or those that a later nb2prod of this version has added."""
        with self._completing:
            if not self._lacks_tables:
                return
            self._lacks_tables = False
            try:
                self.write(_make_tables, patience=LOCKED_SECONDS)
            except BaseException:
                self._lacks_tables = True
                raise

    def _tables(self) -> set[str]:
        with self.engine.connect() as connection:
            return set(inspect(connection).get_table_names())

    def _settle_file(self) -> None:
        """Find out whether the file can be written, and have what is written go into a log first."""
        assert self.place.file is not None
        if self.place.file.exists() and not os.access(self.place.file, os.W_OK):
            self.read_only = True  # SQLite would tell only when something is written
            return
        try:
            self._again_raw(self._use_log)
        except OperationalError as error:
            if not _is_read_only(error):
                raise
            self.read_only = True
            self.engine.dispose()

    def _use_log(self) -> None:
        with self.engine.connect() as connection:
            raw: Any = connection.connection.dbapi_connection
            try:
                if raw.execute("PRAGMA journal_mode").fetchone()[0] != "wal":
                    raw.execute("PRAGMA journal_mode = wal")
                raw.execute("BEGIN IMMEDIATE")
                raw.execute("ROLLBACK")
            except sqlite3.Error as error:
                raise OperationalError("", {}, error) from error

    def _again_raw(self, once: Callable[[], None]) -> None:
        """Two that switch to the log at once are told of each other at once: here the waiting is ours."""
        until = time.monotonic() + LOCKED_SECONDS
        while True:
            try:
                return once()
            except OperationalError as error:
                if not _passes(error) or time.monotonic() > until:
                    raise
            time.sleep(random.uniform(0.01, 0.1))

    def _check_version(self) -> None:
        found = self.read(lambda connection: connection.execute(select(ledger.c.schema_version)).scalar())
        if found != SCHEMA_VERSION:
            what = f"was written by another nb2prod: its schema is version {found}, and this one knows {SCHEMA_VERSION}"
            raise self.refusal(what, "install a newer nb2prod, or name another ledger with --ledger")

    def _told(self, error: SQLAlchemyError) -> Nb2ProdError:
        said = str(getattr(error, "orig", None) or error).strip().splitlines()
        first = said[0] if said else type(error).__name__
        for words, what, remedy in _WORDS:
            if words in first.lower():
                return self.refusal(f"{what} ({first})" if what else first, remedy)
        if self.place.url is not None:
            return self.refusal(f"cannot be reached: {first}", "start the server, or correct --ledger")
        return self.refusal(first, "look at the file, or name another with --ledger")


_SPACE = "make room there, and run it again"
_DAMAGED = "it was left as it is: take a copy of it back, or move it away, and a new one is made"
_WRITABLE = "make the folder and the file writable, or name another with --ledger"
_WORDS = (
    ("file is not a database", "is no SQLite database, or a damaged one", _DAMAGED),
    ("malformed", "the database is damaged", _DAMAGED),
    ("database or disk is full", "there is no room left", _SPACE),
    ("no space left", "there is no room left", _SPACE),
    ("readonly database", "cannot be written", _WRITABLE),
    ("unable to open", "cannot be opened", _WRITABLE),
    ("disk i/o error", "cannot be read or written", "look at the disk, and whether it is full"),
    ("locked", "another process has kept it locked", "wait until that is done, or end it"),
    ("no such table", "lacks some of its tables", _DAMAGED),
    ("no such column", "lacks some of its columns", _DAMAGED),
)  # fmt: skip
"""What databases say, as it begins in their own words: what that means, and what to do."""


def _opened(uri: str) -> sqlite3.Connection:
    connection = sqlite3.connect(uri, uri=True, timeout=LOCKED_SECONDS, isolation_level=None, check_same_thread=False)
    # FULL: what was said to be written survives the machine's end as well, so that no run is done twice
    for pragma in ("foreign_keys = on", "synchronous = full"):
        connection.execute(f"PRAGMA {pragma}")
    return connection


def _begin(connection: Connection) -> None:
    """Begin; whoever writes waits for the others at once: having read first, he would be refused instead."""
    writes = connection.get_execution_options().get("writes", False)
    connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")


def _postgresql(place: Place) -> Engine:
    try:
        import psycopg
    except ImportError:
        what = "PostgreSQL cannot be spoken to: psycopg is not installed"
        raise LedgerUnusable(Problem(what, f"the ledger {place}", 'pip install "nb2prod[postgresql]"')) from None
    assert place.url is not None and psycopg
    arguments = {} if "connect_timeout" in place.url.query else {"connect_timeout": CONNECT_SECONDS}
    return create_engine(place.url, connect_args=arguments, pool_size=5, max_overflow=20, hide_parameters=True)


def _make_tables(connection: Connection) -> None:
    if connection.dialect.name == "postgresql":
        connection.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": CREATING})
    metadata.create_all(connection)
    if connection.execute(select(ledger.c.schema_version)).first() is None:
        connection.execute(insert(ledger).values(schema_version=SCHEMA_VERSION))


def _passes(error: DBAPIError) -> bool:
    """Say whether it may work a little later."""
    if isinstance(error.orig, sqlite3.Error):
        return any(word in str(error.orig).lower() for word in PASSING)
    state = getattr(error.orig, "sqlstate", None)
    return (
        error.connection_invalidated
        or state in PASSING_STATES
        or (state is None and isinstance(error, OperationalError))
    )


def _is_read_only(error: OperationalError) -> bool:
    said = str(error.orig).lower()
    return "readonly" in said or "unable to open" in said
