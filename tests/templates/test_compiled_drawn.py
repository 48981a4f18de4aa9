"""Records drawn from a schema: all of them fit it, most are likely, and the odd ones are as odd as can be."""

from __future__ import annotations

import importlib
import itertools
import json
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

from nb2prod.render.templates import render_templates
from tests.templates.sample import context
from tests.templates.test_requests import described, np_values, pd_values, templates_for

COUNTER = itertools.count()
Draw = Callable[..., list[Any]]


@pytest.fixture
def draw(tmp_path: Path) -> Iterator[Callable[[dict[str, Any]], tuple[Draw, ModuleType]]]:
    """Return what draws records for a request schema, and the schema package of that service."""
    added: list[str] = []

    def make(request: dict[str, Any]) -> tuple[Draw, ModuleType]:
        request = {"batch": False, **request}
        name = f"drawn_under_test_{next(COUNTER)}"
        made = context(name, readme_tree="")
        folder = render_templates((*templates_for(request), "compiled"), made, tmp_path) / "src"
        (folder / name / "schema.json").write_text(json.dumps({"request": request, "response": {}}))
        sys.path.insert(0, str(folder))
        added.append(str(folder))
        module = importlib.import_module(f"{name}.compiled.drawn")

        def drawn(captured: list[Any], count: int, seed: int = 0) -> list[Any]:
            return list(module.drawn(request, captured, count, seed))

        return drawn, importlib.import_module(f"{name}.schema")

    yield make
    for path in added:
        sys.path.remove(path)


FIELDS = [
    {"name": "age", "type": "integer", "dtype": "int8", "nullable": False, "minimum": 18, "maximum": 91},
    {"name": "income", "type": "number", "dtype": "float32", "nullable": True, "minimum": 1.5, "maximum": 99.5},
    {"name": "plan", "type": "string", "dtype": "str", "nullable": True, "categories": ["a", "b"]},
    {"name": "size", "type": "string", "dtype": "category", "nullable": False, "fixed": True, "categories": ["s", "m"]},
    {"name": "spent", "type": "string", "dtype": "str", "nullable": False},
    {"name": "paid", "type": "boolean", "dtype": "bool", "nullable": False},
    {"name": "since", "type": "datetime", "dtype": "datetime64[ns]", "nullable": True},
    {"name": "at", "type": "datetime", "dtype": "datetime64[ns, UTC]", "nullable": False},
]
TABLE = {"kind": "table", "container": "pandas.DataFrame", "inputs": ["x"], "batched_container": True, "batch": True}
ROW = {
    **{"age": 40, "income": 2.5, "plan": "a", "size": "m", "spent": "12.50", "paid": True},
    **{"since": "2024-02-29T00:00:00", "at": "2024-02-29T10:00:00+00:00"},
}
ROWS = [ROW, {**ROW, "age": 50, "spent": " ", "plan": None}, {**ROW, "income": 7.25, "since": None}]


def test_records_of_a_table_reach_every_corner_of_its_schema(draw: Any) -> None:
    drawn, schema = draw({**TABLE, "fields": FIELDS})
    records = drawn(ROWS, 4000)

    assert schema.check(records) == [] and len(records) == 4000
    assert len({json.dumps(record) for record in records}) == 4000, "each is another"
    values = {name: [record[name] for record in records] for name in ROW}
    assert {min(values["age"]), max(values["age"])} == {-55, 127}, "beyond what was seen, as far as the dtype goes"
    assert {17, 18, 91, 92, 0, -1} <= set(values["age"]) and any(type(age) is float for age in values["age"])
    incomes = [income for income in values["income"] if income is not None]
    assert min(incomes) < 0 < 99.5 < max(incomes) and any(type(income) is int for income in incomes)
    assert None in values["income"] and None in values["since"] and None in values["plan"]
    assert set(values["size"]) == {"s", "m"}, "others are not representable"
    assert {"", "a", "b", "A", "never seen before"} <= set(values["plan"])
    assert {"12.50", " ", "1,000", "inf"} <= set(values["spent"]), "texts that may be taken for numbers"
    assert len({moment[:4] for moment in values["since"] if moment}) > 5
    assert all(moment.endswith("+00:00") for moment in values["at"])
    usual = sum(all(record[name] in [row[name] for row in ROWS] for name in ROW) for record in records)
    assert usual < len(records)


def test_most_records_are_rows_of_the_notebook_whose_fields_were_mixed(draw: Any) -> None:
    rows = [{**ROW, "age": 20 + n, "income": n / 4, "spent": f"{n}.5"} for n in range(60)]
    drawn, _ = draw({**TABLE, "fields": FIELDS})
    records = drawn(rows, 1000)
    seen = {name: [row[name] for row in rows] for name in ROW}
    usual = sum(all(record[name] in seen[name] for name in ROW) for record in records)
    assert 500 < usual < 800


def test_a_seed_gives_the_same_records_and_another_one_others(draw: Any) -> None:
    drawn, _ = draw({**TABLE, "fields": FIELDS})
    assert drawn(ROWS, 50, 1) == drawn(ROWS, 50, 1) != drawn(ROWS, 50, 2)


def test_few_values_have_few_combinations(draw: Any) -> None:
    request = {"kind": "value", "container": "scalar", "inputs": ["x"], "type": "boolean", "dtype": "bool"}
    drawn, _ = draw({**request, "batched_container": False, "batch": False})
    assert sorted(drawn([True], 100)) == [False, True]


def test_texts_are_spliced_and_odd_ones_are_among_them(draw: Any) -> None:
    drawn, schema = draw({"kind": "text", "container": "list", "inputs": ["x"], "batched_container": True})
    records = drawn(["win a free prize now", "see you at the meeting"], 500)
    assert schema.check(records) == []
    assert "" in records and any("東京" in text for text in records) and max(map(len, records)) >= 1000
    assert "win a the meeting" in records


@pytest.mark.parametrize("shape", [[4], [2, 3], [-1], [3, -1]], ids=str)
def test_arrays_have_the_shape_of_the_schema(draw: Any, shape: list[int]) -> None:
    request = {"kind": "array", "container": "list", "inputs": ["x"], "batched_container": True, "shape": shape}
    drawn, schema = draw({**request, "type": "number", "dtype": "float64", "nullable": True})
    lengths = [3 if length < 0 else length for length in shape]
    one: Any = 1.5
    for length in reversed(lengths):
        one = [one] * length
    records = drawn([one], 100)
    assert len(records) == 100 and schema.check(records) == []
    assert any("null" in json.dumps(record) for record in records)


@pytest.mark.parametrize("name", [*np_values(), *pd_values()])
def test_whatever_a_notebook_asks_its_model_can_be_drawn(draw: Any, name: str) -> None:
    values = {**np_values(), **pd_values()}
    request, captured = described({"x": values[name]}, [0] * 3)
    drawn, schema = draw(request)
    records = drawn(captured, 60)
    assert records and schema.check(records) == []
