"""What every answer tells browsers: not to guess, not to keep, not to frame, and nothing for other sites."""

from __future__ import annotations

import hashlib
import re
from base64 import b64encode
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from {{ cookiecutter.package }}.service import create_app
from {{ cookiecutter.package }}.service.settings import Settings

from .parity import REQUESTS
from .raw import connected
from .server import Answer, Client, running

ORIGIN = {"origin": "https://elsewhere.example", "content-type": "application/json"}


@pytest.fixture(scope="module")
def client() -> Iterator[Client]:
    with running(create_app()) as client:
        yield client


def routes() -> list[tuple[str, str]]:
    app = create_app().service.app
    found = [
        (method, re.sub(r"\{\w+\}", "x", getattr(route, "path", "")))
        for route in app.routes
        for method in sorted(getattr(route, "methods", None) or ())
    ]
    wrong = [("GET", "/nowhere"), ("DELETE", "/predict"), ("POST", "/healthz"), ("OPTIONS", "/predict")]
    return [*found, *wrong]


def assert_safe(answer: Answer) -> None:
    headers = answer.headers
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["referrer-policy"] == "no-referrer"
    assert headers["cache-control"] in ("no-store", "no-cache")
    assert "default-src 'none'" in headers["content-security-policy"]
    assert "frame-ancestors 'none'" in headers["content-security-policy"]
    assert not [name for name in headers if name.startswith("access-control")]
    assert "strict-transport-security" not in headers


@pytest.mark.parametrize(("method", "path"), routes())
def test_every_answer_has_them(client: Client, method: str, path: str) -> None:
    assert_safe(client.send(method, path, b"", ORIGIN))


def test_answers_refusals_and_bugs_have_them(monkeypatch: pytest.MonkeyPatch) -> None:
    app = create_app()
    with running(app) as client:
        answers = [client.post("/predict", {"records": REQUESTS[:1]}), client.post("/predict", b"?")]
        monkeypatch.setattr(app.service.model, "at_once", lambda records: None)
        monkeypatch.setattr(app.service.model, "predict", crash)
        answers.append(client.post("/predict", {"records": REQUESTS[:1]}))
    assert [answer.status for answer in answers] == [200, 400, 500]
    for answer in answers:
        assert_safe(answer)


def crash(records: list[Any]) -> list[Any]:
    raise RuntimeError


def test_what_is_no_http_has_them(client: Client) -> None:
    with connected(client.port) as connection:
        connection.sendall(b"what is this\r\n\r\n")
        said = connection.makefile("rb").read()
    assert b"\r\nx-content-type-options: nosniff\r\n" in said and b"\r\ncache-control: no-store\r\n" in said


def test_browsers_are_sent_to_tls_only_where_the_service_speaks_it(tmp_path: Path) -> None:
    certificate = tmp_path / "certificate.pem"
    certificate.touch()
    with running(create_app(Settings(ssl_certfile=certificate))) as client:
        assert client.get("/healthz").headers["strict-transport-security"] == "max-age=31536000"


def test_docs_may_run_their_own_scripts_and_no_other(client: Client) -> None:
    page = client.get("/docs")
    scripts = re.findall(rb"<script>(.*?)</script>", page.body, re.DOTALL)
    allowed = page.headers["content-security-policy"].partition("script-src ")[2].partition(";")[0].split()
    hashes = [b64encode(hashlib.sha256(script).digest()).decode() for script in scripts]
    assert scripts and allowed[1:] == [f"'sha256-{each}'" for each in hashes]
    loaded = re.findall(rb'(?:src|href)="(https:[^"]+)"', page.body)
    assert loaded and all(each.decode().startswith(f"{allowed[0]}/") for each in loaded)
