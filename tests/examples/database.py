"""The prediction log on a PostgreSQL server: what was asked is there, each record once, with the notebook's answer."""

from __future__ import annotations

import subprocess
from typing import Any

import psycopg

from tests.examples.example import Example, How
from tests.ledger.servers import serving
from tests.templates.test_samples import ask

DRIVER = "import psycopg"


def postgresql(example: Example, how: How) -> str:
    """Ask each row alone and all in requests of a hundred, and read the table when the service has ended."""
    _install(example)
    asked = [(f"alone-{place}", [place]) for place in range(len(example.requests))]
    asked += [
        (f"many-{start}", list(range(start, min(start + 100, len(example.requests)))))
        for start in range(0, len(example.requests), 100)
    ]
    with serving() as server:
        url = server.database()
        with example.serving(LOG_URL=url, LOG_MOST="1000000") as port:
            for name, places in asked:
                body = {"records": [example.requests[place] for place in places]}
                status, said = ask(port, "POST", "/predict", body, {"x-request-id": name})
                assert status == 200, said
        found = _rows(url)
    _are_right(example, asked, found)
    return f"{len(found)} rows of {len(asked)} requests, each with the notebook's answer"


def _install(example: Example) -> None:
    """Install the driver as the repository's documents say."""
    if subprocess.run([example.python, "-c", DRIVER], capture_output=True).returncode:
        pip = [example.python, "-m", "pip", "install", "--quiet", "--disable-pip-version-check", "-e", ".[postgresql]"]
        subprocess.run(pip, cwd=example.repository, check=True)


def _rows(url: str) -> list[tuple[Any, ...]]:
    with psycopg.connect(url) as connection:
        query = "select request_id, position, record, prediction from predictions order by request_id, position"
        return connection.execute(query).fetchall()


def _are_right(example: Example, asked: list[tuple[str, list[int]]], found: list[tuple[Any, ...]]) -> None:
    places = {(name, position): place for name, many in asked for position, place in enumerate(many)}
    keys = [(name, position) for name, position, _, _ in found]
    assert sorted(keys) == sorted(places), (
        f"{len(keys)} rows, {len(set(keys))} different ones, of {len(places)} records"
    )
    in_order = [places[key] for key in keys]
    odd = [place for place, row in zip(in_order, found, strict=True) if row[2] != example.requests[place]]
    assert not odd, f"records that are not as they were sent: {odd[:5]}"
    example.agree([row[3] for row in found], in_order)
