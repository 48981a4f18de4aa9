"""What the probe took apart in the notebook, the service's schema puts together again."""

from __future__ import annotations

import importlib
import itertools
import json
import shutil
import sys
from collections.abc import Callable, Iterator
from datetime import date, datetime
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

from nb2prod.capture.probe.cutting import understand
from nb2prod.render.templates import render_templates
from tests.templates.sample import context

COUNTER = itertools.count()
CONTAINERS = {
    "numpy.ndarray": "numpy",
    "torch.Tensor": "torch",
    "pandas.Series": "series",
    "tuple": "tuple",
}


def templates_for(schema: dict[str, Any]) -> tuple[str, ...]:
    """Choose folders as docs/templates.md says."""
    if schema["container"] == "arguments":
        return ("project", "request_arguments")
    if schema["kind"] == "table":
        return ("project", "request_table")
    return "project", f"request_{schema['kind']}", f"container_{CONTAINERS.get(schema['container'], 'plain')}"


Load = Callable[[dict[str, Any], dict[str, Any]], ModuleType]


@pytest.fixture
def load(tmp_path: Path) -> Iterator[Load]:
    """Return the ``schema`` package of a service with the given request and response schema."""
    added: list[str] = []

    def make(request: dict[str, Any], response: dict[str, Any]) -> ModuleType:
        name = f"request_under_test_{next(COUNTER)}"
        made = context(name, readme_tree="")
        folder = render_templates(templates_for(request), made, tmp_path) / "src"
        (folder / name / "schema.json").write_text(json.dumps({"request": request, "response": response}))
        shutil.copytree(folder.parent / "tests", folder / f"{name}_tests")
        sys.path.insert(0, str(folder))
        added.append(str(folder))
        return importlib.import_module(f"{name}.schema")

    yield make
    for path in added:
        sys.path.remove(path)


def described(values: dict[str, Any], output: Any) -> tuple[dict[str, Any], list[Any]]:
    """Return request schema and records as the probe finds them."""
    form = understand(values, output, [])
    records = json.loads(json.dumps(form.records(list(range(form.count())))))
    return json.loads(json.dumps(form.schema(records))), records


def np_values() -> dict[str, Any]:
    import numpy as np

    return {
        "batch": np.arange(12, dtype="float32").reshape(3, 2, 2),
        "integers": np.arange(6, dtype="uint8").reshape(3, 2),
        "booleans": np.array([[True, False]] * 3),
        "missing": np.array([[1.0, np.nan], [2.0, 3.0], [4.0, 5.0]]),
        "texts": np.array(["a", "bcd", "ef"]),
        "text objects": np.array(["a", "bcd", "ef"], dtype=object),
        "values": np.array([1.5, 2.5, 3.5]),
        "scalar": np.float32(1.5),
        "moment": np.datetime64("2024-01-01"),
    }


def pd_values() -> dict[str, Any]:
    import pandas as pd

    return {
        "table": pd.DataFrame(
            {
                "i": [1, 2, 3],
                "small": pd.Series([1, 2, 3], dtype="int8"),
                "f": [1.5, None, 2.0],
                "s": ["a", None, "c"],
                "o": pd.Series(["a", None, "c"], dtype=object),
                "nan": pd.Series(["a", float("nan"), "c"], dtype=object),
                "c": pd.Categorical(["u", "v", None], categories=["v", "u"], ordered=True),
                "t": [pd.Timestamp("2024-01-01"), pd.NaT, pd.Timestamp("2024-01-03T10:00")],
                "z": pd.to_datetime(["2024-01-01"] * 3).tz_localize("Europe/Berlin"),
                "b": [True, False, True],
                "n": pd.Series([1, None, 3], dtype="Int64"),
            }
        ),
        "numbered columns": pd.DataFrame([[1.0, 2.0], [3.0, 4.0], [5.0, 6.0]]),
        "texts": pd.Series(["a", "b", "c"]),
        "values": pd.Series([1.5, None, 2.5]),
        "row": pd.Series({"a": 1.5, "b": 2.0}),
        "moment": pd.Timestamp("2024-01-01T10:00"),
    }


PLAIN: dict[str, Any] = {
    "text": "hello",
    "texts": ["a", "b", "c"],
    "tuple of texts": ("a", "b", "c"),
    "number": 1.5,
    "integer": 3,
    "boolean": True,
    "day": date(2024, 1, 1),
    "moment": datetime(2024, 1, 1, 10),
    "lists": [[1.0, 2.0], [3.0, 4.0], [5.0, 6.0]],
    "tuples": ((1, 2), (3, 4), (5, 6)),
    "dict": {"a": 1, "b": 1.5, "c": "x", "d": None, "e": {"f": [1, 2]}, "g": (1.5, 2.5), "day": date(2024, 1, 1)},
    "dicts": [{"a": 1}, {"a": 2}, {"a": 3}],
}


def check_round_trip(load: Load, values: dict[str, Any]) -> None:
    schema, records = described(values, [0, 0, 0])
    service = load(schema, {"answer": "whole", "type": "any"})
    assert service.check(records) == []
    back = service.to_input(records)
    assert list(back) == list(values)
    for name, value in values.items():
        assert_same(back[name], value)
    assert isinstance(service.record_schema(), dict)
    bad_records = importlib.import_module(f"{service.__name__.split('.')[0]}_tests.bad_records").bad_records
    for what, record in bad_records(records[0], schema):
        assert service.check([record]), what


def assert_same(back: Any, value: Any) -> None:
    """Compare values, types and dtypes, all the way down."""
    assert type(back) is type(value)
    if type(value).__name__ == "DataFrame":
        sys.modules["pandas"].testing.assert_frame_equal(back, value, check_column_type=False)
    elif type(value).__name__ == "Series":
        sys.modules["pandas"].testing.assert_series_equal(back, value, check_index=False)
    elif type(value).__module__ == "numpy":
        assert back.dtype.kind == value.dtype.kind
        sys.modules["numpy"].testing.assert_array_equal(back, value)
    elif type(value).__name__ == "Tensor":
        assert back.dtype == value.dtype
        assert back.tolist() == value.tolist()
    elif isinstance(value, dict):
        assert list(back) == list(value)
        for key in value:
            assert_same(back[key], value[key])
    elif isinstance(value, list | tuple):
        assert len(back) == len(value)
        for one, other in zip(back, value, strict=True):
            assert_same(one, other)
    else:
        assert back == value


@pytest.mark.parametrize("name", PLAIN)
def test_python_values(load: Load, name: str) -> None:
    check_round_trip(load, {"request": PLAIN[name]})


@pytest.mark.parametrize(
    "name",
    ["batch", "integers", "booleans", "missing", "texts", "text objects", "values", "scalar", "moment"],
)
def test_numpy_values(load: Load, name: str) -> None:
    pytest.importorskip("numpy")
    check_round_trip(load, {"request": np_values()[name]})


@pytest.mark.parametrize("name", ["table", "numbered columns", "texts", "values", "row", "moment"])
def test_pandas_values(load: Load, name: str) -> None:
    pytest.importorskip("pandas")
    check_round_trip(load, {"request": pd_values()[name]})


def test_torch_values(load: Load) -> None:
    torch = pytest.importorskip("torch", reason="torch is not installed")
    check_round_trip(load, {"request": torch.arange(12, dtype=torch.float32).reshape(3, 2, 2)})


def test_arguments(load: Load) -> None:
    np = pytest.importorskip("numpy")
    check_round_trip(load, {"a": 1.5, "b": "x", "c": [1, 2], "d": np.array([1.5, 2.5], dtype="float32")})


def table(**field: Any) -> dict[str, Any]:
    fields = [{"name": "x", "nullable": False, **field}]
    return {
        "kind": "table", "container": "pandas.DataFrame", "inputs": ["t"], "batched_container": True, "batch": True,
        "fields": fields,
    }  # fmt: skip


def array(**more: Any) -> dict[str, Any]:
    return {
        "kind": "array", "container": "list", "inputs": ["a"], "batched_container": True, "batch": True,
        "type": "number", "dtype": "float64", "nullable": False, **more,
    }  # fmt: skip


@pytest.mark.parametrize(
    ("field", "value", "good"),
    [
        ({"type": "integer", "dtype": "int64"}, 1, True),
        ({"type": "integer", "dtype": "int64"}, True, False),
        ({"type": "integer", "dtype": "int64"}, "1", False),
        ({"type": "integer", "dtype": "int64"}, 1.0, True),
        ({"type": "integer", "dtype": "int64"}, 1.5, False),
        ({"type": "integer", "dtype": "int64"}, 1e300, False),
        ({"type": "integer", "dtype": "int64"}, float("nan"), False),
        ({"type": "integer", "dtype": "int64"}, 2**63 - 1, True),
        ({"type": "integer", "dtype": "int64"}, 2**63, False),
        ({"type": "integer", "dtype": "uint8"}, 256, False),
        ({"type": "integer", "dtype": "uint8"}, -1, False),
        ({"type": "integer", "dtype": "Int16", "nullable": True}, None, True),
        ({"type": "number", "dtype": "float64"}, 1, True),
        ({"type": "number", "dtype": "float64"}, False, False),
        ({"type": "number", "dtype": "float64"}, float("inf"), False),
        ({"type": "number", "dtype": "float64"}, 1e300, True),
        ({"type": "number", "dtype": "float32"}, 1e39, False),
        ({"type": "number", "dtype": "float64"}, None, False),
        ({"type": "boolean", "dtype": "bool"}, True, True),
        ({"type": "boolean", "dtype": "bool"}, 1, False),
        ({"type": "string", "dtype": "object", "categories": ["a"]}, "b", True),
        ({"type": "string", "dtype": "category", "categories": ["a"], "fixed": True}, "a", True),
        ({"type": "string", "dtype": "category", "categories": ["a"], "fixed": True}, "b", False),
        ({"type": "integer", "dtype": "category", "categories": [1, 2], "fixed": True}, 3, False),
        ({"type": "string", "dtype": "object"}, "\ud800", False),
        ({"type": "datetime", "dtype": "datetime64[ns]"}, "2024-05-31", True),
        ({"type": "datetime", "dtype": "datetime64[ns]"}, "2024-05-31T10:00:00+02:00", False),
        ({"type": "datetime", "dtype": "datetime64[ns, UTC]"}, "2024-05-31T10:00:00+02:00", True),
        ({"type": "datetime", "dtype": "datetime64[ns, UTC]"}, "2024-05-31T10:00:00", False),
        ({"type": "datetime", "dtype": "datetime64[ns]"}, "31.5.2024", False),
        ({"type": "datetime", "dtype": "datetime64[ns]"}, 20240531, False),
        ({"type": "array", "dtype": "float64", "shape": [2]}, [1, 2.5], True),
        ({"type": "array", "dtype": "float64", "shape": [2]}, [1], False),
        ({"type": "object", "fields": [{"name": "y", "type": "integer", "nullable": False}]}, {"y": 1}, True),
        ({"type": "object", "fields": [{"name": "y", "type": "integer", "nullable": False}]}, {"y": 1, "z": 1}, False),
        ({"type": "any", "dtype": "object"}, [{"deep": 1}], True),
    ],
)
def test_types_are_strict(load: Load, field: dict[str, Any], value: Any, good: bool) -> None:
    pytest.importorskip("pandas")
    problems = load(table(**field), {"answer": "split", "type": "any"}).check([{"x": value}])
    assert (problems == []) == good
    assert all(problem.record == 0 and problem.field.startswith("x") for problem in problems)


@pytest.mark.parametrize(
    ("shape", "value", "where"),
    [
        ([2, 2], [[1, 2], [3, 4]], None),
        ([2, 2], [[1, 2], [3]], "[1]"),
        ([2, 2], [[1, 2], [3, [4]]], "[1][1]"),
        ([2, 2], [[1, 2], 3], "[1]"),
        ([2, 2], [[1, 2], [3, "4"]], "[1][1]"),
        ([-1, 2], [[1, 2]] * 5, None),
        ([-1, 2], [], ""),
        ([-1, -1], [[1, 2, 3], [1, 2]], "[1]"),
        ([2], [1, True], "[1]"),
        ([2], [1, None], "[1]"),
    ],
)
def test_shapes_are_strict(load: Load, shape: list[int], value: Any, where: str | None) -> None:
    service = load(array(shape=shape), {"answer": "split", "type": "any"})
    assert [problem.field or "" for problem in service.check([value])] == ([] if where is None else [where])


def test_all_problems_of_all_records_are_named_at_once(load: Load) -> None:
    pytest.importorskip("pandas")
    fields = [{"name": name, "type": "integer", "dtype": "int64", "nullable": False} for name in "ab"]
    service = load({**table(), "fields": fields}, {"answer": "split", "type": "any"})
    problems = service.check([{"a": "x"}, {"a": 1, "b": 2}, {"a": None, "b": 2, "c\ud800": 3}, 5])
    assert [(problem.record, problem.field) for problem in problems] == [
        (0, "a"), (0, "b"), (2, "a"), (2, "c\\ud800"), (3, None),
    ]  # fmt: skip


def test_records_of_different_shapes_go_one_by_one(load: Load) -> None:
    service = load(array(shape=[-1]), {"answer": "split", "type": "any"})
    assert service.batches([[1.0], [1.0, 2.0]]) == [[[1.0]], [[1.0, 2.0]]]


@pytest.mark.parametrize(
    ("dtype", "more", "made"),
    [
        ("int8", {}, "int8"),
        ("Int64", {"nullable": True}, "Int64"),
        ("object", {}, "object"),
        ("category", {"categories": [3, 4], "fixed": True}, "category"),
    ],
)
def test_an_integer_may_be_written_with_a_point(load: Load, dtype: str, more: dict[str, Any], made: str) -> None:
    pytest.importorskip("pandas")
    service = load(table(type="integer", dtype=dtype, **more), {"answer": "split", "type": "any"})
    records = [{"x": 3.0}, {"x": 4}]
    assert service.check(records) == []
    column = service.to_input(records)["t"]["x"]
    assert str(column.dtype) == made
    assert [repr(value) for value in column.tolist()] == ["3", "4"]


def test_an_integer_with_a_point_in_an_array_or_an_argument_is_one(load: Load) -> None:
    integers = array(shape=[2], type="integer", dtype="int")
    service = load(integers, {"answer": "split", "type": "any"})
    assert repr(service.to_input([[3.0, 4]])) == "{'a': [[3, 4]]}"
    schema, records = described({"n": 3, "places": [1, 2]}, 0)
    service = load(schema, {"answer": "whole", "type": "any"})
    sent = [{"n": 3.0, "places": [1.0, 2.0]}]
    assert service.check(sent) == []
    assert repr(service.to_input(sent)) == repr(service.to_input(records))


def test_columns_of_the_data_that_nothing_needs_are_ignored(load: Load) -> None:
    pytest.importorskip("pandas")
    schema = {**table(type="integer", dtype="int64"), "ignored": ["id", "paid"]}
    service = load(schema, {"answer": "split", "type": "any"})
    record = {"id": [None], "x": 1, "paid": "yes"}
    assert service.check([record, {"x": 2, "id": 3}]) == []
    assert [problem.field for problem in service.check([{**record, "else": 1}])] == ["else"]
    assert list(service.to_input([record])["t"].columns) == ["x"]
    described = service.record_schema()
    assert "id, paid" in described["description"]
    assert set(described["properties"]) == {"x", "id", "paid"} and described["required"] == ["x"]


def outputs() -> list[tuple[str, Any, list[Any]]]:
    import numpy as np
    import pandas as pd

    nan = float("nan")
    stamps = pd.to_datetime(pd.Series(["2024-01-01", None]))
    return [
        ("split", np.array([1.5, nan]), [1.5, None]),
        ("split", np.array([[1, 2], [3, 4]]), [[1, 2], [3, 4]]),
        ("split", np.array(["a", "b"]), ["a", "b"]),
        ("split", pd.Series([1, None], dtype="Int64"), [1, None]),
        ("split", stamps, ["2024-01-01T00:00:00", None]),
        ("split", pd.DataFrame({"a": [1, 2], 3: ["x", None]}), [{"a": 1, "3": "x"}, {"a": 2, "3": None}]),
        ("split", (np.array([1, 2]), np.array([[0.5], [nan]])), [[1, [0.5]], [2, [None]]]),
        ("split", {"a": np.array([1, 2]), "b": ["x", "y"]}, [{"a": 1, "b": "x"}, {"a": 2, "b": "y"}]),
        ("whole", np.float32(0.5), [0.5]),
        ("whole", np.bool_(True), [True]),
        ("whole", float("-inf"), [None]),
        ("whole", pd.NaT, [None]),
        ("whole", {"a": {2, 1}, ("b", 1): (1, nan)}, [{"a": [1, 2], "['b', 1]": [1, None]}]),
        ("whole", pd.DataFrame({"a": [1]}), [[{"a": 1}]]),
        ("whole", np.datetime64("2024-01-01"), ["2024-01-01"]),
        ("whole", pd.Timestamp("2024-01-01"), ["2024-01-01T00:00:00"]),
        ("whole", pd.Categorical(["a"]), [["a"]]),
    ]


@pytest.mark.parametrize("number", range(17))
def test_outputs_become_json_as_the_probe_has_it(load: Load, number: int) -> None:
    pytest.importorskip("pandas")
    from nb2prod.capture.probe.as_json import to_json
    from nb2prod.capture.probe.cutting import split

    answer, output, expected = outputs()[number]
    service = load(array(shape=[1]), {"answer": answer, "type": "any"})
    predictions = service.to_predictions(output, len(expected))
    assert predictions == expected
    assert repr(predictions) == repr(split(output, len(expected)) if answer == "split" else [to_json(output)])
    json.dumps(predictions, allow_nan=False)


def test_torch_outputs_become_json(load: Load) -> None:
    torch = pytest.importorskip("torch", reason="torch is not installed")
    service = load(array(shape=[1]), {"answer": "split", "type": "any"})
    assert service.to_predictions(torch.tensor([[0.5], [1.5]], requires_grad=True), 2) == [[0.5], [1.5]]


def test_an_answer_without_the_axis_of_its_rows_is_one(load: Load) -> None:
    np = pytest.importorskip("numpy")
    service = load(array(shape=[1]), {"answer": "split", "type": "any"})
    assert service.to_predictions(np.array([[7]]).squeeze(), 1) == [7]
    assert service.to_predictions(np.array([[7]]).squeeze() > 3, 1) == [True]


def test_too_few_predictions_are_an_error(load: Load) -> None:
    service = load(array(shape=[1]), {"answer": "split", "type": "any"})
    with pytest.raises(RuntimeError, match="1 predictions for 2 records"):
        service.to_predictions([1], 2)
