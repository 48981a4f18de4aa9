"""What is usual of the notebook's rows: known values, ranges with a margin, lengths, and what goes together."""

from __future__ import annotations

import json
import math
import random
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nb2prod.plan.usual import usual

FIELDS = [
    {"name": "age", "type": "integer", "minimum": 0, "maximum": 72},
    {"name": "plan", "type": "string", "categories": ["basic", "pro"]},
    {"name": "note", "type": "string"},
    {"name": "paid", "type": "number", "nullable": True},
]
REQUEST = {"kind": "table", "fields": FIELDS}


def rows(count: int) -> list[dict[str, Any]]:
    chance = random.Random(1)
    made = []
    for number in range(count):
        age = chance.randint(0, 72)
        note = "x" * chance.randint(4, 40) + str(number)
        made.append(
            {"age": age, "plan": chance.choice(["basic", "pro"]), "note": note, "paid": 2.0 * age + chance.gauss(0, 3)}
        )
    return made


def test_numbers_texts_and_categories_have_what_is_usual() -> None:
    seen = rows(200)
    fields = usual(REQUEST, seen)["fields"]
    assert fields["age"] == {"low": 0, "high": pytest.approx(72 * 1.05)}
    assert fields["plan"] == {"known": True}
    lengths = [len(row["note"]) for row in seen]
    assert fields["note"] == {"shortest": math.ceil(min(lengths) / 2), "longest": 2 * max(lengths)}


def test_few_rows_say_nothing_is_unusual_and_a_gap_is_no_value() -> None:
    assert usual(REQUEST, rows(19)) == {}
    gaps = [{**row, "paid": None} for row in rows(200)]
    assert "paid" not in usual(REQUEST, gaps)["fields"]


def test_texts_that_are_all_different_are_no_categories() -> None:
    seen = [f"text {number}" for number in range(40)]
    field = {"kind": "text", "categories": seen}
    assert usual(field, seen)["fields"] == {"": {"shortest": 3, "longest": 14}}


def test_numbers_in_lists_have_one_range() -> None:
    seen = [[[float(row), 2.0], [3.0, -float(row)]] for row in range(100)]
    assert usual({"kind": "array"}, seen)["fields"] == {
        "": {"low": pytest.approx(-108.9), "high": pytest.approx(108.9)}
    }


def distance(together: dict[str, Any], record: dict[str, float]) -> float:
    away = [record[name] - mean for name, mean in zip(together["fields"], together["mean"], strict=True)]
    return sum(sum(a * b for a, b in zip(row, away, strict=False)) ** 2 for row in together["rows"])


def test_the_distance_is_that_of_mahalanobis() -> None:
    numpy = pytest.importorskip("numpy")
    seen = rows(300)
    together = usual(REQUEST, seen)["together"]
    assert together["fields"] == ["age", "paid"]
    values = numpy.array([[row["age"], row["paid"]] for row in seen])
    inverse = numpy.linalg.inv(numpy.cov(values.T, bias=True))
    away = values - values.mean(axis=0)
    wanted = (away @ inverse * away).sum(axis=1)
    assert [distance(together, row) for row in seen] == pytest.approx(wanted.tolist())
    assert together["limit"] == pytest.approx(1.5 * wanted.max())
    assert distance(together, {"age": 10, "paid": 120.0}) > together["limit"]


def test_what_does_not_go_together_and_what_others_determine_is_left_out() -> None:
    chance = random.Random(2)
    fields = [{"name": name, "type": "number"} for name in ("a", "b", "twice")]
    apart = [{"a": chance.random(), "b": chance.random(), "twice": 1.0} for _ in range(300)]
    assert "together" not in usual({"kind": "table", "fields": fields}, apart)
    same = [{**row, "twice": 2 * row["a"]} for row in apart]
    assert "together" not in usual({"kind": "table", "fields": fields}, same)


@given(
    st.lists(
        st.fixed_dictionaries({name: st.none() | st.floats(allow_nan=False, allow_infinity=False) for name in "ab"}),
        max_size=60,
    )
)
def test_whatever_the_numbers_it_is_json_and_takes_the_rows_themselves(seen: list[dict[str, Any]]) -> None:
    said = usual({"kind": "table", "fields": [{"name": name, "type": "number"} for name in "ab"]}, seen)
    json.dumps(said, allow_nan=False)
    for name, field in said.get("fields", {}).items():
        assert all(row[name] is None or field["low"] <= row[name] <= field["high"] for row in seen)
    if "together" in said:
        for row in seen:
            if None not in row.values():
                assert distance(said["together"], row) <= said["together"]["limit"]
