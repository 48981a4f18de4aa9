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
"""


@pytest.fixture
def space() -> dict[str, Any]:
    made: dict[str, Any] = {}
    exec(SOURCE, made)
    return made


@pytest.mark.parametrize(
    "expression",
    ["df['age'].mean()", "cut(df)", "df.pop('kin').max()", "numbers.sort()", "rows.sort()", "rng.normal()",
     "np.random.normal()", "drawn(df)", "{c: df[c].max() for c in df}", "df['age'].mean", "numbers.pop()"],
)  # fmt: skip
def test_nothing_is_left_changed(expression: str, space: dict[str, Any]) -> None:
    table, state = space["df"].copy(), np.random.get_state()
    wanted: dict[str, Any] = {}
    exec(SOURCE, wanted)
    value = taken(expression, space)
    np.random.set_state(state)
    expected = eval(expression, wanted)
    assert callable(value) or value == expected
    pd.testing.assert_frame_equal(space["df"], table)
    assert space["numbers"] == [3, 1, 2] and space["rows"].tolist() == [3.0, 1.0, 2.0]
    assert space["rng"].normal() == np.random.default_rng(3).normal()


def test_random_generators_are_put_back(space: dict[str, Any]) -> None:
    np.random.seed(5)
    taken("np.random.normal()", space)
    assert np.random.normal() == np.random.RandomState(5).normal()


def test_what_is_taken_is_not_what_the_notebook_goes_on_with(space: dict[str, Any]) -> None:
    table = taken("df", space)
    columns = taken("df.columns", space)
    space["df"]["age"] = 0
    space["df"].columns = ["a", "b"]
    assert table["age"].tolist() == [1.0, 2.0, 6.0] and list(columns) == ["age", "kin"]


@pytest.mark.parametrize(
    ("expression", "why"),
    [
        ("noted(df)", "a function in it changes `log` in place"),
        ("by_hand(df)", "a function in it changes `log` in place"),
        ("next(lines)", "it uses up `lines`"),
        ("len(list(lines))", "it uses up `lines`"),
    ],
)
def test_what_leaves_a_trace_is_refused(expression: str, why: str, space: dict[str, Any]) -> None:
    with pytest.raises(UnsafeToTakeError, match=why):
        taken(expression, space)
