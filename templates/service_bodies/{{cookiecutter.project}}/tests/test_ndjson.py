"""Records as lines: answered in order, whatever is in one harms no other, and memory has an end."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Iterator
from typing import Any

import pytest

from {{ cookiecutter.package }}.schema import REQUEST
from {{ cookiecutter.package }}.service import create_app
from {{ cookiecutter.package }}.service.bodies import incoming
from {{ cookiecutter.package }}.service.settings import Settings

from .bad_records import bad_records
from .body_requests import as_lines, lines
from .parity import REQUESTS, RESPONSES, difference
from .raw import connected
from .server import Client, running

BAD_RECORDS = dict(bad_records(REQUESTS[0], REQUEST))


@pytest.fixture(scope="module")
def client() -> Iterator[Client]:
    with running(create_app(Settings(max_line_bytes=50_000))) as client:
        yield client


def test_lines_are_answered_in_order_however_many(client: Client) -> None:
    times = 5000 // len(REQUESTS) + 1
    found = lines(client, as_lines(REQUESTS * times))
    assert difference([each["prediction"] for each in found], RESPONSES * times) is None


@pytest.mark.parametrize("name", BAD_RECORDS)
def test_a_bad_line_is_answered_in_its_place(client: Client, name: str) -> None:
    found = lines(client, as_lines([REQUESTS[0], BAD_RECORDS[name], REQUESTS[0]]))
    assert ["prediction" in each for each in found] == [True, False, True]
    assert found[1]["error"]["status"] in (400, 422) and found[1]["error"]["errors"]


BEGINNING = "POST /predict HTTP/1.1\r\nhost: localhost\r\ncontent-type: application/x-ndjson\r\n"
GOOD = json.dumps(REQUESTS[0]).encode()
HOSTILE_LINES = {
    "two records": GOOD + b"," + GOOD,
    "records": b'{"records":[' + GOOD + b"]}",
    "the end of a list": GOOD + b"]}",
    "a list begun anew": GOOD + b'],"records":[' + GOOD,
    "half a list": b"[" + GOOD,
    "cut off": GOOD[:-1] if len(GOOD) > 3 else b"{",
    "nested": b"[" * 40_000,
    "NaN": b"NaN",
    "a lone surrogate": b'"\\ud800"',
    "invalid UTF-8": b'"\xff"',
    "NUL": b"\0",
    "too long": b'"' + b"x" * 60_000 + b'"',
    "far too long": b'"' + b"x" * 6_000_000 + b'"',
    "10,000 digits": b"9" * 10_000,
}


@pytest.mark.parametrize("name", HOSTILE_LINES)
def test_a_hostile_line_harms_no_other(client: Client, name: str) -> None:
    found = lines(client, b"\n".join([GOOD, HOSTILE_LINES[name], b"", GOOD]))
    assert ["prediction" in each for each in found] == [True, False, True]
    assert found[0]["prediction"] == found[2]["prediction"]


def test_answers_come_while_lines_are_still_sent(client: Client) -> None:
    head = BEGINNING + "transfer-encoding: chunked\r\n\r\n"
    piece = as_lines(REQUESTS[:1])
    chunk = b"%x\r\n%s\r\n" % (len(piece), piece)
    with connected(client.port) as connection, connection.makefile("rb") as stream:
        connection.sendall(head.encode())
        for _ in range(3):
            connection.sendall(chunk)
            while b'"prediction"' not in (line := stream.readline()):
                assert line
        connection.sendall(b"0\r\n\r\n")
        assert stream.read(len(b"\r\n0\r\n\r\n")) == b"\r\n0\r\n\r\n"


def test_what_is_kept_of_a_long_line_is_little() -> None:
    sizes = []

    class Kept(bytearray):
        def clear(self) -> None:
            sizes.append(len(self))
            super().clear()

    async def receive() -> Any:
        return next(messages)

    messages = iter([{"type": "http.request", "body": b"x" * 1000, "more_body": n < 99} for n in range(100)])

    async def read() -> list[Any]:
        return [line async for found in incoming.lines_of(receive, 2500, 5) for line in found]

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(incoming, "bytearray", Kept, raising=False)
        assert asyncio.run(read()) == [incoming.TOO_LONG]
    assert max(sizes) <= 3500


def test_there_is_an_end_to_the_lines(client: Client) -> None:
    with running(create_app(Settings(max_lines=7))) as limited:
        found = lines(limited, as_lines(REQUESTS[:1] * 9))
        assert len(found) == 8 and found[-1]["error"]["status"] == 413
        assert len(lines(limited, as_lines(REQUESTS[:1] * 7))) == 7


def test_the_model_fails_and_other_lines_are_answered(monkeypatch: pytest.MonkeyPatch) -> None:
    app = create_app()
    with running(app) as client:
        monkeypatch.setattr(app.service.model, "at_once", lambda records: None)
        monkeypatch.setattr(app.service.model, "predict", crash)
        found = lines(client, as_lines(REQUESTS[:1] * 2))
    assert [each["error"]["status"] for each in found] == [500, 500]
    assert "secret" not in json.dumps(found)


def crash(records: list[Any]) -> list[Any]:
    raise RuntimeError("secret")

def test_a_service_that_ends_ends_what_goes_on_and_on() -> None:
    app = create_app()
    with running(app) as client, connected(client.port) as connection:
        connection.sendall((BEGINNING + "transfer-encoding: chunked\r\n\r\n").encode())
        line = b"%x\r\n%b\r\n" % (len(GOOD) + 1, GOOD + b"\n")
        with connection.makefile("rb") as stream:
            connection.sendall(line)
            while b'"line":1' not in (said := stream.readline()):
                assert said
            app.service.ends = True
            connection.sendall(line)
            last = [json.loads(each) for each in stream if each.startswith(b"{")][-1]
    assert last["error"]["status"] == 503 and "line" not in last
