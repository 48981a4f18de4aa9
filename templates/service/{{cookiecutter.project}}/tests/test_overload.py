"""Who asks for too much at a time is told to come again, and a service that is about to stop says so."""

from __future__ import annotations

import json
import threading
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from {{ cookiecutter.package }}.service import create_app
from {{ cookiecutter.package }}.service.settings import Settings

from .parity import REQUESTS
from .server import running


def test_more_requests_than_allowed_are_told_to_come_again(monkeypatch: pytest.MonkeyPatch) -> None:
    app = create_app(Settings(max_requests=2))
    go_on = threading.Event()

    def slow(records: list[Any]) -> list[Any]:
        assert go_on.wait(60)
        return [None] * len(records)

    with running(app) as client, ThreadPoolExecutor(4) as threads:
        monkeypatch.setattr(app.service.model, "at_once", lambda records: None)
        monkeypatch.setattr(app.service.model, "predict", slow)
        sent = [threads.submit(client.post, "/predict", {"records": REQUESTS[:1]}) for _ in range(4)]
        while sum(each.done() for each in sent) < 2:
            assert client.get("/healthz").status == 200
        assert client.get("/model").status == 503
        go_on.set()
        answers = [each.result() for each in sent]
    assert sorted(answer.status for answer in answers) == [200, 200, 503, 503]
    refused = next(answer for answer in answers if answer.status == 503)
    assert refused.content_type == "application/problem+json"
    assert refused.headers["retry-after"] == "1"


@pytest.mark.parametrize(("levels", "deep"), [(8, False), (9, True)])
def test_a_body_nested_too_deeply_is_not_looked_into(levels: int, deep: bool) -> None:
    body = b'{"records":' + b"[" * (levels - 1) + b"1" + b"]" * (levels - 1) + b"}"
    with running(create_app(Settings(max_nesting=8))) as client:
        answer = client.post("/predict", body)
    assert (answer.status == 400) is deep
    assert ("nested" in answer.json()["detail"]) is deep


def test_a_service_about_to_stop_answers_and_has_clients_go_elsewhere() -> None:
    app = create_app()
    with running(app) as client:
        assert "connection" not in client.get("/readyz").headers
        app.service.draining = True
        answer = client.post("/predict", json.dumps({"records": REQUESTS[:1]}).encode())
        ready = client.get("/readyz")
    assert (answer.status, answer.headers["connection"]) == (200, "close")
    assert (ready.status, ready.headers["connection"]) == (503, "close")
