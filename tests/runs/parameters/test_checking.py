"""Which values a parameter takes, and as what."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from nb2prod.errors import ExitCode, UsageError
from nb2prod.runs.parameters.checking import checked_parameters
from nb2prod.runs.parameters.writing import source_of

TAKEN = [
    ("int = 1", 2, 2),
    ("int = 1", 2.0, 2),
    ("int = 1", 10**30, 10**30),
    ("float = 1", 2, 2.0),
    ("float = 1", float("inf"), float("inf")),
    ("int | float = 1", 2, 2),
    ("int | float = 1", 2.0, 2.0),
    ("float | None = 1", None, None),
    ("Optional[float] = 1", 2, 2.0),
    ("Union[int, str] = 1", "1", "1"),
    ("bool = True", False, False),
    ("str = ''", "", ""),
    ("Literal[1, 'a', None] = 1", None, None),
    ("Literal['a'] | None = None", "a", "a"),
    ("list = []", [1, "a"], [1, "a"]),
    ("list[float] = []", [1, 2.5], [1.0, 2.5]),
    ("dict[str, list[int]] = {}", {"a": [1.0]}, {"a": [1]}),
    ("dict[int, str] = {}", {1: "a"}, {1: "a"}),
    ("tuple[int, str] = (1, '')", [2, "a"], (2, "a")),
    ("tuple[int, ...] = ()", (), ()),
    ("set[str] = set()", ["a"], {"a"}),
    ("date = None", "2024-01-31", date(2024, 1, 31)),
    ("datetime.datetime = None", "2024-01-31T10:00", datetime(2024, 1, 31, 10)),
    ("date = None", date(2024, 1, 31), date(2024, 1, 31)),
    ("date | str = ''", "2024-01-31", "2024-01-31"),
    ("timedelta = None", "PT90M", timedelta(minutes=90)),
    ("Path = None", "a/b", Path("a/b")),
    ("list[Path] = []", ["a"], [Path("a")]),
    ("Any = 1", (1,), (1,)),
    ("Mine = 1", {1: (2,)}, {1: (2,)}),
    ("Annotated[int, Field(gt=0, lt=10)] = 1", 9, 9),
    ("Annotated[int | None, Ge(0)] = 1", None, None),
    ("Final[int] = 1", 2, 2),
]


@pytest.mark.parametrize(("declaration", "given", "taken"), TAKEN, ids=[f"{d} <- {g!r}" for d, g, _ in TAKEN])
def test_what_is_taken(make: Any, declaration: str, given: Any, taken: Any) -> None:
    found = checked_parameters(make((f"x: {declaration}", "parameters")), {"x": given})
    assert source_of(found["x"]) == source_of(taken)


REFUSED = [
    ("x: int = 1", 1.5, "valid integer"),
    ("x: int = 1", True, "a truth value was given for int"),
    ("x: int = 1", "1", "text was given for int"),
    ("x = 1", 0.5, "x: float = 1"),
    ("x = 1", False, "a truth value was given for int"),
    ("x = 1.0", True, "a truth value was given for float"),
    ("x: float = 1", 2**53 + 1, "no float equals"),
    ("x: float = 1", 10**400, "no float equals"),
    ("x: str = ''", 7, "int was given for str"),
    ("x: bool = True", 1, "int was given for bool"),
    ("x: int | None = 1", "a", "text was given"),
    ("x: Literal[1, 2] = 1", True, "one of 1, 2"),
    ("x: Literal[1, 2] = 1", 3, "one of 1, 2"),
    ("x: list[int] = []", [1, "a"], "at [1] should be a valid integer"),
    ("x: list = []", (1,), "valid list"),
    ("x: set[int] = set()", [1, 1], "twice"),
    ("x: tuple[int, int] = (1, 2)", [1], "at [1]"),
    ("x: dict[str, int] = {}", {1: 1}, "valid string"),
    ("x: date = None", "31.1.2024", "should be like 2024-01-31"),
    ("x: date = None", 0, "date"),
    ("x: date = None", datetime(2024, 1, 31), "date"),
    ("x: timedelta = None", 5, "duration"),
    ("x: Annotated[int, Field(ge=0, le=9)] = 1", 10, "at most 9"),
    ("x: Annotated[float, Gt(0)] = 1", 0, "more than 0"),
    ('x = 1 #@param {type:"integer", min: 1}', 2.5, "int"),
    ('x = 1 #@param {type:"slider", min: 1, max: 3}', 4, "at most 3"),
    ("x: int", None, "null was given for int"),
]


@pytest.mark.parametrize(("declaration", "given", "words"), REFUSED, ids=[f"{d} <- {g!r}"[:60] for d, g, _ in REFUSED])
def test_what_is_refused(make: Any, declaration: str, given: Any, words: str) -> None:
    with pytest.raises(UsageError) as caught:
        checked_parameters(make((declaration, "parameters")), {"x": given})
    assert words in str(caught.value)


def test_all_that_is_wrong_is_said_at_once(make: Any) -> None:
    given = {
        "alhpa": 1, "x = 1\nimport os": 1, "class": 1, "__name__": 1, "ﬁ": 1, "alpha": "a", "beta": object(), "gamma": 1
    }  # fmt: skip
    with pytest.raises(UsageError) as caught:
        checked_parameters(make(("alpha = 1\nbeta: Any = 1\ngamma: str = ''\nmust: int", "parameters")), given)
    assert [problem.what for problem in caught.value.problems] == [
        "the parameters cell does not define it",
        "the name is not a Python identifier",
        "the name is not a Python identifier",
        "names like this are Python's own",
        "the name is not a Python identifier",
        "text was given for int: it should be a valid integer",
        "a value of type object cannot be a parameter",
        "int was given for str: it should be a valid string",
        "it has no default, and no value was given",
    ]
    assert "Did you mean 'alpha'" in caught.value.problems[0].remedy
    assert UsageError.exit_code == ExitCode.USAGE


def test_values_are_not_told_they_may_be_secrets(make: Any) -> None:
    names = "a: int = 1\nb: date = None\nc: Literal['x'] = 'x'\nd: Decimal = 1\ne: timedelta = None\nf: list[int] = []"
    given = {**dict.fromkeys("abcde", "s3cret"), "f": ["s3cret"]}
    with pytest.raises(UsageError) as caught:
        checked_parameters(make((names, "parameters")), given)
    assert len(caught.value.problems) == 6
    assert "s3cret" not in str(caught.value)


def test_without_a_parameters_cell_any_value_goes_of_what_is_read(make: Any) -> None:
    given = {"anything": (1, {2: b"3"}), "x": None}
    assert checked_parameters(make("print(anything)\nx = x or 1"), given) == given
