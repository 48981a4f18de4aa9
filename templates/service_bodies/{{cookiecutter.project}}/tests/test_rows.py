"""Records as CSV: the notebook's answers, and what is wrong by its place."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterator
from typing import Any

import pytest

from {{ cookiecutter.package }}.schema import REQUEST
from {{ cookiecutter.package }}.service import create_app
from {{ cookiecutter.package }}.service.settings import Settings

from .body_requests import NAMES, as_csv, refused, rows_only
from .parity import REQUESTS, RESPONSES, difference
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
    assert len(rows) == 3
    for row, expected in zip(rows, told["predictions"], strict=True):
        values = expected if isinstance(expected, dict) else {"prediction": expected}
        if not isinstance(expected, list):
            for name, value in values.items():
                cell = "" if value is None else json.dumps(value)
                assert row[name] == (value if isinstance(value, str) else cell)


@pytest.mark.skipif(REQUEST["kind"] in ("table", "record"), reason="a record is a row")
def test_what_is_no_row_cannot_be_sent_as_one(client: Client) -> None:
    assert "application/json" in refused(client.post("/predict", b"a\n1\n", "text/csv"), 415)["detail"]


HEADER = ",".join(NAMES).encode()
HOSTILE_ROWS: dict[str, tuple[int, bytes]] = {
    "nothing": (422, b""),
    "only names": (422, HEADER + b"\n"),
    "a name twice": (400, HEADER + b"," + NAMES[0].encode() + b"\n1\n") if NAMES else (400, b""),
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
