"""Records as Arrow and Parquet: the notebook's answers, and bodies that were made to harm."""

from __future__ import annotations

import io
import random
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from {{ cookiecutter.package }}.schema import REQUEST
from {{ cookiecutter.package }}.service import create_app
from {{ cookiecutter.package }}.service.bodies import columnar
from {{ cookiecutter.package }}.service.settings import Settings

from .parity import REQUESTS, RESPONSES, difference
from .server import Answer, Client, running

pa = pytest.importorskip("pyarrow", reason="pip install -e '.[columnar]'")
parquet = pytest.importorskip("pyarrow.parquet")
pytestmark = pytest.mark.skipif(
    REQUEST["kind"] not in ("table", "record"), reason="a record is no row"
)

ARROW, PARQUET = "application/vnd.apache.arrow.stream", "application/vnd.apache.parquet"
ROOM = 200_000_000
Write = Callable[..., bytes]


@pytest.fixture(scope="module")
def client() -> Iterator[Client]:
    with running(create_app(Settings(max_unfolded_bytes=ROOM))) as client:
        yield client


def as_arrow(table: Any, **options: Any) -> bytes:
    stream = io.BytesIO()
    with pa.ipc.new_stream(stream, table.schema, options=pa.ipc.IpcWriteOptions(**options)) as writer:
        writer.write_table(table)
    return stream.getvalue()


def as_parquet(table: Any, **options: Any) -> bytes:
    stream = io.BytesIO()
    parquet.write_table(table, stream, **options)
    return stream.getvalue()


BOTH = pytest.mark.parametrize(("kind", "write"), [(ARROW, as_arrow), (PARQUET, as_parquet)])


def table_of(records: list[Any]) -> Any:
    return pa.Table.from_pylist(records)


def refused(answer: Answer, *statuses: int) -> Any:
    assert answer.status in statuses, answer.body[:300]
    assert answer.content_type == "application/problem+json"
    return answer.json()


@BOTH
def test_columns_are_answered_as_json_is(client: Client, kind: str, write: Write) -> None:
    records, responses = REQUESTS[:100], RESPONSES[:100]
    answer = client.post("/predict", write(table_of(records)), kind)
    assert answer.status == 200, answer.body
    assert difference(answer.json()["predictions"], responses) is None


def test_texts_that_are_shared_and_compressed_bodies_are_the_same(client: Client) -> None:
    table = table_of(REQUESTS[:20])
    for place, column in enumerate(table.columns):
        if pa.types.is_string(column.type):
            table = table.set_column(place, table.schema.names[place], column.dictionary_encode())
    bodies = [(ARROW, as_arrow(table)), (ARROW, as_arrow(table, compression="zstd"))]
    bodies.append((PARQUET, as_parquet(table, compression="gzip", use_dictionary=True)))
    for kind, body in bodies:
        answer = client.post("/predict", body, kind)
        assert difference(answer.json()["predictions"], RESPONSES[:20]) is None


@BOTH
def test_what_is_wrong_is_named(client: Client, kind: str, write: Write) -> None:
    first = REQUEST["fields"][0]["name"]
    table = table_of(REQUESTS[:3]).drop_columns([first])
    problem = refused(client.post("/predict", write(table), kind), 422)
    assert {(each["record"], each["field"]) for each in problem["errors"]} == {(n, first) for n in range(3)}


@BOTH
def test_hostile_columns_are_refused(client: Client, kind: str, write: Write) -> None:
    numbers = pa.array([1])
    hostile = {
        "many columns": pa.table({f"c{n}": numbers for n in range(3000)}),
        "one name twice": pa.Table.from_arrays([numbers, numbers], names=["a", "a"]),
        "an object": pa.table({"a": pa.array([{"b": 1}])}),
        "bytes": pa.table({"a": pa.array([b"\xff"])}),
        "too many rows": pa.table({"a": pa.nulls(100_000, pa.int8())}),
        "no rows": table_of(REQUESTS[:1]).slice(0, 0),
    }
    for name, table in hostile.items():
        assert refused(client.post("/predict", write(table), kind), 400, 422), name
    good = write(table_of(REQUESTS[:1]))
    for body in (b"", b"PAR1", good[: len(good) // 2], good[:-5], b"\0" * 1000, b"PAR1" + b"\xff" * 100 + b"PAR1"):
        assert client.post("/predict", body, kind).status in (400, 422)


@pytest.mark.parametrize("kind", [ARROW, PARQUET])
def test_what_unfolds_to_too_much_is_refused_and_harms_nobody(client: Client, kind: str) -> None:
    large = pa.table({"a": pa.array(["x" * (ROOM + ROOM // 4)])})
    body = as_arrow(large, compression="zstd") if kind == ARROW else as_parquet(large, compression="zstd")
    assert len(body) < ROOM // 100
    refused(client.post("/predict", body, kind), 400, 413)
    good = client.post("/predict", as_arrow(table_of(REQUESTS[:1])), ARROW)
    assert good.status == 200


@BOTH
def test_changed_bodies_never_crash(client: Client, kind: str, write: Write) -> None:
    draw, good = random.Random(0), write(table_of(REQUESTS[:3]))
    for _ in range(100):
        body = bytearray(good)
        for _ in range(draw.randint(1, 5)):
            body[draw.randrange(len(body))] = draw.randrange(256)
        assert client.post("/predict", bytes(body), kind).status in (200, 400, 413, 422)
    assert client.post("/predict", good, kind).status == 200


def test_without_the_library_it_is_said_what_to_install(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(columnar, "find_spec", lambda name: None)
    for kind in (ARROW, PARQUET):
        assert "[columnar]" in refused(client.post("/predict", b"", kind), 415)["detail"]


def test_the_docs_name_them(client: Client) -> None:
    operation = client.get("/openapi.json").json()["paths"]["/predict"]["post"]
    assert {ARROW, PARQUET} <= operation["requestBody"]["content"].keys()
