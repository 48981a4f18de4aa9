"""What a monitor is told: requests, answers, what is odd about them, and how old the model is."""

from __future__ import annotations

import json
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from prometheus_client.parser import text_string_to_metric_families

from {{ cookiecutter.package }}.model import Model
from {{ cookiecutter.package }}.schema.contract import USUAL
from {{ cookiecutter.package }}.service import create_app
from {{ cookiecutter.package }}.service.metrics.values import parts
from {{ cookiecutter.package }}.service.settings import Settings

from .parity import REQUESTS
from .server import Client, running
from .unusual_records import unusual_records


def values(client: Client) -> dict[str, float]:
    """Return each number of the page, by its name and its labels, which the page has by their names."""
    text = client.get("/metrics").body.decode()
    return {
        " ".join((sample.name, *sample.labels.values())): sample.value
        for family in text_string_to_metric_families(text)
        for sample in family.samples
    }


def test_requests_are_counted_by_route_and_status_and_not_by_what_callers_write() -> None:
    with running(create_app()) as client:
        for _ in range(3):
            client.post("/predict", {"records": REQUESTS[:1]})
        client.post("/predict", b"{")
        client.get("/secret-of-a-caller")
        client.send("ODD", "/predict", b"", {})
        found = values(client)
    name = "http_server_request_duration_seconds_count"
    assert found[f"{name} POST 200 /predict"] == 3
    assert found[f"{name} POST 400 /predict"] == 1
    assert found[f"{name} GET 404 "] == 1
    assert not [key for key in found if "secret" in key or "ODD" in key]
    assert found["http_server_request_duration_seconds_bucket POST 200 /predict +Inf"] == 3
    assert found["http_server_request_duration_seconds_sum POST 200 /predict"] > 0


@pytest.mark.parametrize("records", [2, 20])
def test_answers_are_told_by_what_they_are(records: int) -> None:
    with running(create_app()) as client:
        answer = client.post("/predict", {"records": records * REQUESTS[:1]}).json()
        found = values(client)
    assert found["predict_records_bucket 1.0"] == 0 and found[f"predict_records_bucket {records}.0"] == 1
    assert found["predictions_total"] == records
    assert found[f"model_info {answer['model_version']}"] == 1
    told = [each for prediction in answer["predictions"] for each in parts(prediction)]
    counted = sum(
        number
        for name, number in found.items()
        if name.startswith("predictions_by_answer_total")
        or (name.startswith("prediction_value_bucket") and "+Inf" in name)
    )
    assert counted == len([value for _, value in told if value is not None])


def test_values_that_the_notebook_did_not_have_are_counted(monkeypatch: pytest.MonkeyPatch) -> None:
    if not USUAL:
        pytest.skip("too little is known of what a record's values were")
    app = create_app()
    with running(app) as client:
        monkeypatch.setattr(app.service.model, "at_once", lambda records: None)
        monkeypatch.setattr(app.service.model, "predict", lambda records: [1 for _ in records])
        for record, field, reason in unusual_records(REQUESTS[0]):
            before = values(client).get(f"values_unusual_total {field or ''} {reason}", 0)
            assert client.post("/predict", {"records": [record, REQUESTS[0]]}).status == 200
            assert values(client)[f"values_unusual_total {field or ''} {reason}"] == before + 1


def test_answers_that_are_not_finite_are_counted(monkeypatch: pytest.MonkeyPatch) -> None:
    app = create_app()
    with running(app) as client:
        before = values(client)
        odd = [{"a": [None, 1.0]}, None]
        monkeypatch.setattr(app.service.model, "at_once", lambda records: None)
        monkeypatch.setattr(app.service.model, "predict", lambda records: odd[: len(records)])
        assert client.post("/predict", {"records": REQUESTS[:1]}).status == 200
        after = values(client)
    assert before["values_not_finite_total"] == 0
    assert after["values_not_finite_total"] == 1
    assert after["predictions_total"] == 1


def test_how_long_requests_wait_for_their_turn_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    app = create_app()
    with running(app) as client:
        client.post("/predict", {"records": REQUESTS[:1]})
        monkeypatch.setattr(app.service.model, "at_once", lambda records: None)
        before = values(client)["predict_wait_seconds_count"]
        client.post("/predict", {"records": REQUESTS[:1]})
        found = values(client)
    assert found["predict_wait_seconds_count"] == before + 1
    assert found["predict_wait_seconds_sum"] > 0


def test_a_stale_model_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    week_ago = datetime.now().astimezone() - timedelta(days=7)
    monkeypatch.setattr(Model, "trained_at", property(lambda model: week_ago))
    for days, stale in ((6, 1), (8, 0)):
        with running(create_app(Settings(model_max_age_days=days))) as client:
            found = values(client)
            assert client.get("/readyz").json()["model_stale"] is bool(stale)
        assert found["model_stale"] == stale
        assert abs(found["model_age_seconds"] - 7 * 86_400) < 600


def test_each_worker_tells_the_numbers_of_all(tmp_path: Path) -> None:
    other = [["predictions_total", [], [40]], ["predictions_by_answer_total", ["", "zzz"], [2]]]
    (tmp_path / "metrics-1.json").write_text(json.dumps(other))
    with running(create_app(Settings(workers_dir=tmp_path))) as client:
        client.post("/predict", {"records": 2 * REQUESTS[:1]})
        found = values(client)
    assert found["predictions_total"] == 42
    assert found["predictions_by_answer_total zzz "] == 2


def test_gauges_of_other_parts_are_on_the_page() -> None:
    app = create_app()
    app.service.gauges["oddness"] = ("How odd.", "field", lambda: {'a "b"': 0.5, "c": 2})
    with running(app) as client:
        found = values(client)
    assert found['oddness a "b"'] == 0.5 and found["oddness c"] == 2


def test_it_can_be_switched_off() -> None:
    with running(create_app(Settings(metrics=False))) as client:
        assert client.get("/metrics").status == 404
