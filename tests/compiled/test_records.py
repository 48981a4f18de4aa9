"""A record becomes the row that ``to_input`` makes a table of."""

from __future__ import annotations

import importlib
import json
import math
import sys
from typing import Any

import pytest

from nb2prod.render.templates import render_templates
from tests.compiled.both import outcome, plain
from tests.templates.sample import context


def row_of(record: dict[str, Any], fields: list[dict[str, Any]]) -> Any:
    return importlib.import_module("lit.compiled.records").row_of(record, fields)


def test_values_have_the_kinds_of_their_columns() -> None:
    fields = [
        {"name": "age", "type": "number", "dtype": "float64"},
        {"name": "months", "type": "integer", "dtype": "int64"},
        {"name": "paid", "type": "boolean", "dtype": "bool"},
        {"name": "region", "label": "Region", "type": "string", "dtype": "str"},
        {"name": "since", "type": "datetime", "dtype": "datetime64[us]"},
    ]
    record = {"age": 41, "months": 3.0, "paid": True, "region": None, "since": "2024-05-31T12:00:00"}
    row = row_of(record, fields)
    assert row.labels == ("age", "months", "paid", "Region", "since")
    assert [type(value).__name__ for value in row.values_of(row.labels)] == [
        "float",
        "int",
        "bool",
        "float",
        "datetime",
    ]
    assert [row.dtype_of(label) for label in row.labels] == [field["dtype"] for field in fields]


@pytest.mark.parametrize("dtype", ["int32", "Int64", "string", "datetime64[ns, UTC]", "period[M]"])
def test_what_is_not_known_is_left_to_the_original(dtype: str) -> None:
    not_light = importlib.import_module("lit.compiled.not_light").NotLight
    with pytest.raises(not_light):
        row_of({"x": 1}, [{"name": "x", "type": "datetime" if "[" in dtype else "integer", "dtype": dtype}])


FIELDS: list[dict[str, Any]] = [
    {"name": "f", "type": "number", "dtype": "float64"},
    {"name": "n", "label": "N of all", "type": "integer", "dtype": "float64"},
    {"name": "i", "type": "integer", "dtype": "int64"},
    {"name": "small", "type": "integer", "dtype": "int8"},
    {"name": "b", "type": "boolean", "dtype": "bool"},
    {"name": "s", "type": "string", "dtype": "str"},
    {"name": "o", "type": "string", "dtype": "object", "null": "none"},
    {"name": "p", "type": "string", "dtype": "object"},
    {"name": "any", "type": "any", "dtype": "object"},
    {"name": "k", "type": "string", "dtype": "category", "categories": ["a", "b"]},
    {"name": "r", "type": "integer", "dtype": "category", "categories": [1, 2], "ordered": True},
    {"name": "d", "type": "datetime", "dtype": "datetime64[us]"},
    {"name": "e", "type": "datetime", "dtype": "datetime64[ns]"},
    {"name": "z", "type": "datetime", "dtype": "datetime64[ns, UTC]"},
]
VALUES: dict[str, list[Any]] = {
    "number": [1.5, 3, None, 1e308, 2**60, -0.0],
    "integer": [1, 2.0, None, 2**63 - 1, 7, 1e15],
    "boolean": [True, False, None],
    "string": ["a", "", None, "c", "É"],
    "any": ["a", 1, None, True, 1.5, [1], {"a": 1}],
    "datetime": [
        "2024-05-31",
        "2024-05-31T12:00:00.123456",
        "2024-05-31 12:00",
        None,
        "20240531",
        "2024-W05-1",
        "0001-01-01",
        "2300-01-01",
        "2024-05-31T12:00:00+02:00",
        "2024-05-31T12:00:00.1234567",
    ],
}


@pytest.fixture(scope="module")
def to_input(tmp_path_factory: pytest.TempPathFactory) -> Any:
    """Return how the schema of a repository makes tables of one field."""
    folder = tmp_path_factory.mktemp("table")
    made = context("tabled", readme_tree="")
    source = render_templates(("project", "request_table"), made, folder) / "src"
    request = {"kind": "table", "inputs": ["records"], "fields": [], "batch": True}
    (source / "tabled" / "schema.json").write_text(json.dumps({"request": request, "response": {"answer": "each"}}))
    with pytest.MonkeyPatch.context() as patch:
        patch.syspath_prepend(str(source))
        records = importlib.import_module("tabled.schema.records")

        def make(record: dict[str, Any], field: dict[str, Any]) -> Any:
            patch.setattr(records, "FIELDS", [field])
            return records.to_input([record])["records"]

        yield make
    for name in [name for name in sys.modules if name.partition(".")[0] == "tabled"]:
        del sys.modules[name]


@pytest.mark.parametrize("field", FIELDS, ids=lambda field: f"{field['type']} {field['dtype']}")
def test_a_row_is_the_table_that_the_schema_makes(field: dict[str, Any], to_input: Any) -> None:
    not_light = importlib.import_module("lit.compiled.not_light").NotLight
    known = 0
    for value in VALUES[field["type"]]:
        record = {field["name"]: value}
        row = outcome(lambda record=record: row_of(record, [field]))
        if isinstance(row, Exception):
            assert isinstance(row, not_light | TypeError), (value, row)
            continue
        known += 1
        (cell,) = (cell for _, cell in row.items())
        table = outcome(lambda record=record: to_input(record, field))
        assert list(table.columns) == list(row)
        nothing = cell.value is None and cell.kind in ("datetime64[us]", "datetime64[ns]")
        if nothing:
            assert table.isna().all(axis=None)
            assert str(table.dtypes.iloc[0]) == cell.kind
        else:
            assert plain(row) == plain(table), value
    assert bool(known) == (field["dtype"] not in ("int8", "datetime64[ns, UTC]"))


def test_what_is_missing_of_a_text_is_what_the_schema_says() -> None:
    row = row_of({"o": None, "p": None}, [field for field in FIELDS if field["name"] in "op"])
    none, nan = row.values_of(("o", "p"))
    assert none is None
    assert math.isnan(nan)
