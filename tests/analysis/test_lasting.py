"""What an expression gives at one place, and whether it still gives that behind the last cell."""

from __future__ import annotations

import pytest

from nb2prod.analysis.dataflow import analyse
from nb2prod.analysis.lasting import Changed, changed_later, free_names
from tests.analysis.cells import notebook_of


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("a = b + c", ["b", "c"]),
        ("a = b\nd = a + e", ["b", "e"]),
        ("a += 1", ["a"]),
        ("a = 1\na += b", ["b"]),
        ("f(x).y[z]", ["f", "x", "z"]),
    ],
)
def test_free_names(source: str, expected: list[str]) -> None:
    assert sorted(free_names(source)) == sorted(expected)


@pytest.mark.parametrize(
    ("cells", "expected"),
    [
        (["a = 1", "b = 2"], None),
        (["a = 1", "a = 2"], Changed("a", 1)),
        (["a = []", "b = 1", "a.append(b)"], Changed("a", 2)),
        (["a = []", "b = a", "b.append(1)"], Changed("a", 2)),
        (["a = 1", "del a"], Changed("a", 0)),
        (["a = 1", "if input():\n    a = 2"], Changed("a", 1)),
    ],
)
def test_a_value_lasts_until_it_is_replaced_or_changed(cells: list[str], expected: Changed | None) -> None:
    assert changed_later(analyse(notebook_of(*cells)), 0, ["a"], after=True) == expected


def test_what_a_function_reads_counts() -> None:
    flow = analyse(notebook_of("scale = 2", "def f(x):\n    return x * scale", "y = f(1)", "scale = 3"))
    assert changed_later(flow, 2, ["f"], after=False) == Changed("scale", 3)
    assert changed_later(flow, 2, ["scale"], after=True) == Changed("scale", 3)
    assert changed_later(flow, 2, ["print", "nowhere"], after=True) is None


def test_before_a_statement_is_not_behind_it() -> None:
    flow = analyse(notebook_of("a = [1]", "a.append(2)"))
    assert changed_later(flow, 1, ["a"], after=False) == Changed("a", 1)
    assert changed_later(flow, 1, ["a"], after=True) is None
    assert changed_later(flow, 0, ["a"], after=False) is None


def test_what_an_object_reads_when_it_is_used_counts() -> None:
    head = ("T = 1", "class Model:\n    def ask(self, x):\n        return x * T", "def f(x):\n    return x * T")
    flow = analyse(notebook_of(*head, "m = Model()\ng = partial(f, 1)", "T = 2"))
    assert changed_later(flow, 3, ["m"], after=True) == Changed("T", 5)
    assert changed_later(flow, 4, ["g"], after=True) == Changed("T", 5)


@pytest.mark.parametrize("hidden", ["exec('a = 2')", "globals()['a'] = 2", "get_ipython().run_cell('a = 2')"])
def test_what_may_change_any_name_changes_all(hidden: str) -> None:
    assert changed_later(analyse(notebook_of("a = 1", hidden)), 0, ["a"], after=True) is not None
