"""Several workers serve as one."""

from __future__ import annotations

import time

from .process import Service
from .server import Client
from .test_metrics import values


def test_numbers_are_those_of_all_workers(two_workers: Service) -> None:
    client = Client(two_workers.port)
    for _ in range(20):
        assert client.post("/predict", b"{").status == 400  # which no other test has it answer
    name, seen = "http_server_request_duration_seconds_count POST 400 /predict", 0.0
    while seen < 20:
        found = values(client).get(name, 0)
        assert found >= seen, "a counter went back"
        seen = found
        time.sleep(0.1)
    assert seen == 20
