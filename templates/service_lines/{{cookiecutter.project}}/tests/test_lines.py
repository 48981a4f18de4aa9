"""The log: JSON, a line for requests, and nothing that a caller sent."""

from __future__ import annotations

import json
from typing import Any

import pytest

from {{ cookiecutter.package }}.service import create_app
from {{ cookiecutter.package }}.service.settings import Settings

from .parity import REQUESTS
from .server import running


def lines(capsys: pytest.CaptureFixture[str]) -> list[dict[str, Any]]:
    return [json.loads(line) for line in capsys.readouterr().out.splitlines()]


def fails(records: list[Any]) -> list[Any]:
    raise RuntimeError("what-a-caller-sent")


def test_each_request_has_a_line(capsys: pytest.CaptureFixture[str]) -> None:
    with running(create_app(Settings(log_lines_share=1))) as client:
        answer = client.post("/predict", {"records": 2 * REQUESTS[:1]})
        client.get("/what-a-caller-sent")
    told = [line for line in lines(capsys) if line["logger"] == "access"]
    first, second = told
    assert first["request_id"] == answer.headers["x-request-id"]
    assert (first["method"], first["route"], first["status"]) == ("POST", "/predict", 200)
    assert first["records"] == 2 and first["seconds"] > 0
    assert (second["route"], second["status"]) == ("", 404)
    assert "what-a-caller-sent" not in json.dumps(told)


@pytest.mark.parametrize("allowed", [False, True])
def test_what_a_caller_sent_is_in_the_log_only_if_allowed(
    allowed: bool, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    app = create_app(Settings(log_lines_share=0, log_lines_values=allowed))
    with running(app) as client:
        monkeypatch.setattr(app.service.model, "at_once", lambda records: None)
        monkeypatch.setattr(app.service.model, "predict", fails)
        answer = client.post("/predict", {"records": REQUESTS[:1]})
        assert answer.status == 500
    told = lines(capsys)
    assert ("what-a-caller-sent" in json.dumps(told)) is allowed
    failed = next(line for line in told if "exception" in line)
    assert failed["exception"][0].startswith("RuntimeError") and "fails" in failed["exception"][-1]
    assert failed["request_id"] == answer.headers["x-request-id"]
    assert [line["status"] for line in told if line["logger"] == "access"] == [500]


def test_it_can_be_switched_off(capsys: pytest.CaptureFixture[str]) -> None:
    with running(create_app(Settings(log_lines=False))) as client:
        client.post("/predict", {"records": REQUESTS[:1]})
    assert not [line for line in capsys.readouterr().out.splitlines() if line.startswith("{")]
