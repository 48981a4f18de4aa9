"""Bodies of other kinds than JSON: what all of them have in common."""

from __future__ import annotations

import csv
import io
import json
import random
from collections.abc import Iterator

import pytest

from {{ cookiecutter.package }}.service import create_app
from {{ cookiecutter.package }}.service.settings import Settings

from .body_requests import NAMES, as_csv, as_lines, lines, refused, rows_only
from .parity import REQUESTS
from .raw import connected
from .server import Client, running


@pytest.fixture(scope="module")
def client() -> Iterator[Client]:
    with running(create_app(Settings(max_line_bytes=50_000))) as client:
        yield client


@rows_only
def test_other_charsets_and_compressed_bodies_are_refused(client: Client) -> None:
    refused(client.post("/predict", as_csv(REQUESTS[:1]), "text/csv; charset=latin-1"), 415)
    for kind in ("text/csv", "application/x-ndjson"):
        headers = {"content-type": kind, "content-encoding": "gzip"}
        refused(client.send("POST", "/predict", b"\x1f\x8b", headers), 415)


BEGINNING = "POST /predict HTTP/1.1\r\nhost: localhost\r\ncontent-type: application/x-ndjson\r\n"
GOOD = json.dumps(REQUESTS[0]).encode()


def test_changed_bodies_never_crash(client: Client) -> None:
    draw = random.Random(0)
    kinds = [("application/x-ndjson", as_lines(REQUESTS[:3]))]
    if NAMES:
        kinds.append(("text/csv", as_csv(REQUESTS[:3])))
    odd = [b"\n", b"\r", b'"', b",", b"\0", b"\xff", b"NaN", b"{", b"}", b"[", b"]", b"\\", b"1e999", b"-", b"''", b";"]
    for _ in range(300):
        kind, body = draw.choice(kinds)
        for _ in range(draw.randint(1, 4)):
            place = draw.randrange(len(body))
            body = body[:place] + draw.choice(odd) + body[place + draw.randint(0, 3) :]
        answer = client.post("/predict", body, kind)
        assert answer.status in (200, 400, 422), body
        for line in answer.body.splitlines() if kind != "text/csv" else ():
            assert json.loads(line).get("error", {"status": 422})["status"] in (400, 422), body


def test_who_sends_no_more_and_does_not_end_is_not_waited_for() -> None:
    with running(create_app(Settings(body_seconds=1))) as client, connected(client.port) as connection:
        connection.sendall(f"{BEGINNING}content-length: 9999\r\n\r\n".encode() + GOOD)
        said = b""
        while b"408" not in said:
            said += connection.recv(4096)


def test_watchers_see_the_records_of_lines_and_rows() -> None:
    app = create_app()
    seen: list[int] = []
    app.service.watchers.append(lambda exchange: seen.append(len(exchange.records)))
    with running(app) as client:
        lines(client, as_lines(REQUESTS[:1] * 5))
        assert sum(seen) == 5
        if NAMES:
            client.post("/predict", as_csv(REQUESTS[:1] * 4), "text/csv")
            assert sum(seen) == 9


def test_watchers_are_told_which_lines_the_records_are() -> None:
    app = create_app(Settings(max_records=2))
    seen: list[int] = []
    app.service.watchers.append(lambda exchange: seen.extend(exchange.places or ()))
    with running(app) as client:
        lines(client, b"\n".join([as_lines(REQUESTS[:1]).strip(), b"{", as_lines(REQUESTS[:1] * 3)]))
    assert seen == [0, 2, 3, 4]


def test_what_is_unusual_in_lines_and_rows_is_said_where_somebody_looks() -> None:
    for found in (None, [{"record": 1, "field": "age", "reason": "out_of_range"}]):
        app = create_app(Settings(flags=False))
        app.service.checks.append(lambda exchange, records, found=found: setattr(exchange, "flags", found))
        with running(app) as client:
            said = lines(client, as_lines(REQUESTS[:1] * 2))
            assert [each.get("flags") for each in said] == [
                None,
                found and [{"field": "age", "reason": "out_of_range"}],
            ]
            if NAMES:
                headers = {"content-type": "text/csv", "accept": "text/csv"}
                raw = client.send("POST", "/predict", as_csv(REQUESTS[:1] * 2), headers).body.decode()
                rows = list(csv.DictReader(io.StringIO(raw)))
                assert [row.get("flags", "") for row in rows] == ["", "age: out_of_range" if found else ""]


def test_the_docs_say_what_may_be_sent(client: Client) -> None:
    operation = client.get("/openapi.json").json()["paths"]["/predict"]["post"]
    taken, answered = operation["requestBody"]["content"], operation["responses"]["200"]["content"]
    assert {"application/json", "application/x-ndjson"} <= taken.keys()
    assert ("text/csv" in taken) is bool(NAMES)
    assert {"application/json", "application/x-ndjson", "text/csv"} <= answered.keys()


def test_they_can_be_switched_off() -> None:
    with running(create_app(Settings(bodies=False))) as client:
        refused(client.post("/predict", as_lines(REQUESTS[:1]), "application/x-ndjson"), 415)
        content = client.get("/openapi.json").json()["paths"]["/predict"]["post"]["requestBody"]["content"]
        assert list(content) == ["application/json"]
