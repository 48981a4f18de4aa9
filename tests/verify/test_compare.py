from __future__ import annotations

import math
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from nb2prod.verify import Tolerance, compare, tolerance_for
from nb2prod.verify.compare import Failure

DEFAULT = Tolerance()

scalars = st.none() | st.booleans() | st.integers() | st.floats(allow_nan=True) | st.text(max_size=5)
answers = st.recursive(
    scalars,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=3), inner, max_size=3),
    max_leaves=8,
)
magnitudes = st.floats(min_value=1e-300, max_value=1e300)


def _equal(expected: Any, actual: Any, tolerance: Tolerance = DEFAULT) -> bool:
    return compare([expected], [actual], tolerance).ok


@settings(suppress_health_check=[HealthCheck.too_slow])  # on a busy machine, and the answers are nested
@given(st.lists(answers, max_size=6))
def test_every_answer_equals_itself(values: list[Any]) -> None:
    comparison = compare(values, values, DEFAULT)
    assert comparison.ok and comparison.max_abs_difference == 0 and comparison.differences == ()


@given(st.lists(st.tuples(answers, answers), max_size=20))
def test_the_counts_and_the_differences_agree(pairs: list[tuple[Any, Any]]) -> None:
    comparison = compare([one for one, _ in pairs], [other for _, other in pairs], DEFAULT)
    assert comparison.rows == len(pairs)
    assert len(comparison.differences) == min(5, comparison.rows - comparison.equal)
    assert comparison.max_abs_difference >= 0


@given(magnitudes, st.floats(min_value=-0.9e-6, max_value=0.9e-6))
def test_floats_within_the_tolerance_are_equal(value: float, change: float) -> None:
    assert _equal(value, value * (1 + change))


@given(magnitudes, st.floats(min_value=1.1e-6, max_value=1.0) | st.floats(min_value=-0.99, max_value=-1.1e-6))
def test_floats_beyond_the_tolerance_are_not(value: float, change: float) -> None:
    assert not _equal(value, value * (1 + change))


@given(st.integers(), st.integers())
def test_integers_are_exact(one: int, other: int) -> None:
    assert _equal(one, other) == (one == other)


@pytest.mark.parametrize(
    ("expected", "actual", "equal"),
    [
        pytest.param(True, 1, False, id="a boolean is no integer"),
        pytest.param(1, True, False, id="an integer is no boolean"),
        pytest.param(1, 1.0, False, id="a label is an integer and stays one"),
        pytest.param(1.0, 1, True, id="JSON writes a whole float either way"),
        pytest.param("1", 1, False, id="a text is no number"),
        pytest.param("a", "a ", False, id="texts are exact"),
        pytest.param(None, None, True, id="null equals null"),
        pytest.param(None, math.nan, True, id="NaN is null"),
        pytest.param(math.nan, math.nan, True, id="NaN equals NaN"),
        pytest.param(None, 0.0, False, id="null is not zero"),
        pytest.param(0.0, None, False, id="zero is not null"),
        pytest.param([1.0, 2.0], [1.0, 2.0 + 1e-9], True, id="lists go item by item"),
        pytest.param([1.0, 2.0], [1.0], False, id="a list that is shorter"),
        pytest.param([1.0], 1.0, False, id="a list of one is no number"),
        pytest.param({"a": [1, {"b": 2.0}]}, {"a": [1, {"b": 2.0000001}]}, True, id="nested, close"),
        pytest.param({"a": [1, {"b": 2.0}]}, {"a": [2, {"b": 2.0}]}, False, id="nested, another label"),
        pytest.param({"a": 1}, {"a": 1, "b": 2}, False, id="a field too many"),
        pytest.param({"a": 1, "b": 2}, {"b": 2, "a": 1}, True, id="order of fields does not count"),
        pytest.param(1.0, Failure("KeyError: 'age'"), False, id="no answer"),
        pytest.param(None, Failure("KeyError: 'age'"), False, id="no answer is not null"),
    ],
)
def test_what_is_equal(expected: Any, actual: Any, equal: bool) -> None:
    assert _equal(expected, actual) is equal


def test_around_zero_the_largest_answer_at_the_same_place_is_the_measure() -> None:
    assert compare([100.0, 0.0], [100.0, 1e-13], DEFAULT).ok, "noise of the last place"
    assert not compare([1e-15, 2e-15], [1e-15, 3e-15], DEFAULT).ok, "small answers are compared as what they are"
    huge_beside_small = compare([{"id": 1e9, "p": 0.0}], [{"id": 1e9, "p": 1e-5}], DEFAULT)
    assert not huge_beside_small.ok, "one field's size is not another's measure"


def test_a_missing_answer_compares_nothing() -> None:
    comparison = compare([1, 2], [1], DEFAULT)
    assert not comparison.ok and comparison.equal == 0
    assert comparison.error == "2 answers were expected, 1 came"


def test_a_difference_carries_the_request_and_both_answers() -> None:
    comparison = compare(["a", "b"], ["a", Failure("no")], DEFAULT, [{"x": 1}, {"x": 2}])
    (difference,) = comparison.differences
    assert (difference.row, difference.request, difference.notebook, difference.service) == (
        *(1, {"x": 2}, "b"),
        {"error": "no"},
    )


def test_the_largest_difference_is_found_in_any_depth() -> None:
    assert compare([[{"a": 1.0}], 3], [[{"a": 1.5}], 5], DEFAULT).max_abs_difference == 2.0
    assert compare([10**400], [1.0], DEFAULT).max_abs_difference == math.inf


@pytest.mark.parametrize(
    ("schema", "relative"),
    [
        ({"type": "number", "dtype": "float64"}, 1e-6),
        ({"type": "integer", "dtype": "int64"}, 1e-6),
        ({}, 1e-6),
        ({"type": "number", "dtype": "float32"}, 1e-5),
        ({"type": "array", "dtype": "torch.float32"}, 1e-5),
        ({"type": "number", "dtype": "float16"}, 1e-2),
        ({"type": "object", "fields": [{"dtype": "float64"}, {"dtype": "float32"}]}, 1e-5),
    ],
)
def test_the_notebooks_own_dtype_decides_the_tolerance(schema: dict[str, Any], relative: float) -> None:
    assert tolerance_for(schema).relative == relative


@pytest.mark.parametrize(
    ("responses", "relative"),
    [
        pytest.param([[3, [0.7748566269874573, -1.2052052021026611]]], 1e-5, id="what torch answers"),
        pytest.param([[3, [0.7748566269874573, 0.1]]], 1e-6, id="one float64 among them"),
        pytest.param([0.5, 0.25, 1.0, 0.0], 1e-6, id="round numbers say nothing"),
        pytest.param(["stays", 3, None], 1e-6, id="no floats"),
        pytest.param([1 / 3, 2 / 3], 1e-6, id="float64"),
    ],
)
def test_answers_show_the_precision_that_the_schema_does_not(responses: list[Any], relative: float) -> None:
    assert tolerance_for({"type": "array", "dtype": "int64"}, responses).relative == relative


@pytest.mark.parametrize(
    ("expected", "actual", "where"),
    [
        (1, 2, ()),
        ([1, 2], [1, 3], (1,)),
        ({"a": [1, {"b": 2.0}]}, {"a": [1, {"b": 3.0}]}, ("a", 1, "b")),
        ({"a": [1, 2]}, {"a": [1]}, ("a",)),
        ({"a": 1}, {"b": 1}, ()),
    ],
)
def test_a_difference_says_where_it_is(expected: Any, actual: Any, where: tuple[Any, ...]) -> None:
    assert compare([expected], [actual], DEFAULT).differences[0].where == where
