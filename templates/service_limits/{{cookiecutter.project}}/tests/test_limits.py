"""How much each caller may ask."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from {{ cookiecutter.package }}.service import create_app
from {{ cookiecutter.package }}.service.rounding import rounded
from {{ cookiecutter.package }}.service.settings import Settings

from .parity import REQUESTS, floats
from .server import Answer, Client, running


def ask(client: Client, times: int, records: int = 1) -> list[Answer]:
    body = {"records": [REQUESTS[0]] * records}
    return [client.post("/predict", body) for _ in range(times)]


def test_more_requests_than_allowed_wait() -> None:
    with running(create_app(Settings(rate_limit="3/hour"))) as client:
        answers = ask(client, 5)
        assert [answer.status for answer in answers] == [200, 200, 200, 429, 429]
        refused = answers[-1]
        assert refused.content_type == "application/problem+json"
        assert 1 <= int(refused.headers["retry-after"]) <= 3600
        assert client.get("/healthz").status == 200
        said = client.get("/openapi.json").json()["paths"]
        assert "429" in said["/predict"]["post"]["responses"]
        assert "429" not in said["/model"]["get"]["responses"]


def test_more_records_than_allowed_wait() -> None:
    with running(create_app(Settings(record_budget="5/day"))) as client:
        assert [answer.status for answer in ask(client, 3, records=3)] == [200, 429, 429]
        assert [answer.status for answer in ask(client, 2, records=2)] == [200, 429]


def test_more_records_than_are_ever_allowed_are_not_answered() -> None:
    with running(create_app(Settings(record_budget="5/day"))) as client:
        assert ask(client, 1, records=6)[0].status == 429
        assert ask(client, 1, records=5)[0].status == 200


def test_who_asks_several_times_at_once_does_not_get_more(monkeypatch: pytest.MonkeyPatch) -> None:
    app, go_on = create_app(Settings(record_budget="5/day", max_batch_records=1)), threading.Event()

    def slow(records: list[Any]) -> list[Any]:
        assert go_on.wait(60)
        return [None] * len(records)

    with running(app) as client, ThreadPoolExecutor(4) as threads:
        monkeypatch.setattr(app.service.model, "at_once", lambda records: None)
        monkeypatch.setattr(app.service.model, "predict", slow)
        sent = [threads.submit(ask, client, 1, 2) for _ in range(4)]
        while sum(each.done() for each in sent) < 2:
            assert not any(each.done() and each.result()[0].status != 429 for each in sent)
        go_on.set()
        statuses = sorted(each.result()[0].status for each in sent)
        assert statuses == [200, 200, 429, 429]
        assert [answer.status for answer in ask(client, 2)] == [200, 429]


def test_what_is_refused_costs_nothing() -> None:
    with running(create_app(Settings(record_budget="2/day"))) as client:
        assert {client.post("/predict", b"?").status for _ in range(5)} == {400}
        assert [answer.status for answer in ask(client, 3)] == [200, 200, 429]


def test_limits_that_are_none_are_told_at_once() -> None:
    with pytest.raises(ValueError, match="RATE_LIMIT is no limit.*\n.*RECORD_BUDGET is no limit"):
        create_app(Settings(rate_limit="many", record_budget="more"))


def test_numbers_of_answers_have_no_more_digits_than_allowed() -> None:
    body = {"records": REQUESTS[:10]}
    with running(create_app(Settings(answer_digits=0))) as client:
        exact = client.post("/predict", body).json()["predictions"]
        assert "answer_digits" not in client.get("/model").json()
    with running(create_app(Settings(answer_digits=2))) as client:
        answer = client.post("/predict", body).json()["predictions"]
        assert client.get("/model").json()["answer_digits"] == 2
    assert answer == rounded(exact, 2)
    assert all(float(f"{number:.1e}") == number for number in floats(answer))


def test_rounding_leaves_what_is_no_fraction() -> None:
    given = [1 / 3, {"a": [123456.789, -0.00012345], "b": "0.12345"}, None, True, 98765, 0.0]
    assert rounded(given, 3) == [0.333, {"a": [123000.0, -0.000123], "b": "0.12345"}, None, True, 98765, 0.0]
