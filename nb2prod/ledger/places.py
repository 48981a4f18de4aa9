"""Where somebody said that the ledger is, a file or an address, to a place that can be shown: without its password."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path

from sqlalchemy.engine import URL, make_url
from sqlalchemy.exc import ArgumentError

from nb2prod.errors import Problem, UsageError

FOLDER = ".nb2prod"
FILE = "runs.sqlite"
POSTGRESQL = frozenset({"postgresql", "postgres", "postgresql+psycopg"})
SQLITE = frozenset({"sqlite", "sqlite+pysqlite"})
OPEN_QUERIES = frozenset(
    {"application_name", "connect_timeout", "dbname", "host", "hostaddr", "options", "port", "sslmode"}
)
"""Keys of an address's query that may be shown."""
REMEDY = "give a file, or postgresql://USER@HOST/DATABASE"


@dataclass(frozen=True)
class Place:
    """Where a ledger is: exactly one of both."""

    file: Path | None = None
    url: URL | None = field(default=None, repr=False)

    def __str__(self) -> str:
        return str(self.file) if self.url is None else _shown(self.url)


def place_of(said: str | Path) -> Place:
    """Return where the ledger is that somebody named. Raises ``UsageError`` for a database that it cannot be in."""
    text = str(said)
    if "://" not in text:
        return Place(file=Path(text).expanduser().absolute())
    try:
        url = make_url(text)
    except (ArgumentError, ValueError):  # its words would show what was said, and that may hold a password
        raise UsageError(Problem("is no address of a database", "the ledger", REMEDY)) from None
    if url.drivername in SQLITE and url.database and url.database != ":memory:":
        return Place(file=Path(url.database).absolute())
    if url.drivername in POSTGRESQL:
        return Place(url=url.set(drivername="postgresql+psycopg"))
    raise UsageError(Problem(f"a ledger cannot be in {url.drivername!r}", "the ledger", REMEDY))


def default_file(notebook: Path) -> Path:
    """Return the file for a notebook's runs where nobody named another."""
    return notebook.absolute().parent / FOLDER / FILE


def _shown(url: URL) -> str:
    query = {key: value if key in OPEN_QUERIES else "***" for key, value in url.query.items()}
    shown = url.set(drivername="postgresql", query=query)
    return shown.render_as_string(hide_password=True)
