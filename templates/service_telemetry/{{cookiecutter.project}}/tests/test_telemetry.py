"""Each request is a span at a collector, with what OpenTelemetry wants of it and nothing that a caller wrote."""

from __future__ import annotations

import json
import sys
import time
from typing import Any

import pytest

from {{ cookiecutter.package }}.service import create_app
from {{ cookiecutter.package }}.service.settings import SettingError, Settings

from .collector import collecting, said
from .parity import REQUESTS
from .server import Client, running

SENDING = "{{ cookiecutter.package }}.service.telemetry.sending"
JSON = {"content-type": "application/json"}
BODY = json.dumps({"records": REQUESTS[:2]}).encode()
TRACE, PARENT = "4bf92f3577b34da6a3ce929d0e0e4736", "00f067aa0ba902b7"


def settings(**changes: Any) -> Settings:
    pytest.importorskip("opentelemetry.exporter.otlp.proto.http", reason="pip install -e '.[telemetry]'")
    return Settings(**changes)


def predicted(client: Client, **headers: str) -> str:
    """Ask, and return the request's id."""
    answer = client.send("POST", "/predict", BODY, JSON | headers)
    assert answer.status == 200, answer.body
    return answer.headers["x-request-id"]


@pytest.fixture
def not_imported(monkeypatch: pytest.MonkeyPatch) -> str:
    """Return the name of the module that imports OpenTelemetry, as if nobody had needed it yet."""
    monkeypatch.delitem(sys.modules, SENDING, raising=False)
    return SENDING


@pytest.mark.parametrize("own", [{}, {"telemetry": False, "otel_exporter_otlp_endpoint": "http://localhost:4318"}])
def test_without_an_endpoint_nothing_is_watched_nor_imported(own: dict[str, Any], not_imported: str) -> None:
    watchers = create_app(Settings(**own)).service.watchers
    assert not [each for each in watchers if "telemetry" in each.__module__]
    assert not_imported not in sys.modules


def test_a_request_is_a_span_with_what_became_of_it() -> None:
    with collecting() as collector:
        own = settings(otel_exporter_otlp_endpoint=collector.url, otel_exporter_otlp_headers="authorization=Bearer%20mine")
        before = time.time()
        with running(app := create_app(own)) as client:
            good, version = predicted(client), app.service.loaded.version
            bad = client.post("/predict", {"records": [["do-not-send-me"]]}).headers["x-request-id"]
            lost = client.get("/do-not-send-me?do-not-send-me").headers["x-request-id"]
            docs = client.get("/docs").headers["x-request-id"]
        spans = collector.spans()
        assert {each["path"] for each in collector.headers} == {"/v1/traces"}
        assert {each["authorization"] for each in collector.headers} == {"Bearer mine"}
        resource = said(collector.resources()[0].resource.attributes)
    assert resource["service.name"] == "{{ cookiecutter.package }}" and resource["service.instance.id"]
    names = {name: spans[key].name for name, key in {"good": good, "bad": bad, "lost": lost, "docs": docs}.items()}
    assert names == {"good": "POST /predict", "bad": "POST /predict", "lost": "GET", "docs": "GET /docs"}
    span = spans[good]
    assert (span.kind, span.status.code, span.parent_span_id) == (2, 0, b"")  # SERVER, UNSET
    assert before - 1 < span.start_time_unix_nano / 1e9 < span.end_time_unix_nano / 1e9 < time.time() + 1
    attributes = said(span.attributes)
    assert attributes["http.request.method"] == "POST" and attributes["http.route"] == "/predict"
    assert (attributes["http.response.status_code"], attributes["url.scheme"]) == (200, "http")
    assert (attributes["predict.records"], attributes["model.version"]) == (2, version)
    assert said(spans[bad].attributes)["http.response.status_code"] in (400, 422)
    assert "http.route" not in said(spans[lost].attributes)


def test_nothing_that_a_caller_wrote_is_sent() -> None:
    secret = "do-not-send-me"
    headers = {"x-api-key": secret, "authorization": f"Bearer {secret}", "user-agent": secret, "cookie": secret}
    with collecting() as collector:
        with running(create_app(settings(otel_exporter_otlp_endpoint=collector.url))) as client:
            answers = [
                client.send("POST", "/predict", BODY, JSON | headers),
                client.send("POST", "/predict", json.dumps({"records": [secret], secret: secret}).encode(), JSON),
                client.send("GET", f"/{secret}/{secret}?key={secret}", b"", headers),
                client.send("PROPFIND", "/predict", b"", headers),
            ]
        methods = {key: said(span.attributes)["http.request.method"] for key, span in collector.spans().items()}
        assert methods.keys() == {answer.headers["x-request-id"] for answer in answers}
        assert sorted(methods.values()) == ["GET", "POST", "POST", "_OTHER"]
        assert not [body for body in collector.bodies if secret in body.decode("latin-1")]


def test_a_callers_trace_goes_on() -> None:
    with collecting() as collector:
        own = settings(otel_exporter_otlp_endpoint=collector.url, telemetry_share=0)
        with running(create_app(own)) as client:
            inside = predicted(client, traceparent=f"00-{TRACE}-{PARENT}-01", tracestate="vendor=1")
            unwanted = predicted(client, traceparent=f"00-{TRACE}-{PARENT}-00")
            alone = predicted(client)
        spans = collector.spans()
    assert spans.keys() == {inside}, (unwanted, alone)
    span = spans[inside]
    assert (span.trace_id.hex(), span.parent_span_id.hex(), span.trace_state) == (TRACE, PARENT, "vendor=1")


@pytest.mark.parametrize("nonsense", ["", "00-0-0-01", f"00-{'0' * 32}-{PARENT}-01", "\xff" * 55])
def test_a_trace_that_is_none_begins_a_new_one(nonsense: str) -> None:
    with collecting() as collector:
        with running(create_app(settings(otel_exporter_otlp_endpoint=collector.url))) as client:
            request = predicted(client, traceparent=nonsense)
        span = collector.spans()[request]
    assert span.parent_span_id == b"" and span.trace_id.hex() not in (TRACE, "0" * 32)


def test_what_waits_for_the_model_says_how_long_and_with_how_many(monkeypatch: pytest.MonkeyPatch) -> None:
    with collecting() as collector:
        with running(app := create_app(settings(otel_exporter_otlp_endpoint=collector.url))) as client:
            monkeypatch.setattr(app.service.model, "at_once", lambda records: None)
            good = predicted(client)
            monkeypatch.setattr(app.service.model, "predict", crash)
            crashed = client.send("POST", "/predict", BODY, JSON).headers["x-request-id"]
        spans = collector.spans()
    attributes = said(spans[good].attributes)
    assert attributes["predict.batch_records"] == 2 and 0 < attributes["predict.wait_seconds"] < 60
    attributes = said(spans[crashed].attributes)
    assert (attributes["http.response.status_code"], attributes["error.type"]) == (500, "500")
    assert spans[crashed].status.code == 2  # ERROR
    assert spans[crashed].status.message == ""


def crash(records: list[Any]) -> list[Any]:
    raise RuntimeError("secret")


def test_more_than_the_most_in_a_second_are_left_out_and_counted() -> None:
    with collecting() as collector:
        own = settings(otel_exporter_otlp_endpoint=collector.url, telemetry_most=1)
        with running(app := create_app(own)) as client:
            ids = {predicted(client) for _ in range(20)}
            left_out = app.service.counted["telemetry_left_out_total"][1]()
        spans = collector.spans()
    assert 1 <= len(spans) and left_out >= 1 and len(spans) + left_out == len(ids)


def test_a_collector_that_is_away_harms_nobody() -> None:
    with collecting() as collector:
        url = collector.url
    with running(create_app(settings(otel_exporter_otlp_endpoint=url))) as client:
        predicted(client)
        time.sleep(1.5)
        predicted(client)


@pytest.mark.parametrize(("endpoint", "words"), [("localhost:4318", "http://"), ("http://localhost:4318", "pip install")])
def test_what_is_missing_is_said_at_start(
    endpoint: str, words: str, not_imported: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "opentelemetry.exporter.otlp.proto.http.trace_exporter", None)
    with pytest.raises(SettingError, match=words):
        create_app(Settings(otel_exporter_otlp_endpoint=endpoint))
    assert not_imported not in sys.modules
