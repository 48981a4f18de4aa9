"""What was true is kept once, held against the answers, and refused where it makes no sense."""

from __future__ import annotations

import json
import time
from pathlib import Path
from typing import Any

import pytest
from pydantic import SecretStr

from {{ cookiecutter.package }}.service import create_app
from {{ cookiecutter.package }}.service.feedback import truth as truths
from {{ cookiecutter.package }}.service.feedback.truth import Truth, recorded, truth_of, value_at
from {{ cookiecutter.package }}.service.settings import Settings

from .hostile import HOSTILE
from .parity import REQUESTS, RESPONSES
from .server import Answer, Client, running

LABELS = Truth("", str, "accuracy", None)


def place() -> str:
    """Return which value of an answer the tests hold a truth against."""
    found = truth_of("", {})
    return found.place if isinstance(found, Truth) else next(iter(truths.places(RESPONSES[0])))


PLACE = place()
SCALAR = isinstance(truth_of(PLACE, {}), Truth)
needs_a_value = pytest.mark.skipif(not SCALAR, reason="an answer holds no single label or number")


def settings(folder: Path, **more: Any) -> Settings:
    return Settings(var_dir=folder, feedback_place=PLACE, **more)


def other(truth: Any) -> Any:
    """Return another value of the same type."""
    if isinstance(truth, bool | str):
        return truth + "?" if isinstance(truth, str) else not truth
    return truth + max(1, abs(truth))


def tell(client: Client, answer: Answer, *found: Any) -> Answer:
    request = answer.headers["x-request-id"]
    entries = [{"request_id": request, "record": n, "truth": each} for n, each in enumerate(found)]
    return client.post("/feedback", {"feedback": entries})


def logged(client: Client) -> dict[str, Any]:
    """Return what is known as soon as the prediction log has all answers."""
    deadline = time.monotonic() + 60
    while (said := client.get("/feedback").json())["pending"]:
        assert time.monotonic() < deadline, said
        time.sleep(0.05)
    return dict(said)


@needs_a_value
def test_what_was_true_is_held_against_the_answers_and_counts_once(tmp_path: Path) -> None:
    app = create_app(settings(tmp_path))
    with running(app) as client:
        answer = client.post("/predict", {"records": 4 * REQUESTS[:1]})
        right = value_at(answer.json()["predictions"][0], PLACE)
        for _ in range(3):
            told = tell(client, answer, right, right, right, wrong := other(right))
            assert told.status == 200 and told.json()["kept"] == 4
        said = logged(client)
        assert said["records"] == 4 and said["change"] is None
        assert said["live"] == pytest.approx(0.75 if said["metric"] == "accuracy" else (wrong - right) / 4)
        page = client.get("/metrics").body.decode()
        assert "feedback_live_metric{metric=" + f'"{said["metric"]}"' + "} " + str(said["live"]) in page
        tell(client, answer, right, right, right, right)
        corrected = client.get("/feedback").json()
        assert (corrected["records"], corrected["live"]) == (4, float(said["metric"] == "accuracy"))
    with running(create_app(settings(tmp_path))) as client:
        assert client.get("/feedback").json()["records"] == 4


@needs_a_value
def test_what_is_told_of_requests_that_nobody_knows_is_kept_until_they_are(tmp_path: Path) -> None:
    with running(create_app(settings(tmp_path))) as client:
        truth = value_at(RESPONSES[0], PLACE)
        body = {"feedback": [{"request_id": "early", "truth": truth}]}
        assert client.post("/feedback", body).json() == {"kept": 1, "pending": 1}
        said = client.get("/feedback").json()
        assert (said["records"], said["live"], said["pending"]) == (0, None, 1)
        headers = {"content-type": "application/json", "x-request-id": "early"}
        client.send("POST", "/predict", json.dumps({"records": REQUESTS[:1]}).encode(), headers)
        assert logged(client)["records"] == 1


@needs_a_value
def test_all_that_is_wrong_is_told_at_once_and_nothing_of_it_is_kept(tmp_path: Path) -> None:
    good = value_at(RESPONSES[0], PLACE)
    with running(create_app(settings(tmp_path))) as client:
        entries: list[Any] = [
            {"request_id": "a", "truth": good},
            {"request_id": "no id \u00e9", "truth": good},
            {"request_id": "a", "record": -1, "truth": good},
            {"request_id": "a", "record": True, "truth": good},
            {"request_id": "a", "record": 2**70, "truth": good},
            {"request_id": "a", "record": 1, "truth": [good]},
            {"request_id": "a", "record": 1},
            {"request_id": "a", "record": 1, "truth": good, "do-not-repeat-me": 1},
            "do-not-repeat-me",
        ]
        answer = client.post("/feedback", {"feedback": entries})
        assert (answer.status, answer.content_type) == (422, "application/problem+json")
        assert [each["record"] for each in answer.json()["errors"]] == list(range(1, len(entries)))
        assert b"do-not-repeat-me" not in answer.body
        twice = [entries[0], {"request_id": "a", "truth": other(good)}]
        assert client.post("/feedback", {"feedback": twice}).status == 422
        assert client.send("PUT", "/feedback", b"", {}).headers["allow"] == "GET, POST"
        assert client.get("/feedback").json()["pending"] == 0


def test_hostile_bodies_are_refused(tmp_path: Path) -> None:
    odd: list[Any] = [
        *(body for _, body in HOSTILE.values()),
        *(body.replace(b"records", b"feedback") for _, body in HOSTILE.values()),
        *(f'{"{"}"feedback": [{"{"}"request_id": "a", "truth": {value}{"}"}]{"}"}'.encode() for value in ODD),
    ]
    with running(create_app(settings(tmp_path))) as client:
        for body in odd:
            answer = client.post("/feedback", body)
            assert 400 <= answer.status < 500 or answer.json().keys() == {"kept", "pending"}, body[:200]
            assert answer.json()
        assert client.post("/feedback", {"feedback": []}, "text/plain").status in (409, 415)


ODD = ("NaN", "-Infinity", "1e400", '"\\ud800"', "null", "{}", "[[]]", "9" * 50, "9" * 5000, '"\\u0000"', "1.5")


@needs_a_value
def test_a_database_that_is_away_is_said_and_nothing_counts_as_kept(tmp_path: Path) -> None:
    url = SecretStr(f"sqlite:///{tmp_path}/away/predictions.sqlite")
    truth = value_at(RESPONSES[0], PLACE)
    with running(create_app(settings(tmp_path, log_url=url))) as client:
        body = {"feedback": [{"request_id": "a", "truth": truth}]}
        answer = client.post("/feedback", body)
        assert (answer.status, answer.headers["retry-after"]) == (503, "1")
        assert client.get("/feedback").status == 503
        (tmp_path / "away").mkdir()
        assert client.post("/feedback", body).status == 200


def test_without_a_prediction_log_it_says_so(tmp_path: Path) -> None:
    with running(create_app(settings(tmp_path, prediction_log=False))) as client:
        answer = client.post("/feedback", {"feedback": []})
        assert answer.status == 409 and b"PREDICTION_LOG" in answer.body


def test_it_can_be_switched_off(tmp_path: Path) -> None:
    with running(create_app(settings(tmp_path, feedback=False))) as client:
        assert client.get("/feedback").status == 404


def test_the_value_that_is_held_against_the_truth_is_the_only_label_or_named(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def of(example: Any, named: str = "", **metrics: float) -> Any:
        monkeypatch.setattr(truths, "EXAMPLE", {"response": example})
        monkeypatch.setattr(truths, "RESPONSE", {})
        return truth_of(named, metrics)

    assert of("yes") == Truth("", str, "accuracy", None)
    assert of(0.5) == Truth("", float, "mean_absolute_error", None)
    assert of(3) == Truth("", int, "accuracy", None)
    assert of(3, test_mae=1.0) == Truth("", int, "mean_absolute_error", None)
    assert of({"leaves": True, "probability": 0.9}) == Truth("leaves", bool, "accuracy", "probability")
    assert of({"low": 0.1, "high": 0.9}, "high") == Truth("high", float, "mean_absolute_error", None)
    assert "low, high" in of({"low": 0.1, "high": 0.9})
    assert "FEEDBACK_PLACE" in of({"low": 0.1, "high": 0.9}, "middle")
    assert of([0.5, 0.25], "1").place == "1"
    assert isinstance(of([[1.0]]), str)


def test_what_was_recorded_is_the_metric_of_the_same_kind() -> None:
    metrics = {"train_accuracy": 0.99, "balanced_accuracy": 0.7, "Test accuracy": 0.9, "MAE": 2}
    assert recorded("accuracy", metrics) == ("Test accuracy", 0.9)
    assert recorded("mean_absolute_error", metrics) == ("MAE", 2.0)
    assert recorded("accuracy", {"auc": 0.9}) is None


def test_answers_that_say_how_probable_they_are_say_how_often_they_are_right() -> None:
    truth = Truth("leaves", bool, "accuracy", "probability")
    answers = [{"leaves": True, "probability": 0.9}, {"leaves": False, "probability": 0.4}]
    assert [truth.sure(each) for each in answers] == pytest.approx([0.9, 0.6])
    assert LABELS.sure("yes") is None
    assert Truth("label", str, "accuracy", "confidence").sure({"label": "a", "confidence": 0.4}) == 0.4


@needs_a_value
def test_what_is_too_old_is_deleted(tmp_path: Path) -> None:
    body = {"feedback": [{"request_id": "a", "truth": value_at(RESPONSES[0], PLACE)}]}
    with running(create_app(settings(tmp_path))) as client:
        assert client.post("/feedback", body).status == 200
    with running(create_app(settings(tmp_path, feedback_days=1e-9))) as client:
        deadline = time.monotonic() + 60
        while client.get("/feedback").json()["pending"]:
            assert time.monotonic() < deadline
            time.sleep(0.05)
