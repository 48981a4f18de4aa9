"""The service over HTTP: the notebook's answers, and bad input."""

from __future__ import annotations

import gc
from collections.abc import Iterator
from typing import Any

import pytest

from {{ cookiecutter.package }}.schema import REQUEST
from {{ cookiecutter.package }}.service import create_app

from .bad_records import bad_records
from .hostile import HOSTILE
from .parity import REQUESTS, RESPONSES, difference
from .server import Answer, Client, running

BAD_RECORDS = dict(bad_records(REQUESTS[0], REQUEST))


@pytest.fixture(scope="module")
def client() -> Iterator[Client]:
    with running(create_app()) as client:
        yield client


def assert_problem(answer: Answer, status: int) -> dict[str, Any]:
    problem = answer.json()
    assert answer.content_type == "application/problem+json"
    assert (answer.status, problem["status"]) == (status, status), problem
    assert problem["title"] and problem["detail"]
    return problem


def test_answers_over_http_are_the_notebooks(client: Client) -> None:
    for position in range(0, len(REQUESTS), 100):
        chunk = slice(position, position + 100)
        answer = client.post("/predict", {"records": REQUESTS[chunk]})
        assert answer.status == 200, answer.body
        assert difference(answer.json()["predictions"], RESPONSES[chunk]) is None


def test_answer_names_the_model_version(client: Client) -> None:
    answer = client.post("/predict", {"records": REQUESTS[:1]}).json()
    assert answer["model_version"] == client.get("/model").json()["model_version"]
    assert answer["model_version"] == client.get("/readyz").json()["model_version"]


@pytest.mark.parametrize("name", HOSTILE)
def test_hostile_body_is_refused(client: Client, name: str) -> None:
    status, body = HOSTILE[name]
    assert_problem(client.post("/predict", body), status)


@pytest.mark.parametrize("name", BAD_RECORDS)
def test_bad_record_is_named(client: Client, name: str) -> None:
    problem = assert_problem(
        client.post("/predict", {"records": [REQUESTS[0], BAD_RECORDS[name]]}), 422
    )
    assert {error["record"] for error in problem["errors"]} == {1}


def test_all_problems_are_told_at_once(client: Client) -> None:
    bad = next(iter(BAD_RECORDS.values()))
    problem = assert_problem(client.post("/predict", {"records": [bad, REQUESTS[0], bad]}), 422)
    assert {error["record"] for error in problem["errors"]} == {0, 2}


@pytest.mark.parametrize("content_type", ["text/plain", "application/x-www-form-urlencoded", ""])
def test_other_content_types_are_refused(client: Client, content_type: str) -> None:
    answer = client.post("/predict", {"records": REQUESTS[:1]}, content_type)
    assert_problem(answer, 415)


def test_unknown_path_and_wrong_method_are_problems(client: Client) -> None:
    assert_problem(client.get("/nowhere"), 404)
    assert_problem(client.get("/predict"), 405)
    assert_problem(wrong := client.post("/healthz", b""), 405)
    assert wrong.headers["allow"] == "GET, HEAD"


def test_input_is_not_repeated(client: Client) -> None:
    answer = client.post("/predict", {"records": [["do-not-repeat-me"]]})
    assert b"do-not-repeat-me" not in answer.body


def test_crash_is_a_problem_without_details(monkeypatch: pytest.MonkeyPatch) -> None:
    app = create_app()
    with running(app) as client:
        monkeypatch.setattr(app.service.model, "at_once", lambda records: None)
        monkeypatch.setattr(app.service.model, "predict", crash)
        answer = client.post("/predict", {"records": REQUESTS[:1]})
    problem = assert_problem(answer, 500)
    assert b"secret" not in answer.body
    assert problem["request_id"] == answer.headers["x-request-id"]


def crash(records: list[Any]) -> list[Any]:
    raise RuntimeError("secret")


def test_the_garbage_collector_leaves_alone_what_is_there_for_good() -> None:
    before = gc.get_threshold()
    gc.set_threshold(700, 10, 10)  # another service may run in this process
    try:
        with running(create_app()):
            assert gc.get_freeze_count() > 10_000
            assert gc.get_threshold()[0] > 700
        assert gc.get_threshold()[0] == 700
    finally:
        gc.set_threshold(*before)


def test_health(client: Client) -> None:
    assert client.get("/healthz").json() == {"status": "ok"}
    assert client.get("/readyz").json()["status"] == "ready"
    for path in ("/healthz", "/readyz"):
        answer = client.send("HEAD", path, b"", {})
        assert (answer.status, answer.body) == (200, b"")


def test_model_card_lists_artifacts(client: Client) -> None:
    card = client.get("/model").json()
    assert all(len(artifact["sha256"]) == 64 for artifact in card["artifacts"])
    assert card["request"] == REQUEST
    assert card["served_by"]["way"] == "compiled" or card["served_by"]["why"]


def test_docs_show_the_request_schema(client: Client) -> None:
    assert client.get("/docs").status == 200
    operation = client.get("/openapi.json").json()["paths"]["/predict"]["post"]
    described = operation["requestBody"]["content"]["application/json"]
    assert described["schema"]["properties"]["records"]["items"]


@pytest.mark.parametrize("where", ["a guard", "an answer"])
def test_a_bug_is_answered_and_told_once(where: str, caplog: pytest.LogCaptureFixture) -> None:
    app, seen = create_app(), list[tuple[str, int]]()

    async def broken() -> None:
        raise ZeroDivisionError("what was sent")

    if where == "a guard":
        app.service.guards.append(lambda exchange: broken())
    app.service.app.add_api_route("/broken", broken)
    app.service.watchers.append(lambda exchange: seen.append((exchange.route, exchange.status)))
    with running(app) as client:
        answer = client.get("/broken")
    assert (answer.status, answer.content_type) == (500, "application/problem+json")
    assert b"what was sent" not in answer.body
    assert seen == [("/broken", 500)]
    said = [each.getMessage() for each in caplog.records if each.levelname == "ERROR" and each.name != "access"]
    assert len(said) == 1 and answer.json()["request_id"] in said[0]
