"""Values are taken in the midst of a notebook, which goes on as if nobody had asked."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import pytest

from nb2prod.capture.probe.taking import UnsafeToTakeError, taken

SOURCE = """
import numpy as np
import pandas as pd
df = pd.DataFrame({"age": [1.0, 2.0, 6.0], "kin": [0, 1, 2]})
numbers = [3, 1, 2]
rows = np.array([3.0, 1.0, 2.0])
rng = np.random.default_rng(3)
log = []
def cut(table):
    table["age"] = table["age"].clip(upper=2)
    return table["age"].mean()
def noted(table):
    log.append(len(table))
    return len(table)
def by_hand(table):
    return noted(table)
def drawn(table):
    return table["age"].sample(1).item()
lines = iter(["a", "b"])
count = 0
def number(value):
    global count, last
    count, last = count + 1, value
    return count
class Coder:
    def __init__(self):
        self.known = []
    def code(self, table):
        self.known.append(len(table))
        log.append(1)
        return len(self.known)
coder = Coder()
class Own:
    known = 3
    def __init__(self):
        self.seen = []
    def see(self, table):
        self.seen.append(1)
        return len(self.seen)
own = Own()
def seeing(table):
    return own.see(table)
def decorated(function):
    def inner(*given):
        return function(*given)
    return inner
wrapped = decorated(noted)
def counter():
    turns = []
    def turn(table):
        turns.append(1)
        return len(turns)
    return turn
turn = counter()
def default(table, turns=[]):
    turns.append(1)
    return len(turns)
def all_numbers():
    return numbers
def following(value):
    return next(lines)
"""


@pytest.fixture
def space() -> dict[str, Any]:
    made: dict[str, Any] = {"__name__": "__main__"}
    exec(SOURCE, made)
    return made


@pytest.mark.parametrize(
    "expression",
    ["df['age'].mean()", "cut(df)", "df.pop('kin').max()", "numbers.sort()", "rows.sort()", "rng.normal()",
     "np.random.normal()", "drawn(df)", "{c: df[c].max() for c in df}", "df['age'].mean", "numbers.pop()",
     "{v: number(v) for v in df['kin']}", "own.see(df)"],
)  # fmt: skip
def test_nothing_is_left_changed(expression: str, space: dict[str, Any]) -> None:
    table, state = space["df"].copy(), np.random.get_state()
    wanted: dict[str, Any] = {"__name__": "__main__"}
    exec(SOURCE, wanted)
    value = taken(expression, space)
    np.random.set_state(state)
    expected = eval(expression, wanted)
    assert callable(value) or value == expected
    pd.testing.assert_frame_equal(space["df"], table)
    assert space["numbers"] == [3, 1, 2] and space["rows"].tolist() == [3.0, 1.0, 2.0]
    assert space["count"] == 0 and "last" not in space and space["own"].seen == []
    assert space["rng"].normal() == np.random.default_rng(3).normal()


def test_random_generators_are_put_back(space: dict[str, Any]) -> None:
    np.random.seed(5)
    taken("np.random.normal()", space)
    assert np.random.normal() == np.random.RandomState(5).normal()


def test_what_is_taken_is_not_what_the_notebook_goes_on_with(space: dict[str, Any]) -> None:
    table = taken("df", space)
    columns, seen, given = taken("df.columns", space), taken("own.seen", space), taken("all_numbers()", space)
    space["own"].see(table)
    space["numbers"].append(4)
    space["df"]["age"] = 0
    space["df"].columns = ["a", "b"]
    assert table["age"].tolist() == [1.0, 2.0, 6.0] and list(columns) == ["age", "kin"]
    assert seen == [] and given == [3, 1, 2]


@pytest.mark.parametrize(
    ("expression", "why"),
    [
        ("noted(df)", "a function in it changes `log` in place"),
        ("by_hand(df)", "a function in it changes `log` in place"),
        ("coder.code(df)", "a function in it changes `log` in place"),
        ("seeing(df)", "a function in it changes `own` in place"),
        ("wrapped(df)", "a function in it changes `log` in place"),
        ("turn(df)", "a function in it changes `turns` in place"),
        ("default(df)", "a function in it changes `a default value` in place"),
        ("df['kin'].map(following)", "a function in it uses up `lines`"),
        ("next(lines)", "it uses up `lines`"),
        ("len(list(lines))", "it uses up `lines`"),
    ],
)
def test_what_leaves_a_trace_is_refused(expression: str, why: str, space: dict[str, Any]) -> None:
    with pytest.raises(UnsafeToTakeError, match=why):
        taken(expression, space)
