"""Marks of objects: a change in place shows, and nothing of the notebook's own code is called."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import pytest

from nb2prod.capture.probe.fingerprints import Watch


class Nasty:
    """Everything that could be called raises."""

    def __init__(self) -> None:
        self.items = [1]

    def __eq__(self, other: object) -> bool:
        raise AssertionError

    def __hash__(self) -> int:
        raise AssertionError

    def __repr__(self) -> str:
        raise AssertionError

    def __reduce__(self) -> Any:
        raise AssertionError

    @property
    def __class__(self) -> Any:
        raise AssertionError


def changed_by(value: Any, statement: str) -> tuple[bool, bool]:
    """Return whether the statement is seen to have changed ``x``, and whether it is certain that it has not."""
    watch, namespace = Watch(), {"x": value, "np": np, "pd": pd}
    watch.look(namespace, {"x"}, 100)
    exec(statement, namespace)
    changed, unchanged = watch.look(namespace, {"x"}, 100)
    return "x" in changed, "x" in unchanged


def table() -> pd.DataFrame:
    return pd.DataFrame({"a": [1, 2], "b": ["x", "y"], "c": pd.Categorical(["u", "v"]), "d": [1.5, None]})


CHANGES = [
    pytest.param([1, [2]], "x[1].append(3)", id="a list in a list"),
    pytest.param({"a": {1}}, "x['a'].add(2)", id="a set in a dict"),
    pytest.param(np.zeros((3, 3)), "x[1, 1] = 2", id="an array"),
    pytest.param(np.zeros((3, 4)).T[::2], "x[1, 1] = 2", id="a view that is not contiguous"),
    pytest.param(np.array(["a", None]), "x[1] = 'b'", id="an array of objects"),
    pytest.param(table(), "x.loc[0, 'a'] = 9", id="a number in a table"),
    pytest.param(table(), "x['e'] = 1", id="a new column"),
    pytest.param(table(), "x.loc[0, 'b'] = 'z'", id="a text in a table"),
    pytest.param(table(), "x.index = [5, 6]", id="an index"),
    pytest.param(table(), "x.columns = list('zbcd')", id="a column's name"),
    pytest.param(table(), "x.loc[0, 'c'] = 'v'", id="a category"),
    pytest.param(pd.Series([1, 2]), "x.name = 'n'", id="a series' name"),
    pytest.param(Nasty(), "x.items.append(2)", id="an object of the notebook's class"),
]


@pytest.mark.parametrize(("value", "statement"), CHANGES)
def test_a_change_shows_and_nothing_else_does(value: Any, statement: str) -> None:
    assert changed_by(value, "pass") == (False, True)
    assert changed_by(value, statement) == (True, False)


def test_a_table_that_is_looked_at_is_unchanged() -> None:
    assert changed_by(table(), "x.describe(); x.head(); x['a'].mean(); x.groupby('b').size()") == (False, True)


def test_a_name_that_holds_another_object_is_in_neither() -> None:
    assert changed_by([1], "x = [1]") == (False, False)


def test_an_object_that_cannot_be_looked_into_is_never_certain() -> None:
    assert changed_by([object()], "pass") == (False, False)


def test_what_takes_too_long_is_left_alone() -> None:
    watch, namespace = Watch(), {"x": np.zeros(20_000_000), "y": [1]}
    watch.look(namespace, {"y"}, 0)
    assert watch.look(namespace, {"y"}, 0) == ([], ["y"])


def test_a_list_that_holds_itself_ends() -> None:
    value: list[Any] = [1]
    value.append(value)
    assert changed_by(value, "x[0] = 2") == (True, False)


def test_a_fitted_estimator_has_changed() -> None:
    linear = pytest.importorskip("sklearn.linear_model")
    assert changed_by(linear.LinearRegression(), "x.fit([[1.0], [2.0]], [1, 2])") == (True, False)


def test_a_network_that_is_trained_has_changed() -> None:
    torch = pytest.importorskip("torch")
    assert changed_by(torch.nn.Linear(2, 1), "x.weight.data[0, 0] = 5")[0]
