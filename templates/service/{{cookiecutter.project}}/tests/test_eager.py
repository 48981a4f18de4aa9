"""Requests behind a head that has come before: answered as the first was, whatever they hold and however they come."""

from __future__ import annotations

import json
import time
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from socket import socket
from threading import Event
from types import SimpleNamespace
from typing import Any

import pytest

from {{ cookiecutter.package }}.service import create_app, heads
from {{ cookiecutter.package }}.service.front import Front
from {{ cookiecutter.package }}.service.sending import MOST, Together
from {{ cookiecutter.package }}.service.settings import Settings

from .parity import REQUESTS
from .raw import Said, connected, head, told
from .server import running

GOOD = json.dumps({"records": REQUESTS[:1]}).encode().ljust(40)
ASK = head(len(GOOD)) + GOOD
BAD = [
    b"{".ljust(len(GOOD)),
    b"[]".ljust(len(GOOD)),
    b'{"records": []}'.ljust(len(GOOD)),
    b'{"records": 1}'.ljust(len(GOOD)),
    b"\xff" * len(GOOD),
    b"[" * len(GOOD),
    bytes(len(GOOD)),
]

pytestmark = pytest.mark.skipif(len(GOOD) > 20_000, reason="such records come in pieces, and are not begun so")


@pytest.fixture
def begun(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Note the paths of requests that are begun without a task."""
    found: list[str] = []
    begin = Front.begin

    def noted(front: Front, exchange: Any) -> Any:
        found.append(exchange.path)
        return begin(front, exchange)

    monkeypatch.setattr(Front, "begin", noted)
    return found


@contextmanager
def known(app: Front, **more: Any) -> Iterator[socket]:
    """Yield a connection to a service that knows the head."""
    with running(app, **more) as client, connected(client.port) as connection:
        assert ask(connection, ASK).status == 200
        yield connection


def ask(connection: socket, request: bytes) -> Said:
    """Return the answer."""
    connection.sendall(request)
    return told(connection)[0]


def content(said: Said) -> Any:
    """Return what is not another in each answer."""
    body = json.loads(said.body)
    body.pop("request_id", None)
    headers = {name: value for name, value in said.headers.items() if name not in ("x-request-id", "date")}
    return said.status, body, sorted(headers.items())


def test_the_answer_is_the_first_one(begun: list[str]) -> None:
    with running(create_app()) as client, connected(client.port) as connection:
        first, *others = [ask(connection, ASK) for _ in range(3)]
    assert begun == ["/predict"] * 2
    assert [content(other) for other in others] == [content(first)] * 2
    assert first.status == 200 and len({said.headers["x-request-id"] for said in (first, *others)}) == 3


def test_what_is_wrong_is_told_alike(begun: list[str]) -> None:
    own = head(len(GOOD), "traceparent: of its own")
    with known(create_app()) as connection:
        for bad in BAD:
            by_task, at_once = ask(connection, own + bad), ask(connection, head(len(GOOD)) + bad)
            assert by_task.status >= 400 and content(at_once) == content(by_task)
    assert len(begun) == len(BAD)


def test_a_body_that_is_too_large_is_refused(begun: list[str]) -> None:
    app = create_app(Settings(max_body_bytes=len(GOOD) - 1))
    with running(app) as client, connected(client.port) as connection:
        assert [ask(connection, ASK).status for _ in range(3)] == [413] * 3
    assert len(begun) == 2


def test_what_has_to_wait_waits(begun: list[str], monkeypatch: pytest.MonkeyPatch) -> None:
    app = create_app()
    with known(app) as connection:
        quickly = content(ask(connection, ASK))
        monkeypatch.setattr(app.service.model, "at_once", lambda records: None)
        assert [content(ask(connection, ASK)) for _ in range(2)] == [quickly] * 2
        connection.sendall(3 * ASK)
        assert [content(said) for said in told(connection, 3)] == [quickly] * 3
    assert len(begun) == 3 and app.service.in_flight == 0


def test_who_leaves_while_it_waits_is_not_waited_for(
    begun: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    app, answered = create_app(), Event()
    with known(app) as connection:
        monkeypatch.setattr(app.service.model, "at_once", lambda records: None)
        monkeypatch.setattr(app.service.model, "predict", lambda records: [answered.wait(60)])
        connection.sendall(ASK)
        deadline = time.monotonic() + 50
        while not app.service.in_flight:
            assert time.monotonic() < deadline
        connection.close()
        while app.service.in_flight:
            assert time.monotonic() < deadline, "it is waited for"
            time.sleep(0.01)
        answered.set()
    assert begun


def test_requests_that_come_together_are_answered_in_order() -> None:
    with known(create_app()) as connection:
        connection.sendall(ASK + head(len(GOOD)) + BAD[0] + ASK)
        assert [said.status for said in told(connection, 3)] == [200, 400, 200]


def test_a_body_is_no_request_however_it_looks(begun: list[str]) -> None:
    """Else whoever shares a proxy's connection could be given an answer that is another's."""
    with known(create_app()) as connection:
        nowhere = head(len(ASK)).replace(b"/predict", b"/nowhere")
        assert ask(connection, nowhere).status == 404  # before its body has come
        connection.sendall(ASK)
        time.sleep(0.1)
        assert b"predictions" not in ask(connection, b"GET /healthz HTTP/1.1\r\nhost: localhost\r\n\r\n").body
        assert not begun
        assert ask(connection, ASK).status == 200 and begun


def test_a_body_that_comes_later_is_waited_for() -> None:
    with known(create_app()) as connection:
        for piece in (head(len(GOOD)), GOOD[:5], GOOD[5:] + ASK[:10], ASK[10:]):
            connection.sendall(piece)
            time.sleep(0.05)
        assert [said.status for said in told(connection, 2)] == [200, 200]
        assert ask(connection, ASK).status == 200


def test_who_is_told_to_go_elsewhere_is_told(begun: list[str]) -> None:
    app = create_app()
    with known(app) as connection:
        app.service.draining = True
        assert ask(connection, ASK).headers["connection"] == "close"
        assert connection.recv(1) == b""
    assert not begun


def test_a_connection_that_is_used_lives_and_no_other(begun: list[str]) -> None:
    with known(create_app(), keep_alive=1) as connection:
        for _ in range(5):
            left = time.monotonic()
            time.sleep(0.4)
            if time.monotonic() > left + 0.8:
                pytest.skip("this machine is too busy to use it so often")
            assert ask(connection, ASK).status == 200
        left = time.monotonic()
        assert connection.recv(1) == b""
        assert time.monotonic() > left + 0.5
    assert len(begun) == 5


def test_a_connection_lives_by_no_empty_lines() -> None:
    with known(create_app(), keep_alive=1) as connection:
        connection.sendall(b"\r\n")
        assert connection.recv(1) == b""


OTHERS = {
    "an id of its own": (head(len(GOOD), "x-request-id: a"), GOOD),
    "a trace of its own": (head(len(GOOD), "traceparent: 00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"), GOOD),
    "chunks": (head(None, "transfer-encoding: chunked"), b"%x\r\n%b\r\n0\r\n\r\n" % (len(GOOD), GOOD)),
    "a question behind the path": (head(len(GOOD)).replace(b"/predict", b"/predict?a=b"), GOOD),
    "another path": (head(len(GOOD)).replace(b"/predict", b"/predicts"), GOOD),
    "another method": (b"GET /healthz HTTP/1.1\r\nhost: localhost\r\n\r\n", b""),
    "another type": (head(len(GOOD)).replace(b"application/json", b"text/html"), GOOD),
    "a long head": (head(len(GOOD), "x-more: " + heads.LONGEST * "x"), GOOD),
}


@pytest.mark.parametrize("name", OTHERS)
def test_other_requests_are_not_begun_so(name: str, begun: list[str]) -> None:
    app = create_app()
    with running(app) as client, connected(client.port) as connection:
        first, second = (ask(connection, b"".join(OTHERS[name])) for _ in range(2))
    assert content(first) == content(second)
    assert not begun and not app.heads


def test_few_heads_are_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(heads, "MOST", 3)
    app = create_app()
    with running(app) as client, connected(client.port) as connection:
        for number in range(10):
            assert ask(connection, head(len(GOOD), f"x-number: {number}") + GOOD).status == 200
    assert len(app.heads) <= 3


def test_answers_that_are_made_together_are_sent_together() -> None:
    soon: list[Any] = []
    sent: list[int] = []
    together = Together(SimpleNamespace(call_soon=soon.append))
    for number in range(MOST - 1):
        together.add(partial(sent.append, number))
    assert not sent and len(soon) == 1
    together.add(partial(sent.append, MOST - 1))
    assert sent == list(range(MOST))
    together.add(partial(sent.append, MOST))
    assert len(sent) == MOST
    soon.pop()()
    assert sent == list(range(MOST + 1))
