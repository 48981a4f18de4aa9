"""The prediction log on a PostgreSQL server that is stopped, and killed, while the service answers."""

from __future__ import annotations

import json
import os
import re
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from http.client import HTTPConnection
from pathlib import Path
from typing import Any

import psycopg
import pytest

from tests.ledger.servers import Server, serving

Get = Callable[[str], Path]


@pytest.fixture(scope="module")
def server() -> Iterator[Server]:
    with serving() as server:
        yield server


class Service:
    """The service as a process of its own, which writes to a database."""

    def __init__(self, repository: Path, url: str, **more: str) -> None:
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            self.port = probe.getsockname()[1]
        own = {"PYTHONPATH": str(repository / "src"), "PORT": str(self.port), "LOG_LEVEL": "error", "LOG_URL": url}
        command = [sys.executable, "-m", f"{repository.name}.service"]
        self.process = subprocess.Popen(command, cwd=repository, env={**os.environ, **own, **more})
        self.record = json.loads((repository / "tests/parity/requests.json").read_text())[0]

    def ask(self, method: str, path: str, body: str = "") -> tuple[int, str]:
        connection = HTTPConnection("127.0.0.1", self.port, timeout=60)
        try:
            connection.request(method, path, body, {"content-type": "application/json"})
            response = connection.getresponse()
            return response.status, response.read().decode()
        finally:
            connection.close()

    def predict(self, times: int) -> None:
        for _ in range(times):
            assert self.ask("POST", "/predict", json.dumps({"records": [self.record]}))[0] == 200

    def number(self, name: str) -> float:
        found = re.search(rf"^{name} (\S+)$", self.ask("GET", "/metrics")[1], re.MULTILINE)
        assert found, name
        return float(found.group(1))

    def end(self) -> None:
        self.process.send_signal(signal.SIGTERM)
        self.process.wait(timeout=60)


def until(true: Callable[[], bool]) -> None:
    deadline = time.monotonic() + 120
    while not true():
        assert time.monotonic() < deadline
        time.sleep(0.1)


def answers(service: Service) -> bool:
    assert service.process.poll() is None
    try:
        return service.ask("GET", "/readyz")[0] == 200
    except OSError:
        return False


def rows_in(url: str) -> list[Any]:
    with psycopg.connect(url) as connection:
        return connection.execute("select record, prediction, seconds from predictions").fetchall()


@pytest.mark.parametrize("how", ["stop", "kill"])
def test_rows_reach_a_server_that_was_gone_and_none_twice(sample: Get, server: Server, how: str) -> None:
    url = server.database()
    service = Service(sample("tariff"), url)
    try:
        until(lambda: answers(service))
        service.predict(3)
        until(lambda: service.number("log_rows_total") == 3)
        getattr(server, how)()
        try:
            service.predict(4)
            assert service.number("log_dropped_rows_total") == 0
        finally:
            server.start()
        until(lambda: service.number("log_rows_total") == 7)
        service.predict(2)
    finally:
        service.end()
    found = rows_in(url)
    assert len(found) == 9
    assert {json.dumps(record) for record, _, _ in found} == {json.dumps(service.record)}
    assert all(seconds > 0 for _, _, seconds in found)


def test_what_was_true_is_held_against_the_answers_of_a_server(sample: Get, server: Server) -> None:
    service = Service(sample("tariff"), server.database(), FEEDBACK_PLACE="amount")
    try:
        until(lambda: answers(service))
        told = {"kept": 2, "pending": 2}
        body = json.dumps({"feedback": [{"request_id": "mine", "record": n, "truth": 1.0} for n in (0, 1)]})
        assert json.loads(service.ask("POST", "/feedback", body)[1]) == told
        connection = HTTPConnection("127.0.0.1", service.port, timeout=60)
        headers = {"content-type": "application/json", "x-request-id": "mine"}
        connection.request("POST", "/predict", json.dumps({"records": 2 * [service.record]}), headers)
        answered = json.loads(connection.getresponse().read())["predictions"]
        connection.close()
        until(lambda: json.loads(service.ask("POST", "/feedback", body)[1]) == {"kept": 2, "pending": 0})
        said = json.loads(service.ask("GET", "/feedback")[1])
    finally:
        service.end()
    assert (said["records"], said["pending"], said["change"]) == (2, 0, None)
    assert said["live"] == pytest.approx(abs(answered[0]["amount"] - 1.0))


def test_nobody_waits_for_ever_for_a_table_that_somebody_holds(sample: Get, server: Server) -> None:
    url = server.database()
    service = Service(sample("tariff"), url, FEEDBACK_PLACE="amount")
    body = json.dumps({"feedback": [{"request_id": "mine", "truth": 1.0}]})
    try:
        until(lambda: answers(service))
        service.predict(1)
        until(lambda: service.number("log_rows_total") == 1)
        with psycopg.connect(url) as holder:
            holder.execute("lock table predictions in access exclusive mode")
            service.predict(2)
            assert service.ask("POST", "/feedback", body)[0] == 503
        until(lambda: service.number("log_rows_total") == 3)
        assert service.ask("POST", "/feedback", body)[0] == 200
    finally:
        service.end()
    assert len(rows_in(url)) == 3
