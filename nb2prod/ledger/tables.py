"""The ledger's tables, and what differs between the databases that they can be in."""

from __future__ import annotations

from typing import Any

from sqlalchemy import (
    BigInteger,
    Column,
    Double,
    ForeignKey,
    Index,
    Integer,
    MetaData,
    String,
    Table,
    Text,
    UniqueConstraint,
)
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.sql.functions import FunctionElement

SCHEMA_VERSION = 1

metadata = MetaData()
Count = BigInteger().with_variant(Integer, "sqlite")
"""SQLite counts up only what it calls INTEGER."""

ledger = Table(
    "nb2prod_ledger",
    metadata,
    Column("schema_version", Integer, nullable=False),
)

sweeps = Table(
    "nb2prod_sweeps",
    metadata,
    Column("row", Count, primary_key=True, autoincrement=True),
    Column("id", String(16), nullable=False, unique=True),
    Column("nonce", String(32), nullable=False, unique=True),
    Column("notebook", Text, nullable=False),
    Column("sha256", String(64), nullable=False),
    Column("content", Text, nullable=False),
    Column("space", Text, nullable=False),
    Column("search", Text, nullable=False),
    Column("seed", Text),
    Column("metric", Text, nullable=False),
    Column("direction", Text, nullable=False),
    Column("engine", Text, nullable=False),
    Column("options", Text, nullable=False),
    Column("created", Double, nullable=False),
)

runs = Table(
    "nb2prod_runs",
    metadata,
    Column("row", Count, primary_key=True, autoincrement=True),  # the order that no clock changes
    Column("id", String(32), nullable=False, unique=True),
    Column("sweep", String(16), ForeignKey("nb2prod_sweeps.id")),
    Column("number", Integer),
    Column("notebook", Text, nullable=False),
    Column("sha256", String(64), nullable=False),
    Column("parameters", Text, nullable=False),
    Column("given", Text, nullable=False),
    Column("tags", Text, nullable=False),
    Column("seed", Text),
    Column("kernel", Text, nullable=False),
    Column("options", Text, nullable=False),
    Column("status", String(16), nullable=False),
    Column("attempt", Integer, nullable=False),
    Column("token", String(32), nullable=False),  # of whoever wrote the last word of it
    Column("queued", Double, nullable=False),
    Column("started", Double),
    Column("ended", Double),
    Column("heartbeat", Double),
    Column("seconds", Double),
    Column("owner_host", Text),
    Column("owner_pid", BigInteger),
    Column("owner_started", Text),
    Column("owner_space", Text),
    Column("why", Text, nullable=False),
    Column("cell", Integer),
    Column("cells", Integer),
    Column("metrics", Text, nullable=False),
    Column("output", Text, nullable=False),
    Column("output_sha256", String(64), nullable=False),
    Column("versions", Text, nullable=False),
    Column("git_commit", String(64), nullable=False),
    Column("git_dirty", Integer),
    Column("peak_memory", BigInteger),
    Column("cpu_seconds", Double),
    Column("error_cell", Integer),
    Column("error_name", Text, nullable=False),
    Column("message", Text, nullable=False),
    Column("traceback", Text, nullable=False),
    Column("shared", Text, nullable=False),
    Column("notes", Text, nullable=False),
    UniqueConstraint("sweep", "number"),
    Index("nb2prod_runs_by_status", "status"),
    Index("nb2prod_runs_by_token", "token"),
)

attempts = Table(
    "nb2prod_attempts",
    metadata,
    Column("run", String(32), ForeignKey("nb2prod_runs.id"), primary_key=True),
    Column("attempt", Integer, primary_key=True),
    Column("status", String(16), nullable=False),
    Column("started", Double, nullable=False),
    Column("ended", Double),
    Column("seconds", Double),
    Column("host", Text, nullable=False),
    Column("pid", BigInteger, nullable=False),
    Column("why", Text, nullable=False),
)

evidence = Table(
    "nb2prod_evidence",
    metadata,
    Column("run", String(32), ForeignKey("nb2prod_runs.id"), primary_key=True),
    Column("attempt", Integer, primary_key=True),
    Column("sha256", String(64), nullable=False),
)


reports = Table(
    "nb2prod_reports",
    metadata,
    Column("run", String(32), ForeignKey("nb2prod_runs.id"), primary_key=True),
    Column("attempt", Integer, primary_key=True),
    Column("reported", Text, nullable=False),
)


class database_now(FunctionElement[float]):  # noqa: N801  (it reads as a function, and is one in SQL)
    """Seconds since 1970 by the database's clock, which is the same for all that write into it."""

    type = Double()
    inherit_cache = True


class database_up_since(FunctionElement[float]):  # noqa: N801
    """When the database was started, by the same clock: before that nobody could be heard."""

    type = Double()
    inherit_cache = True


@compiles(database_now, "sqlite")
def _now_in_sqlite(element: Any, compiler: SQLCompiler, **_: Any) -> str:
    return "((julianday('now') - 2440587.5) * 86400.0)"


@compiles(database_now, "postgresql")
def _now_in_postgresql(element: Any, compiler: SQLCompiler, **_: Any) -> str:
    return "CAST(extract(epoch from clock_timestamp()) AS DOUBLE PRECISION)"


@compiles(database_up_since, "sqlite")
def _since_in_sqlite(element: Any, compiler: SQLCompiler, **_: Any) -> str:
    return "0.0"


@compiles(database_up_since, "postgresql")
def _since_in_postgresql(element: Any, compiler: SQLCompiler, **_: Any) -> str:
    return "CAST(extract(epoch from pg_postmaster_start_time()) AS DOUBLE PRECISION)"
