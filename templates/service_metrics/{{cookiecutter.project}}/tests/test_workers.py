"""Several workers serve as one."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator

import pytest

from .parity import REQUESTS
from .server import Client
from .test_metrics import values


@pytest.fixture
def two_workers() -> Iterator[Client]:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    environment = {**os.environ, "PORT": str(port), "WORKERS": "2", "LOG_LEVEL": "error"}
    command = [sys.executable, "-m", "{{ cookiecutter.package }}.service"]
    process = subprocess.Popen(command, env=environment)
    try:
        yield ready(Client(port), process)
    finally:
        process.send_signal(signal.SIGTERM)
        assert process.wait(timeout=60) in {0, -signal.SIGTERM}


def ready(client: Client, process: subprocess.Popen[bytes]) -> Client:
    while True:
        try:
            if client.get("/readyz").status == 200:
                return client
        except OSError:
            assert process.poll() is None, "the service did not start"
            time.sleep(0.1)


def test_numbers_are_those_of_all_workers(two_workers: Client) -> None:
    for _ in range(20):
        assert two_workers.post("/predict", {"records": REQUESTS[:1]}).status == 200
    name, seen = "http_server_request_duration_seconds_count POST 200 /predict", 0.0
    while seen < 20:
        found = values(two_workers).get(name, 0)
        assert found >= seen, "a counter went back"
        seen = found
        time.sleep(0.1)
    assert seen == 20
