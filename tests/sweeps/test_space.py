"""What is typed for a name becomes its values, or every problem is told."""

from __future__ import annotations

from typing import Any

import pytest

from nb2prod.errors import Problem, UsageError
from nb2prod.runs.parameters.typed import parameters_from
from nb2prod.sweeps.model import Choices, Floats, Integers, Space
from nb2prod.sweeps.space import parse_space


def read(name: str, text: str) -> Any:
    return parameters_from([(name, text)], None)[name]


def as_float(name: str, text: str) -> float:
    try:
        return float(text)
    except ValueError:
        raise UsageError(Problem(f"{text!r} is no number", name)) from None


def one(text: str) -> Any:
    return parse_space([text], read).domains[text.partition("=")[0]]


VALUES = [
    pytest.param("lr=0.1,0.01", Choices((0.1, 0.01)), id="floats in their order"),
    pytest.param("n=3", Choices((3,)), id="one value"),
    pytest.param("n=1,1.0,true", Choices((1, 1.0, True)), id="equal values of different types"),
    pytest.param("depth=2..6", Integers(2, 6), id="whole numbers, both ends"),
    pytest.param("depth=-2..2", Integers(-2, 2), id="from below zero"),
    pytest.param("depth=2..10:2", Choices((2, 4, 6, 8, 10)), id="steps that end on the end"),
    pytest.param("depth=2..9:3", Choices((2, 5, 8)), id="steps that do not"),
    pytest.param("lr=0.1..0.5:0.1", Choices((0.1, 0.2, 0.3, 0.4, 0.5)), id="steps without errors of adding up"),
    pytest.param("n=1..3,7", Choices((1, 2, 3, 7)), id="a range among values"),
    pytest.param("lr=0.1..0.5", Floats(0.1, 0.5), id="anything between"),
    pytest.param("lr=log:1e-4..1e-1", Floats(1e-4, 1e-1, log=True), id="by order of magnitude"),
    pytest.param("n=log:1..1000", Integers(1, 1000, log=True), id="whole numbers by order of magnitude"),
    pytest.param("name=adam, sgd", Choices(("adam", "sgd")), id="texts"),
    pytest.param("name='a,b',c", Choices(("a,b", "c")), id="a comma within quotes"),
    pytest.param("layers=[32],[64, 64]", Choices(([32], [64, 64])), id="lists"),
    pytest.param("how={a: [1, 2]},{}", Choices(({"a": [1, 2]}, {})), id="objects"),
    pytest.param("name='2..6'", Choices(("2..6",)), id="a text with two dots"),
    pytest.param("name=it's,x", Choices(("it's", "x")), id="an apostrophe within a word"),
    pytest.param("name='',x", Choices(("", "x")), id="an empty text"),
    pytest.param("n=null,1", Choices((None, 1)), id="nothing"),
    pytest.param("q=a=b", Choices(("a=b",)), id="an equals sign in a value"),
]


@pytest.mark.parametrize(("text", "domain"), VALUES)
def test_values(text: str, domain: object) -> None:
    found = one(text)
    assert found == domain
    if isinstance(found, Choices):
        assert [type(each) for each in found.values] == [type(each) for each in domain.values]  # type: ignore[attr-defined]


def test_the_declared_type_reads_the_text() -> None:
    assert parse_space(["n=2..4"], as_float).domains["n"] == Floats(2.0, 4.0)
    assert parse_space(["n=2..4:1"], as_float).domains["n"] == Choices((2.0, 3.0, 4.0))


WRONG = [
    pytest.param("lr", "not a name with values", id="no equals sign"),
    pytest.param("=1", "not a name with values", id="no name"),
    pytest.param("lr=", "a value is missing", id="no value"),
    pytest.param("lr=1,,2", "a value is missing", id="two commas"),
    pytest.param("lr=6..2", "range is empty", id="a range from above"),
    pytest.param("lr=2..2", "range is empty", id="a range of one"),
    pytest.param("lr=log:0..1", "begins above 0", id="magnitudes of zero"),
    pytest.param("lr=log:1..10:2", "no steps", id="magnitudes by steps"),
    pytest.param("lr=1..9:0", "step is not above 0", id="no step"),
    pytest.param("lr=1..9:-1", "step is not above 0", id="steps backwards"),
    pytest.param("lr=0..1e9:1", "values", id="too many steps"),
    pytest.param("lr=0.1..0.5,1", "cannot be counted", id="an endless range among values"),
    pytest.param("lr=0.1,0.10", "given twice", id="the same value twice"),
    pytest.param("lr=[1,2", "is missing", id="a bracket that stays open"),
    pytest.param("lr=0..1e999", "no float reaches", id="an end that is infinite"),
]


@pytest.mark.parametrize(("text", "what"), WRONG)
def test_what_is_wrong_is_told(text: str, what: str) -> None:
    with pytest.raises(UsageError, match=what) as raised:
        one(text)
    assert all(problem.where == f"-g {text}" and problem.remedy for problem in raised.value.problems)


def test_all_problems_are_told_at_once() -> None:
    with pytest.raises(UsageError) as raised:
        parse_space(["a=1,x,y", "b", "c=2..1", "c=1", "lr=1", "d=1", "d=2"], as_float, taken=["lr"])
    said = [problem.what for problem in raised.value.problems]
    assert said == [
        "'x' is no number",
        "'y' is no number",
        "this is not a name with values",
        "the range is empty: its upper end is not above its lower one",
        "`lr` has a fixed value already",
        "`d` is given twice",
    ]


def test_nothing_to_vary_is_told() -> None:
    with pytest.raises(UsageError, match="nothing to vary"):
        parse_space([], read)


def test_size() -> None:
    assert Space({"a": Choices((1, 2)), "b": Integers(1, 5)}).size == 10
    assert Space({"a": Choices((1, 2)), "b": Floats(1, 5)}).size is None
