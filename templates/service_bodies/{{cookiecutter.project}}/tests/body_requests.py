"""Records as CSV and as lines, and what comes back."""

from __future__ import annotations

import csv
import io
import json
from typing import Any

import pytest

from {{ cookiecutter.package }}.schema import REQUEST

from .server import Answer, Client

NAMES = [field["name"] for field in REQUEST.get("fields", ())]
rows_only = pytest.mark.skipif(REQUEST["kind"] not in ("table", "record"), reason="a record is no row")


def as_csv(records: list[Any], **form: Any) -> bytes:
    text = io.StringIO()
    writer = csv.writer(text, **form)
    writer.writerow(NAMES)
    for record in records:
        values = [record[name] for name in NAMES]
        writer.writerow(["" if v is None else v if isinstance(v, str) else json.dumps(v) for v in values])
    return text.getvalue().encode()


def as_row(cells: list[str]) -> bytes:
    text = io.StringIO()
    csv.writer(text).writerow(cells)
    return text.getvalue().removesuffix("\r\n").encode()


def as_lines(records: list[Any]) -> bytes:
    return b"".join(json.dumps(record).encode() + b"\n" for record in records)


def lines(client: Client, body: bytes) -> list[Any]:
    answer = client.post("/predict", body, "application/x-ndjson")
    assert (answer.status, answer.content_type) == (200, "application/x-ndjson")
    found = [json.loads(line) for line in answer.body.splitlines()]
    numbered = [each["line"] for each in found if "line" in each]
    assert numbered == list(range(1, len(numbered) + 1))
    return found


def refused(answer: Answer, *statuses: int) -> Any:
    assert answer.status in statuses, answer.body[:300]
    assert answer.content_type == "application/problem+json"
    return answer.json()
