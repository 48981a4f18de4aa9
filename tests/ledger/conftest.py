"""A ledger in a file and one on a server, for the tests that hold for both."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from nb2prod.ledger.ledger import Ledger, open_ledger
from tests.ledger.servers import Server, serving


@pytest.fixture(scope="session")
def postgresql() -> Iterator[Server]:
    with serving() as server:
        yield server


@pytest.fixture(params=["sqlite", "postgresql"])
def place(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """Where a new ledger is to be: a file, or a database of its own on the server."""
    if request.param == "sqlite":
        return str(tmp_path / "runs.sqlite")
    server: Server = request.getfixturevalue("postgresql")
    return server.database()


@pytest.fixture
def ledger(place: str) -> Iterator[Ledger]:
    with open_ledger(place, create=True) as opened:
        yield opened
