"""Whatever the schema's type for msgspec takes, the schema's check takes too, and as the same value."""

from __future__ import annotations

import json
from collections.abc import Callable
from importlib import import_module
from types import ModuleType
from typing import Any

import msgspec
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.templates.test_requests import Load, load

__all__ = ["load"]  # the fixture

INTEGERS = ("int8", "int16", "int32", "int64", "uint8", "uint32", "uint64", "Int64", "torch.int64")
MOMENTS = ("datetime64[ns]", "datetime64[us, UTC]", "object", "date")
FLOATS = ("float16", "float32", "float64", "torch.float32", None)
TABLE = {
    "kind": "table",
    "container": "pandas.DataFrame",
    "inputs": ["rows"],
    "batched_container": True,
    "batch": True,
    "fields": [{"name": "a", "type": "integer", "dtype": "int64", "nullable": False}],
}
nullable = st.booleans()
scalars = st.one_of(
    st.fixed_dictionaries({"type": st.just("integer"), "dtype": st.sampled_from(INTEGERS), "nullable": nullable}),
    st.fixed_dictionaries({"type": st.just("number"), "dtype": st.sampled_from(FLOATS), "nullable": nullable}),
    st.fixed_dictionaries({"type": st.sampled_from(["boolean", "string", "any"]), "nullable": nullable}),
    st.fixed_dictionaries({"type": st.just("datetime"), "dtype": st.sampled_from(MOMENTS), "nullable": nullable}),
    st.fixed_dictionaries(
        {
            "type": st.just("string"),
            "nullable": nullable,
            "fixed": st.just(True),
            "categories": st.lists(st.sampled_from(["a", "b:", "ä", "", "1"]), min_size=1, unique=True),
        }
    ),
)
arrays = st.fixed_dictionaries(
    {
        "type": st.just("array"),
        "nullable": nullable,
        "dtype": st.sampled_from([*INTEGERS, "float32", "float64", "bool"]),
        "shape": st.lists(st.sampled_from([-1, 0, 1, 2]), max_size=3),
    }
)


def objects(inner: st.SearchStrategy[dict[str, Any]]) -> st.SearchStrategy[dict[str, Any]]:
    """Return schemas of objects whose fields are of the given schemas."""
    fields = st.lists(inner, max_size=3).map(
        lambda found: [{**each, "name": name} for name, each in zip(("a", "b c", "é:"), found, strict=False)]
    )
    ignored = st.sampled_from([[], ["id"], ["id", "x"]])
    return st.fixed_dictionaries(
        {"type": st.just("object"), "nullable": nullable, "fields": fields, "ignored": ignored}
    )


schemas = st.recursive(scalars | arrays, objects, max_leaves=6)
odd = st.sampled_from(
    [0, 1, -1, 3.0, -0.0, 127, 128, 255, 256, 65504, 65505, 2**31, 2**53 + 1, 2**63 - 1, 2**63, -(2**63), 2**64]
    + [3.5e38, 1e300, "a", "b:", "ä", "\x00", "\ud800", True, False, None, [], {}, "2024-05-31", 10**29, 10**31]
)
values = st.recursive(
    odd | st.floats(allow_nan=False, allow_infinity=False) | st.text(max_size=3),
    lambda inner: st.lists(inner, max_size=3)
    | st.dictionaries(st.sampled_from(["a", "b c", "é:", "id", "x", "no"]), inner, max_size=4),
    max_leaves=8,
)


days = st.one_of(
    st.dates().map(str),
    st.sampled_from(["2024-02-29", "2023-02-29", "2024-04-31", "2024-13-01", "2024-00-10", "0000-01-01", "2024-1-1"]),
)
times = st.one_of(
    st.times().map(str),
    st.sampled_from(["24:00:00", "12:60:00", "12:00:60", "12:00", "12:00:00.1", "12:00:00,123", "12:00:00.1234567"]),
)
ends = st.sampled_from(["", "Z", "+00:00", "-23:59", "+24:00", "+0100", "\n", " ", "\u0663"])
moments = days | st.builds("{}{}{}{}".format, days, st.sampled_from(["T", " ", "t", "_"]), times, ends)


def fitting(schema: dict[str, Any]) -> st.SearchStrategy[Any]:
    """Return values that mostly fit the schema."""
    kind = schema["type"]
    if kind == "object":
        named = {field["name"]: fitting(field) for field in schema["fields"]}
        return st.fixed_dictionaries(named, optional={name: odd for name in schema["ignored"]}) | values
    if kind == "array":
        made: st.SearchStrategy[Any] = odd | st.integers(-3, 300) | st.booleans()
        for length in reversed(schema["shape"]):
            made = st.lists(made, min_size=max(length, 1), max_size=length if length > 0 else 2)
        return made
    if kind == "datetime":
        return moments | odd
    if schema.get("fixed"):
        return st.sampled_from(schema["categories"]) | odd
    return values


@pytest.fixture
def modules(load: Load) -> tuple[ModuleType, ModuleType]:
    package = load(TABLE, {"answer": "split", "type": "integer"}).__name__
    return import_module(f"{package}.quick"), import_module(f"{package}.values")


cases = schemas.flatmap(lambda schema: st.tuples(st.just(schema), fitting(schema)))


@settings(max_examples=700, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(cases)
def test_what_is_read_quickly_passes_the_check(modules: Any, case: tuple[dict[str, Any], Any]) -> None:
    quick, checking = modules
    schema, value = case
    raw = json.dumps(value).encode()
    try:
        found = msgspec.json.decode(raw, type=quick.value_type(schema))
    except (quick.NotQuick, msgspec.MsgspecError, ValueError):
        return
    if isinstance(found, dict):
        value = _without_unknown(value, schema)
    assert repr(_in_order(found)) == repr(_in_order(value))
    assert list(checking.problems_with(value, schema, "")) == []


GOOD: dict[str, tuple[dict[str, Any], Any]] = {
    "an integer": ({"type": "integer", "dtype": "int64"}, 3),
    "a missing integer": ({"type": "integer", "dtype": "Int64", "nullable": True}, None),
    "the end of a range": ({"type": "integer", "dtype": "uint8"}, 255),
    "a number": ({"type": "number", "dtype": "float64"}, 3.5),
    "a number without a point": ({"type": "number", "dtype": "float32"}, 3),
    "true": ({"type": "boolean"}, True),
    "a text": ({"type": "string"}, "ä"),
    "a category": ({"type": "string", "fixed": True, "categories": ["a", "b"]}, "b"),
    "a day": ({"type": "datetime", "dtype": "datetime64[ns]"}, "2024-12-31"),
    "a moment": ({"type": "datetime", "dtype": "datetime64[ns]"}, "2024-05-31T12:00:00.123456"),
    "a moment with its offset": ({"type": "datetime", "dtype": "datetime64[us, UTC]"}, "2024-05-31 12:00:00+02:00"),
    "a list of lists": ({"type": "array", "dtype": "float32", "shape": [-1, 2]}, [[1, 2.5], [3, 4]]),
    "an object": ({"type": "object", "fields": [{"name": "a b", "type": "integer"}]}, {"a b": 1}),
    "with an ignored column": ({"type": "object", "fields": [], "ignored": ["id"]}, {"id": "x"}),
}


@pytest.mark.parametrize("name", GOOD)
def test_what_is_good_is_read_quickly(modules: Any, name: str) -> None:
    schema, value = GOOD[name]
    assert msgspec.json.decode(json.dumps(value), type=modules[0].value_type(schema)) == value


@pytest.mark.parametrize(
    "schema",
    [
        {"type": "array", "shape": [2, -1]},
        {"type": "integer", "fixed": True, "categories": [1, 2]},
        {"type": "object", "fields": [{"name": "a", "type": "array", "shape": []}]},
    ],
    ids=["a ragged list", "fixed integers", "a list in an object"],
)
def test_what_msgspec_cannot_check_is_left_to_the_check(modules: Any, schema: dict[str, Any]) -> None:
    with pytest.raises(modules[0].NotQuick):
        modules[0].value_type(schema)


def test_numbers_of_an_array_may_be_missing_and_not_the_array(load: Load) -> None:
    schema = {"kind": "array", "container": "numpy.ndarray", "inputs": ["x"], "batched_container": True, "batch": True}
    schema |= {"type": "number", "dtype": "float64", "nullable": True, "shape": [2]}
    package = load(schema, {"answer": "split", "type": "number"}).__name__
    record, check = (import_module(f"{package}.{name}") for name in ("quick", "check"))
    assert msgspec.json.decode(b"[null, 1]", type=record.RECORD) == [None, 1]
    for wrong in (b"null", b"[1]"):
        with pytest.raises(msgspec.ValidationError):
            msgspec.json.decode(wrong, type=record.RECORD)
        assert list(check.check([json.loads(wrong)]))


def _without_unknown(value: dict[str, Any], schema: dict[str, Any]) -> dict[str, Any]:
    """Leave out what nobody knows, of which the service sees that a key is missing."""
    known: dict[str, Callable[[Any], Any]] = {name: lambda inner: inner for name in schema.get("ignored", [])}
    for field in schema["fields"]:
        deeper = field["type"] == "object"
        known[field["name"]] = (lambda inner, f=field: inner and _without_unknown(inner, f)) if deeper else lambda i: i
    return {name: known[name](inner) for name, inner in value.items() if name in known}


def _in_order(value: Any) -> Any:
    """Sort what has no order."""
    if isinstance(value, dict):
        return {name: _in_order(value[name]) for name in sorted(value)}
    return [_in_order(each) for each in value] if isinstance(value, list) else value
