"""A value comes back from its source, its JSON and its text as exactly what it was, or is refused."""

from __future__ import annotations

import json
import math
from datetime import UTC, datetime, timedelta, timezone
from decimal import Decimal
from pathlib import Path, PureWindowsPath
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from nb2prod.runs.execute import execute
from nb2prod.runs.parameters.literals import HasToBeRun, value_of
from nb2prod.runs.parameters.recording import from_json, in_json
from nb2prod.runs.parameters.writing import Unwritable, injected_source, source_of

TEXTS = st.text(st.characters(codec=None, exclude_categories=()), max_size=20)  # halves of surrogate pairs, too
ZONES = st.none() | st.just(UTC) | st.sampled_from([ZoneInfo("Europe/Berlin"), timezone(timedelta(hours=-3), "x")])
KEYS = st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | TEXTS | st.binary(max_size=5)
LEAVES = (
    KEYS
    | st.floats()
    | st.complex_numbers()
    | st.dates()
    | st.datetimes(timezones=ZONES)
    | st.times()
    | st.timedeltas()
    | st.decimals()
    | st.builds(Path, st.text("abc./\\ ", min_size=1))
    | st.builds(PureWindowsPath, st.text("abc./\\ ", min_size=1)).filter(
        lambda path: PureWindowsPath(str(path)) == path
    )
)
VALUES = st.recursive(
    LEAVES,
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.lists(inner, max_size=3).map(tuple)
        | st.dictionaries(KEYS, inner, max_size=3)
        | st.sets(KEYS, max_size=3)
        | st.frozensets(KEYS, max_size=3)
    ),
    max_leaves=12,
)


def same(one: Any, other: Any) -> bool:
    """Say whether two values cannot be told apart: equal is not enough, for 1 equals True and 1.0."""
    if type(one) is not type(other):
        return False
    if isinstance(one, float):
        return (one != one and other != other) or (one == other and math.copysign(1, one) == math.copysign(1, other))
    if isinstance(one, complex):
        return same(one.real, other.real) and same(one.imag, other.imag)
    if isinstance(one, list | tuple):
        return len(one) == len(other) and all(map(same, one, other))
    if isinstance(one, dict):
        return same(list(one.items()), list(other.items()))
    if isinstance(one, set | frozenset):
        return one == other and {type(each) for each in one} == {type(each) for each in other}
    if isinstance(one, datetime):
        return (one.replace(tzinfo=None), repr(one.tzinfo), one.fold) == (
            other.replace(tzinfo=None), repr(other.tzinfo), other.fold,
        )  # fmt: skip
    if isinstance(one, Decimal):
        return one.as_tuple() == other.as_tuple()
    return bool(one == other)


@settings(max_examples=1_000, deadline=None)
@given(VALUES)
def test_source_gives_the_value_back(value: Any) -> None:
    source = injected_source({"x": value})
    namespace: dict[str, Any] = {"date": 1, "datetime": 2, "Path": 3}
    exec(compile(source, "<injected>", "exec"), namespace)
    assert same(namespace["x"], value)
    assert set(namespace) - {"__builtins__"} == {"x", "date", "datetime", "Path"}
    assert source.count("\n") == 2
    assert same(value_of(source_of(value)), value)


@settings(max_examples=300, deadline=None)
@given(VALUES)
def test_json_gives_the_value_back(value: Any) -> None:
    assert same(from_json(json.loads(json.dumps(in_json(value), allow_nan=False))), value)


@pytest.mark.parametrize("value", [1, "a", [1, {"b": None}], 0.5, True])
def test_what_json_knows_is_as_json_has_it(value: Any) -> None:
    assert in_json(value) == value


def test_json_of_others_cannot_run_anything() -> None:
    with pytest.raises(HasToBeRun):
        from_json({"$python": "__import__('os').system('true')"})


CYCLE: list[Any] = []
CYCLE.append(CYCLE)


ODD = PureWindowsPath("//a/")


class Text(str):
    """More than a text."""


@pytest.mark.parametrize(
    "value",
    [object(), Text("a"), CYCLE, {"a": {1: [object]}}, len, timezone, range(3), bytearray(b"x"), Ellipsis, ODD],
    ids=lambda value: type(value).__name__,
)
def test_what_would_come_back_as_something_else_is_refused(value: Any) -> None:
    with pytest.raises(Unwritable):
        source_of(value)


def test_numbers_of_numpy_are_refused() -> None:
    numpy = pytest.importorskip("numpy")
    for value in (numpy.float64(0.1), numpy.int64(1), numpy.bool_(True), numpy.zeros(2)):
        with pytest.raises(Unwritable, match="numpy"):
            source_of([value])


def test_what_is_deep_or_huge_still_parses() -> None:
    deep: Any = 1
    for _ in range(55):
        deep = (deep,)
    for value in (deep, 10**5_000, -(10**4_299)):
        assert value_of(source_of(value)) == value


@pytest.mark.parametrize(
    "source",
    [
        "os.system('x')", "__import__('os')", "time.time()", "x", "[*x]", "{**x}", "f'{x}'", "2**10**10", "10**400*10",
        "'a'*10**9", "lambda: 1", "date.today()", "open('x')", "float(x='1')", "datetime.timezone", "1 if x else 2", "",
    ],
)  # fmt: skip
def test_what_is_no_literal_is_not_run(source: str) -> None:
    with pytest.raises(HasToBeRun):
        value_of(source)


@pytest.mark.parametrize(
    ("source", "value"),
    [("-1", -1), ("60 * 60", 3600), ("1e-3", 0.001), ("2 ** 10", 1024), ("1 / 4", 0.25), ("timezone.utc", UTC)],
)
def test_arithmetic_on_numbers_is_worked_out(source: str, value: Any) -> None:
    assert value_of(source) == value


CRAFTED = [
    '"; import os; os.system("touch hit"); "', "'''\"\"\"\\", "\n%%bash\ntouch hit", "!touch hit", "{x}", "x?",
    "\x00\x1b[2J\u2028",
]  # fmt: skip


def test_through_a_kernel_too(make: Any) -> None:
    """Other values than exec is given: what the document, JSON, the kernel's shell and its transforms might change."""
    values = {
        "crafted": CRAFTED, "half": "\ud800", "numbers": [float("nan"), -0.0, 10**400, 1e300, -1], "none": None,
        "keys": {1: "a", None: (True,), "b": {2.5}}, "day": datetime(2024, 1, 31, tzinfo=UTC), "path": Path("a/b"),
    }  # fmt: skip
    notebook = make(
        "from datetime import datetime",
        (f"{' = '.join(values)} = ...  # type: Any", "parameters"),
        f"import json\nprint(json.dumps([repr(value) for value in ({', '.join(values)})]))\nprint(datetime)",
    )
    run = execute(notebook, parameters=values)
    text = "".join(output["text"] for cell in run.notebook.cells for output in cell.get("outputs", ()))
    assert json.loads(text.splitlines()[0]) == [repr(value) for value in values.values()]
    assert text.splitlines()[1] == "<class 'datetime.datetime'>"
    assert not (notebook.path.parent / "hit").exists()
    assert from_json(run.notebook.metadata.papermill["parameters"]["day"]) == values["day"]
