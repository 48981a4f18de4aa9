"""What Python has for several values, to a space, or to what is wrong with it."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import numpy as np
import pandas as pd
import pytest

from nb2prod.runs.parameters.scalars import as_python
from nb2prod.sweeps.model import Choices, Domain, Floats, Integers
from nb2prod.sweeps.values import between, space_of

SPACES: list[tuple[str, Any, Domain]] = [
    ("a list", [0.1, 0.2], Choices((0.1, 0.2))),
    ("a tuple of one", ("a",), Choices(("a",))),
    ("values that differ in type alone", [1, 1.0, True], Choices((1, 1.0, True))),
    ("lists and dates are values", [[1], [2], date(2024, 1, 31)], Choices(([1], [2], date(2024, 1, 31)))),
    ("a range", range(2, 6), Integers(2, 5)),
    ("a range with a step", range(2, 9, 3), Choices((2, 5, 8))),
    ("a range of one", range(2, 3), Choices((2,))),
    ("an array", np.linspace(0, 1, 3), Choices((0.0, 0.5, 1.0))),
    ("an array of whole numbers", np.arange(3), Choices((0, 1, 2))),
    ("numbers of NumPy in a list", [np.float64(0.5), np.int32(2)], Choices((0.5, 2))),
    ("a column", pd.Series([3, 1]), Choices((3, 1))),
    ("days", np.array(["2024-01-31"], dtype="datetime64[D]"), Choices((date(2024, 1, 31),))),
    ("days of pandas", pd.date_range("2024-01-31", periods=1), Choices((pd.Timestamp("2024-01-31").to_pydatetime(),))),
    ("whole numbers between", between(1, 9), Integers(1, 9)),
    ("numbers between", between(0.1, 2), Floats(0.1, 2.0)),
    ("orders of magnitude", between(1e-4, 1, log=True), Floats(1e-4, 1.0, True)),
]
WRONG: list[tuple[str, Any, str]] = [
    ("a number", 3, "of type int"),
    ("a number of NumPy", np.float64(3), "an array of 0 dimensions"),
    ("a text", "0.1,0.2", "a text is one value"),
    ("a set", {1, 2}, "no order"),
    ("a mapping", {"a": 1}, "of type dict"),
    ("a generator", (each for each in (1, 2)), "of type generator"),
    ("nothing", [], "no values"),
    ("two dimensions", np.zeros((2, 2)), "2 dimensions"),
    ("a table", pd.DataFrame({"a": [1]}), "DataFrame"),
    ("nanoseconds", np.array(["2024-01-31"], dtype="datetime64[ns]"), "nanoseconds"),
    ("too many", range(0, 10**9, 2), "500,000,000 values"),
    ("one twice", [1, 2, 1], "given twice"),
    ("nan twice", [float("nan"), float("nan")], "given twice"),
    ("an empty range", between(2, 2), "the range is empty"),
    ("one that goes down", between(2, 1), "the range is empty"),
    ("one without an end", between(1, float("inf")), "no float reaches"),
    ("one of texts", between("a", "b"), "no number"),  # type: ignore[arg-type]
    ("one of truth values", between(False, True), "no number"),
    ("no order of magnitude", between(0, 1, log=True), "begins above 0"),
]


def fit(_: str, value: Any) -> Any:
    return as_python(value)


@pytest.mark.parametrize(("values", "domain"), [case[1:] for case in SPACES], ids=[case[0] for case in SPACES])
def test_what_spans_a_space(values: Any, domain: Domain) -> None:
    space, problems = space_of({"x": values}, fit)
    assert problems == []
    assert repr(space.domains["x"]) == repr(domain)


@pytest.mark.parametrize(("values", "says"), [case[1:] for case in WRONG], ids=[case[0] for case in WRONG])
def test_what_does_not(values: Any, says: str) -> None:
    space, (problem,) = space_of({"x": values, "y": [1]}, fit)
    assert (problem.where, tuple(space.domains)) == ("vary['x']", ("y",))
    assert says in problem.what
    assert problem.remedy


def test_a_range_of_a_parameter_that_is_a_float() -> None:
    space, problems = space_of({"x": range(1, 4), "y": between(1, 3)}, lambda _, value: float(value))
    assert problems == []
    assert repr(space.domains) == repr({"x": Choices((1.0, 2.0, 3.0)), "y": Floats(1.0, 3.0)})


def test_what_is_fixed_is_not_varied() -> None:
    _, (problem,) = space_of({"x": [1]}, fit, ["x"])
    assert "fixed value" in problem.what


def test_what_python_has_not_stays_what_it_is() -> None:
    exact = [np.longdouble("0.1"), np.datetime64("2024-01-31", "ns"), np.zeros(2), pd.Timestamp(1), object()]
    assert all(as_python(each) is each for each in exact)
    assert as_python({"a": (np.int8(1), [np.str_("b")]), np.int64(2): np.bool_(True)}) == {"a": (1, ["b"]), 2: True}
    assert type(as_python(np.float32(0.5))) is float
    assert type(as_python(pd.Timedelta("1h"))) is timedelta
