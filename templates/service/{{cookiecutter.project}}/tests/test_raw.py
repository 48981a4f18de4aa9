"""What arrives in odd pieces, or is no HTTP at all: answered or refused, and the server lives."""

from __future__ import annotations

import gzip
import json
import time
from collections.abc import Iterator
from contextlib import suppress
from types import SimpleNamespace

import pytest

from {{ cookiecutter.package }}.service import connection as connecting
from {{ cookiecutter.package }}.service import create_app
from {{ cookiecutter.package }}.service.connection import LARGEST_HEAD
from {{ cookiecutter.package }}.service.settings import Settings
from {{ cookiecutter.package }}.service.transport import Joining

from .parity import REQUESTS
from .raw import connected, head, told
from .server import Client, running

GOOD = json.dumps({"records": REQUESTS[:1]}).encode()
PROBLEM = "application/problem+json"
CHUNKED = "transfer-encoding: chunked"


@pytest.fixture(scope="module")
def client() -> Iterator[Client]:
    with running(create_app(Settings(body_seconds=1, max_body_bytes=1_000_000))) as client:
        yield client


@pytest.fixture(autouse=True)
def lives(client: Client) -> Iterator[None]:
    yield
    assert client.post("/predict", GOOD).status == 200


def chunks(body: bytes, size: int) -> bytes:
    """Return the body in chunks."""
    pieces = [body[at : at + size] for at in range(0, len(body), size)]
    return b"".join(b"%x\r\n%b\r\n" % (len(piece), piece) for piece in pieces) + b"0\r\n\r\n"


def test_a_body_in_chunks_is_answered(client: Client) -> None:
    with connected(client.port) as connection:
        connection.sendall(head(None, CHUNKED) + chunks(GOOD, 7))
        assert told(connection)[0].status == 200


def test_a_body_byte_by_byte_is_answered(client: Client) -> None:
    with connected(client.port) as connection:
        for piece in (head(len(GOOD)), *(GOOD[at : at + 1] for at in range(len(GOOD)))):
            connection.sendall(piece)
        assert told(connection)[0].status == 200


def test_who_wants_to_be_told_to_go_on_is_told(client: Client) -> None:
    with connected(client.port) as connection:
        connection.sendall(head(len(GOOD), "expect: 100-continue"))
        assert connection.recv(1000).startswith(b"HTTP/1.1 100")
        connection.sendall(GOOD)
        assert told(connection)[0].status == 200


def test_an_answer_without_a_body_does_not_wait_for_one(client: Client) -> None:
    with connected(client.port) as connection:
        connection.sendall(b"HEAD /predict HTTP/1.1\r\nhost: localhost\r\n\r\n")
        assert connection.recv(10_000).startswith(b"HTTP/1.1 405")
        connection.sendall(head(len(GOOD)) + GOOD)
        assert told(connection)[0].status == 200


def test_an_answer_is_written_in_one_piece() -> None:
    written: list[bytes] = []
    wire = SimpleNamespace(write=written.append, close=lambda: written.append(b"closed"), is_closing=lambda: False)
    transport = Joining(wire)
    for data in (b"HTTP/1.1 100 Continue", b"head ", b"body", b" and more"):
        transport.write(data)
    transport.end_answer()
    transport.write(b"head alone")
    transport.close()
    assert written == [b"HTTP/1.1 100 Continue", b"head body", b" and more", b"head alone", b"closed"]


def test_requests_sent_at_once_are_answered_in_order(client: Client) -> None:
    bad = b"[]"
    with connected(client.port) as connection:
        connection.sendall(b"".join(head(len(body)) + body for body in (GOOD, bad, GOOD)))
        assert [each.status for each in told(connection, 3)] == [200, 422, 200]


def test_a_slow_body_is_given_up_and_holds_nobody_up() -> None:
    app = create_app(Settings(body_seconds=0.3))
    with running(app) as client, connected(client.port) as connection:
        began = time.monotonic()
        connection.sendall(head(len(GOOD)) + GOOD[:-1])
        assert client.post("/predict", GOOD).status == 200
        answer = told(connection)[0]
        assert (answer.status, answer.content_type) == (408, PROBLEM)
        assert time.monotonic() - began > 0.25
        assert connection.recv(1) == b""


def test_a_body_that_is_cut_off_harms_nobody(client: Client) -> None:
    for piece in (head(len(GOOD)), head(len(GOOD)) + GOOD[:5], head(None, CHUNKED) + b"5\r\nab"):
        with connected(client.port) as connection:
            connection.sendall(piece)


def test_less_content_than_sent_is_refused(client: Client) -> None:
    with connected(client.port) as connection:
        connection.sendall(head(5) + GOOD)
        assert (answer := told(connection)[0]).status == 400
        assert answer.content_type == PROBLEM


@pytest.mark.parametrize("encoding", ["gzip", "br", "deflate, gzip"])
def test_a_body_that_would_grow_is_refused(client: Client, encoding: str) -> None:
    bomb = gzip.compress(bytes(100_000_000), 1)
    with connected(client.port) as connection:
        connection.sendall(head(len(bomb), f"content-encoding: {encoding}") + bomb)
        assert (answer := told(connection)[0]).status == 415
        assert answer.content_type == PROBLEM


def test_an_endless_body_is_refused(client: Client) -> None:
    with connected(client.port) as connection:
        connection.sendall(head(None, CHUNKED))
        try:
            for _ in range(1000):
                connection.sendall(b"fffff\r\n" + b" " * 0xFFFFF + b"\r\n")
        except OSError:
            return
    pytest.fail("a gigabyte was taken")


NO_HTTP = {
    "nonsense": b"hello\r\n\r\n",
    "bytes": bytes(range(256)),
    "TLS": b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03" + bytes(64),
    "a length that is none": head("many") + GOOD,
    "a length below zero": head(-1) + GOOD,
    "two lengths": head(5, "content-length: 6") + GOOD,
    "a length and chunks": head(len(GOOD), CHUNKED) + chunks(GOOD, 9),
    "a chunk without its length": head(None, CHUNKED) + b"zz\r\nabc",
}


@pytest.mark.parametrize("name", NO_HTTP)
def test_what_is_no_http_is_a_problem(client: Client, name: str) -> None:
    with connected(client.port) as connection:
        connection.sendall(NO_HTTP[name])
        answer = told(connection)[0]
    assert (answer.status, answer.content_type) == (400, PROBLEM)
    assert json.loads(answer.body)["request_id"]


def test_the_head_of_a_request_has_an_end(client: Client) -> None:
    with connected(client.port) as connection:
        connection.sendall(b"GET /healthz HTTP/1.1\r\nx-more: ".ljust(LARGEST_HEAD + 1, b"x"))
        answer = told(connection)[0]
        assert (answer.status, answer.content_type) == (431, PROBLEM)
        assert connection.recv(1) == b""


@pytest.mark.parametrize("asked", [0, 1])
def test_a_request_that_is_never_finished_is_not_waited_for(
    monkeypatch: pytest.MonkeyPatch, asked: int
) -> None:
    monkeypatch.setattr(connecting, "SECONDS_TO_ASK", 0.3)
    with running(create_app()) as client, connected(client.port) as connection:
        connection.sendall((head(len(GOOD)) + GOOD) * asked)
        assert [each.status for each in told(connection, asked)] == [200] * asked
        connection.settimeout(0.05)
        for piece in b"GET /" + 200 * b"e":
            connection.sendall(bytes([piece]))
            with suppress(TimeoutError):
                assert connection.recv(1) == b""
                return
    pytest.fail("it is waited for")


def test_what_is_refused_is_not_read_for_ever(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(connecting, "SECONDS_TO_READ", 0.3)
    with running(create_app()) as client, connected(client.port) as connection:
        connection.sendall(head(None, CHUNKED).replace(b"predict", b"nowhere"))
        assert told(connection)[0].status == 404
        with pytest.raises(OSError):
            for _ in range(200):
                connection.sendall(b"1\r\n \r\n")
                time.sleep(0.05)


def test_many_requests_at_once_are_no_large_head(client: Client) -> None:
    request = b"GET /healthz HTTP/1.1\r\nhost: localhost\r\nx-more: " + 200 * b"a" + b"\r\n\r\n"
    with connected(client.port) as connection:
        connection.sendall(1000 * request)
        assert {said.status for said in told(connection, 1000)} == {200}


def test_who_reads_no_answers_is_not_waited_for(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(connecting, "SECONDS_TO_READ", 0.5)
    app = create_app()
    with running(app) as client, connected(client.port, holds=4096) as connection:
        times = 1 + 30_000_000 // len(client.get("/openapi.json").body)
        connection.sendall(b"GET /openapi.json HTTP/1.1\r\nhost: localhost\r\n\r\n" * times)
        deadline = time.monotonic() + 240
        while app.service.in_flight != 1:
            assert time.monotonic() < deadline
        while app.service.in_flight:  # it waits, and then no more
            assert time.monotonic() < deadline, "it is waited for"
            time.sleep(0.2)


def test_who_would_rather_speak_http_2_is_answered(client: Client) -> None:
    offer = ("connection: Upgrade, HTTP2-Settings", "Upgrade: h2c", "http2-settings: AAMAAABkAAQ")
    with connected(client.port) as connection:
        for _ in range(2):
            connection.sendall(head(len(GOOD), *offer) + GOOD)
            assert told(connection)[0].status == 200
