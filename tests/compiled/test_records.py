"""A record becomes the row that ``to_input`` makes a table of."""

from __future__ import annotations

import importlib
from typing import Any

import pytest


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
