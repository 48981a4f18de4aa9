"""Explanations over HTTP: they add up to the answers, are bounded, and leave the served model alone."""

from __future__ import annotations

import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from random import Random
from typing import Any

import pytest

from {{ cookiecutter.package }}.schema import REQUEST, parts
from {{ cookiecutter.package }}.service import create_app
from {{ cookiecutter.package }}.service.front import Front
from {{ cookiecutter.package }}.service.settings import Settings

from .hostile import HOSTILE, mutated
from .parity import REQUESTS, RESPONSES, difference, floats
from .server import Client, running

FEW = REQUESTS[:5]
explainable = pytest.mark.skipif(bool(parts.WHY_NOT), reason=parts.WHY_NOT)


@pytest.fixture(scope="module")
def app() -> Front:
    return create_app(Settings(explain_seconds=30, explain_asks=2000))


@pytest.fixture(scope="module")
def client(app: Front) -> Iterator[Client]:
    with running(app) as client:
        yield client


def explanations(client: Client, records: list[Any]) -> list[Any]:
    answer = client.post("/explain", {"records": records})
    assert answer.status == 200, answer.body
    found: list[Any] = answer.json()["explanations"]
    return found


def assert_adds_up(explanation: dict[str, Any]) -> None:
    for each in explanation["explained"]:
        added = each["base"] + sum(part["contribution"] for part in each["contributions"])
        size = max(1.0, *(abs(part["contribution"]) for part in each["contributions"]))
        assert added == pytest.approx(each["value"], rel=1e-9, abs=1e-9 * size), each["of"]


def numbers_in(answer: Any) -> Iterator[float]:
    """Yield the numbers of an answer: of those without a fraction, some are explained, too."""
    if isinstance(answer, dict | list):
        for each in answer.values() if isinstance(answer, dict) else answer:
            yield from numbers_in(each)
    elif isinstance(answer, int | float) and not isinstance(answer, bool):
        yield answer


@explainable
def test_contributions_add_up_to_the_notebooks_answers(client: Client) -> None:
    for record, response in zip(FEW, RESPONSES, strict=False):
        (found,) = explanations(client, [record])
        assert difference(found["prediction"], response) is None
        assert found["background"] >= 1
        assert_adds_up(found)
        if list(floats(response)) and not isinstance(response, float):
            values, numbers = [each["value"] for each in found["explained"]], list(numbers_in(response))
            assert all(any(number == pytest.approx(n, rel=1e-6) for n in numbers) for number in values)


@explainable
def test_the_same_request_has_the_same_explanation(client: Client) -> None:
    first, second = explanations(client, FEW[:2]), explanations(client, FEW[:2])
    for one, other in zip(numbers_of(first), numbers_of(second), strict=True):
        assert one == pytest.approx(other, rel=1e-4, abs=1e-6)  # what 32 bits lose depends on the other rows of a call


def numbers_of(found: list[Any]) -> list[list[float]]:
    every = [each for explanation in found for each in explanation["explained"]]
    return [[part["contribution"] for part in each["contributions"]] for each in every]


@explainable
def test_a_record_is_explained_by_its_own_parts(client: Client) -> None:
    (found,) = explanations(client, FEW[:1])
    for each in found["explained"]:
        assert [part["name"] for part in each["contributions"]] == parts.names(FEW[0])


@explainable
def test_parts_together_are_the_record() -> None:
    for record in FEW:
        again = parts.together(parts.values(record))
        fields = REQUEST.get("fields")
        wanted = {field["name"]: record[field["name"]] for field in fields} if fields else record
        assert again == wanted


@explainable
def test_the_served_model_is_left_alone(app: Front, client: Client) -> None:
    before = {name: vars(value).copy() for name, value in served(app).items() if hasattr(value, "__dict__")}
    explanations(client, FEW[:1])
    after = {name: vars(value) for name, value in served(app).items() if hasattr(value, "__dict__")}
    assert {name: set(each) for name, each in before.items()} == {name: set(each) for name, each in after.items()}


def served(app: Front) -> dict[str, Any]:
    return app.service.loaded.artifacts


@explainable
def test_whoever_finds_no_time_comes_again() -> None:
    with running(create_app(Settings(explain_seconds=1e-6))) as client:
        answer = client.post("/explain", {"records": FEW[:1]})
    if all(each == FEW[0] for each in REQUESTS):  # there is nothing that the model would have to be asked
        assert answer.status == 200
    else:
        assert answer.status == 503 and answer.headers["retry-after"]


@explainable
def test_a_slow_model_is_asked_less(monkeypatch: pytest.MonkeyPatch) -> None:
    app = create_app(Settings(explain_seconds=1, explain_asks=1_000_000))
    with running(app) as client:
        original = type(app.service.loaded).original

        def slowly(self: Any, batch: list[Any]) -> list[Any]:
            time.sleep(0.002 * len(batch))
            return original(self, batch)

        monkeypatch.setattr(type(app.service.loaded), "original", slowly)
        (found,) = explanations(client, FEW[:1])
    assert_adds_up(found)


@explainable
def test_what_the_model_cannot_answer_among_others_is_refused(app: Front, client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    assert explanations(client, FEW[:1])
    with monkeypatch.context() as patch:
        patch.setattr("{{ cookiecutter.package }}.inference.predict", refuse)
        answer = client.post("/explain", {"records": FEW[:1]})
    assert answer.status == 500 and b"secret" not in answer.body
    assert explanations(client, FEW[:1])


def refuse(*given: Any, **named: Any) -> Any:
    raise ValueError("secret")


@pytest.mark.parametrize("name", HOSTILE)
def test_hostile_body_is_refused(client: Client, name: str) -> None:
    status, body = HOSTILE[name]
    answer = client.post("/explain", body)
    assert (answer.status, answer.content_type) == (status, "application/problem+json")


def test_changed_bodies_are_answered_or_refused() -> None:
    draw, statuses = Random(0), set()
    with running(create_app(Settings(explain_asks=100))) as client:
        for _ in range(150):
            answer = client.post("/explain", mutated(draw, FEW))
            statuses.add(answer.status)
            for each in answer.json().get("explanations", ()):
                assert_adds_up(each)
    assert statuses <= {200, 400, 413, 422, 501, 503}


@explainable
def test_predictions_are_answered_between_the_calls_of_an_explanation(client: Client) -> None:
    with ThreadPoolExecutor(4) as threads:
        asked = [threads.submit(client.post, path, {"records": FEW[:2]}) for path in ("/explain", "/predict") * 4]
    assert {each.result().status for each in asked} == {200}


def test_records_that_cannot_be_explained_are_told(client: Client) -> None:
    answer = client.post("/explain", {"records": FEW[:1]})
    assert answer.status == (501 if parts.WHY_NOT else 200)
    many = client.post("/explain", {"records": [FEW[0]] * 11})
    assert many.status == 422 and b"between 1 and 10" in many.body


@explainable
def test_explanations_count_as_records_that_were_answered() -> None:
    if "record_budget" not in Settings.model_fields:
        pytest.skip("this service has no budgets")
    settings: dict[str, Any] = {"record_budget": "2/day", "explain_asks": 500}
    with running(create_app(Settings(**settings))) as client:
        statuses = [client.post("/explain", {"records": FEW[:1]}).status for _ in range(3)]
    assert statuses == [200, 200, 429]


@explainable
def test_explanations_are_as_inexact_as_answers() -> None:
    if "answer_digits" not in Settings.model_fields:
        pytest.skip("this service gives all digits")
    settings: dict[str, Any] = {"answer_digits": 2, "explain_asks": 500}
    with running(create_app(Settings(**settings))) as client:
        said = client.post("/explain", {"records": FEW[:1]}).json()["explanations"]
    numbers = floats(said)
    assert numbers and all(float(f"{number:.1e}") == number for number in numbers)


def test_it_can_be_switched_off() -> None:
    with running(create_app(Settings(explain=False))) as client:
        assert client.post("/explain", {"records": FEW[:1]}).status == 404
