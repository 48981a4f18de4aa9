"""Records as CSV: the notebook's answers, and what is wrong by its place; and what all kinds of bodies have in common."""

from __future__ import annotations

import csv
import io
import json
import random
from collections.abc import Iterator
from typing import Any

import pytest

from {{ cookiecutter.package }}.schema import REQUEST
from {{ cookiecutter.package }}.service import create_app
from {{ cookiecutter.package }}.service.settings import Settings

from .body_requests import NAMES, as_csv, as_lines, as_row, lines, refused, rows_only
from .parity import REQUESTS, RESPONSES, difference
from .raw import connected
from .server import Client, running


@pytest.fixture(scope="module")
def client() -> Iterator[Client]:
    with running(create_app(Settings(max_line_bytes=50_000))) as client:
        yield client


@rows_only
@pytest.mark.parametrize("form", [{}, {"quoting": csv.QUOTE_ALL}, {"lineterminator": "\n"}])
def test_rows_are_answered_as_json_is(client: Client, form: dict[str, Any]) -> None:
    # an empty cell is null, and so an empty text cannot be told
    records, responses = [], []
    for record, response in zip(REQUESTS[:100], RESPONSES, strict=False):
        if "" not in record.values():
            records.append(record)
            responses.append(response)
    for start in (b"", b"\xef\xbb\xbf"):
        answer = client.post("/predict", start + as_csv(records, **form), "text/csv; charset=utf-8")
        assert answer.status == 200, answer.body
        assert difference(answer.json()["predictions"], responses) is None
    assert answer.json()["model_version"] == client.get("/model").json()["model_version"]


@rows_only
def test_rows_are_answered_as_rows_where_that_is_asked_for(client: Client) -> None:
    headers = {"content-type": "text/csv", "accept": "text/csv"}
    answer = client.send("POST", "/predict", as_csv(REQUESTS[:3]), headers)
    told = client.post("/predict", as_csv(REQUESTS[:3]), "text/csv").json()
    assert answer.content_type == "text/csv; charset=utf-8"
    assert answer.headers["x-model-version"] == told["model_version"]
    rows = list(csv.DictReader(io.StringIO(answer.body.decode())))
    assert len(rows) == len(REQUESTS[:3])
    for row, expected in zip(rows, told["predictions"], strict=True):
        values = expected if isinstance(expected, dict) else {"prediction": expected}
        if not isinstance(expected, list):
            for name, value in values.items():
                cell = "" if value is None else json.dumps(value)
                assert row[name] == (value if isinstance(value, str) else cell)


@pytest.mark.skipif(REQUEST["kind"] in ("table", "record"), reason="a record is a row")
def test_what_is_no_row_cannot_be_sent_as_one(client: Client) -> None:
    assert "application/json" in refused(client.post("/predict", b"a\n1\n", "text/csv"), 415)["detail"]


HEADER = as_row(NAMES)
HOSTILE_ROWS: dict[str, tuple[int, bytes]] = {
    "nothing": (422, b""),
    "only names": (422, HEADER + b"\n"),
    "a name twice": (400, as_row([*NAMES, NAMES[0]]) + b"\n1\n") if NAMES else (400, b""),
    "a million columns": (422, b"a," * 1_000_000 + b"b\n1\n"),
    "a cell too few": (422, HEADER + b",more\n" + b"1," * (len(NAMES) - 1) + b"1\n"),
    "a cell too many": (422, HEADER + b"\n" + b"1," * len(NAMES) + b"1\n"),
    "a column that is not known": (422, as_csv(REQUESTS[:1]).replace(b"\r\n", b",1\r\n")) if NAMES else (422, b""),
    "invalid UTF-8": (400, HEADER + b"\n\xff\xfe\n"),
    "UTF-16": (400, HEADER.decode().encode("utf-16")),
    "an open quote": (400, HEADER + b'\n"1,2\n'),
    "text behind a quote": (400, HEADER + b'\n"1"x,2\n'),
    "a cell too long": (400, HEADER + b"\n" + b"9" * 200_000 + b"\n"),
    "too many rows": (422, HEADER + b"\n" + b",\n" * 100_000),
    "too large": (413, b"x" * 6_000_000),
}


@rows_only
@pytest.mark.parametrize("name", HOSTILE_ROWS)
def test_hostile_rows_are_refused(client: Client, name: str) -> None:
    status, body = HOSTILE_ROWS[name]
    refused(client.post("/predict", body, "text/csv"), status)


NO_NUMBERS = ["=1+1", "nan", "inf", "1e400", "0x10", "1_000", "9" * 500, "\u0661", "\x00", "--1", "1 "]


@rows_only
@pytest.mark.parametrize("text", NO_NUMBERS)
def test_a_cell_that_is_no_number_is_named(client: Client, text: str) -> None:
    numbers = [field["name"] for field in REQUEST["fields"] if field["type"] in ("integer", "number")]
    for name in numbers:
        body = as_csv([REQUESTS[0], {**REQUESTS[0], name: text}])
        problem = refused(client.post("/predict", body, "text/csv"), 422)
        assert [(each["record"], each["field"]) for each in problem["errors"]] == [(1, name)]


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
    with running(create_app(Settings(body_seconds=0.2))) as client, connected(client.port) as connection:
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
