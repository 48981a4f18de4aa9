"""Who may ask what: without a key, with one that is too small, too old, taken away, or right."""

from __future__ import annotations

import json
import logging
import time
from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest

from {{ cookiecutter.package }}.service import __main__, create_app, key_file, keys
from {{ cookiecutter.package }}.service.settings import Settings

from .parity import REQUESTS
from .process import refused
from .server import Answer, Client, running

BODY = json.dumps({"records": REQUESTS[:1]}).encode()


@pytest.fixture
def file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr(key_file, "LOOK_AGAIN_SECONDS", 0.05)
    return tmp_path / "keys.json"


@pytest.fixture
def client(file: Path) -> Iterator[Client]:
    with running(create_app(Settings(auth="keys", api_keys_file=str(file)))) as client:
        yield client


def new(file: Path, *scopes: str, name: str = "somebody", days: float = 0) -> str:
    kept, given = key_file.make(name, scopes, days)
    key_file.write(file, [*(key_file.read(file) if file.exists() else []), kept])
    return given


def ask(client: Client, key: str, method: str = "POST", path: str = "/predict") -> Answer:
    headers = {"content-type": "application/json", "authorization": f"Bearer {key}"}
    return client.send(method, path, BODY if method == "POST" else b"", headers)


def in_time(client: Client, key: str, status: int) -> bool:
    """Whether the key is answered so before long: the file is looked at once a second."""
    until = time.monotonic() + 10
    while time.monotonic() < until:
        if ask(client, key).status == status:
            return True
        time.sleep(0.05)
    return False


def test_nobody_is_let_in_without_a_key(client: Client) -> None:
    service = create_app(Settings(auth="none")).service
    for route in service.app.routes:
        path = getattr(route, "path", "")
        for method in getattr(route, "methods", None) or ():
            answer = client.send(method, path, BODY if method == "POST" else b"", {})
            expected = 200 if path in service.open_paths and method in ("GET", "HEAD") else 401
            assert answer.status == expected, (method, path)
    for method, path in (("GET", "/nowhere"), ("DELETE", "/predict"), ("POST", "/healthz")):
        assert client.send(method, path, b"", {}).status == 401, (method, path)


def test_a_key_that_was_added_counts_and_one_taken_away_does_not(
    client: Client, file: Path
) -> None:
    first = new(file, "predict", name="first")
    assert in_time(client, first, 200)
    second = new(file, "predict", name="second")
    assert in_time(client, second, 200)
    key_file.write(file, [key for key in key_file.read(file) if key.name != "first"])
    assert in_time(client, first, 401)
    assert ask(client, second).status == 200


def test_a_key_is_for_what_it_is_for(file: Path) -> None:
    numbers, model = new(file, "metrics"), new(file, "predict")
    with running(create_app(Settings(auth="keys", api_keys_file=str(file)))) as client:
        assert ask(client, numbers).status == 403
        assert ask(client, model).status == 200
        assert ask(client, model, "GET", "/metrics").status == 403
        assert ask(client, model, "GET", "/docs").status == 200
        assert ask(client, numbers, "GET", "/docs").status == 403
        x_api_key = {"content-type": "application/json", "x-api-key": model}
        assert client.send("POST", "/predict", BODY, x_api_key).status == 200


@pytest.mark.parametrize("change", ["cut", "longer", "other", "empty", "odd"])
def test_a_key_that_is_almost_right_is_wrong(client: Client, file: Path, change: str) -> None:
    right = new(file, "predict")
    assert in_time(client, right, 200)
    last = "A" if right[-1] != "A" else "B"
    wrong = {"cut": right[:-1], "longer": right + "A", "other": right[:-1] + last}
    answer = ask(client, {**wrong, "empty": "", "odd": "\xff.\xfe"}[change])
    assert answer.status == 401
    assert answer.headers["www-authenticate"] == "Bearer"
    assert right.encode() not in answer.body


def test_a_key_ends(file: Path) -> None:
    over, valid = new(file, "predict", days=-1), new(file, "predict", days=1)
    with running(create_app(Settings(auth="keys", api_keys_file=str(file)))) as client:
        assert ask(client, over).status == 401
        assert ask(client, valid).status == 200


def test_a_damaged_file_leaves_the_keys_as_they_were(client: Client, file: Path) -> None:
    key = new(file, "predict")
    assert in_time(client, key, 200)
    file.write_text("{")
    time.sleep(2 * key_file.LOOK_AGAIN_SECONDS)
    assert ask(client, key).status == 200


def test_a_service_for_others_must_say_who_may_ask() -> None:
    with pytest.raises(ValueError, match=r"AUTH=keys \(`python -m {{ cookiecutter.package }}.service.keys add NAME`"):
        create_app(Settings(host="0.0.0.0"))
    for host in ("127.0.0.1", "::1", "localhost"):
        create_app(Settings(host=host))
    create_app(Settings(host="0.0.0.0", auth="none"))


def test_a_service_for_others_says_what_to_do(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("HOST", "0.0.0.0")
    monkeypatch.setenv("PORT", "0")
    monkeypatch.setattr(__main__, "size_pools", lambda workers: None)  # this process has its own
    with pytest.raises(SystemExit) as ended:
        __main__.main()
    said = [line for line in capsys.readouterr().err.splitlines() if not line.startswith("INFO:")]
    assert ended.value.code == 2 and len(said) == 2
    assert "HOST=0.0.0.0" in said[1] and "AUTH=keys" in said[1]


def test_several_workers_say_it_once() -> None:
    said = refused(HOST="0.0.0.0", PORT=0, WORKERS=2)
    assert len(said) == 2
    assert "HOST=0.0.0.0" in said[1] and "AUTH=keys" in said[1]


def test_who_asked_what_is_written_down_without_the_log(
    file: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    key = new(file, "predict", name="the shop")
    monkeypatch.setenv("LOG_LINES", "false")
    monkeypatch.setattr(logging.getLogger(), "handlers", [])  # those of pytest: a process has none
    with running(create_app(Settings(auth="keys", api_keys_file=str(file)))) as client:
        assert ask(client, key).status == 200
    assert "audit the shop POST /predict: 200, 1 records" in capsys.readouterr().out


def test_who_asked_what_is_written_down(
    file: Path, caplog: pytest.LogCaptureFixture
) -> None:
    key = new(file, "predict", name="the shop")
    app = create_app(Settings(auth="keys", api_keys_file=str(file)))
    with caplog.at_level(logging.INFO, "audit"), running(app) as client:
        assert ask(client, key).status == 200
        assert ask(client, "wrong").status == 401
        assert ask(client, "wrong", "GET", "/model").status == 401
        assert ask(client, "wrong", "GET", "/nowhere").status == 401
        assert ask(client, key, "GET", "/openapi.json").status == 200
        assert ask(client, key, "GET", "/nowhere").status == 404
        assert ask(client, key, "DELETE", "/predict").status == 405
    said = [record.getMessage() for record in caplog.records if record.name == "audit"]
    assert said[0].startswith("the shop POST /predict: 200, 1 records, request ")
    assert said[1].startswith("nobody who is known POST /predict: 401, 0 records, request ")
    assert said[2].startswith("nobody who is known GET /model: 401")
    assert said[3].startswith("nobody who is known GET an unknown path: 401")
    assert said[4].startswith("the shop GET /openapi.json: 200")
    assert said[5].startswith("the shop GET an unknown path: 404")
    assert said[6].startswith("the shop DELETE /predict: 405")
    assert key not in caplog.text

def test_a_file_written_by_hand_is_read_as_people_mean_it(file: Path) -> None:
    over, valid = new(file, "predict"), new(file, "predict")
    days = [date.today() - timedelta(days=2), date.today() + timedelta(days=2)]
    said = json.loads(file.read_text())
    file.write_text(json.dumps([{**each, "expires": str(day)} for each, day in zip(said, days, strict=True)]))
    with running(create_app(Settings(auth="keys", api_keys_file=str(file)))) as client:
        assert [ask(client, key).status for key in (over, valid)] == [401, 200]
        assert [ask(client, key, "GET", "/model").status for key in (over, valid)] == [401, 200]


@pytest.mark.parametrize(
    "wrong",
    [{"expires": "next year"}, {"expires": 5}, {"scopes": "predict"}, {"scopes": ["all"]}, {"name": 1}, {"more": ""}],
    ids=str,
)
def test_a_file_that_is_none_is_told_with_its_place(
    client: Client, file: Path, caplog: pytest.LogCaptureFixture, wrong: dict[str, Any]
) -> None:
    key = new(file, "predict")
    assert in_time(client, key, 200)
    file.write_text(json.dumps([{**json.loads(file.read_text())[0], **wrong}]))
    time.sleep(2 * key_file.LOOK_AGAIN_SECONDS)
    assert ask(client, key).status == 200
    assert f"{file} is not a file of keys" in caplog.text
    with pytest.raises(SystemExit, match="is not a file of keys"), pytest.MonkeyPatch.context() as patch:
        patch.setenv("API_KEYS_FILE", str(file))
        keys.main(["list"])


def test_what_is_refused_is_documented(client: Client, file: Path) -> None:
    key = new(file, "read")
    assert in_time(client, key, 403)
    for path, operations in ask(client, key, "GET", "/openapi.json").json()["paths"].items():
        for method, said in operations.items():
            answer = client.send(method.upper(), path, b"", {})
            documented = said["responses"].get("401", {}).get("content", {})
            assert [*documented] == ([answer.content_type] if answer.status == 401 else [])
            assert ("403" in said["responses"]) == (answer.status == 401)
