"""A parameter that changes nothing is refused, or said to change nothing; one that may be read is let pass."""

from __future__ import annotations

from pathlib import Path

import pytest

from nb2prod.errors import UsageError
from nb2prod.notebook.model import Notebook
from nb2prod.notebook.read import draft_of
from nb2prod.runs.parameters.checking import checked_parameters
from nb2prod.runs.parameters.heeding import unheeded
from tests.making import as_notebook

TAGGED = ("parameters", "x = 1\ny = 2")


def notebook_of(*cells: str | tuple[str, str]) -> Notebook:
    tagged = [each if isinstance(each, tuple) else (None, each) for each in cells]
    return draft_of(as_notebook(tagged), Path("notebook.ipynb"))


IN_VAIN = {
    "assigned first": (["# x is\nx = 3  # x", "print(x)"], "cell [1] gives it another value before anything reads it"),
    "assigned with a type": (["x: int = 3", "print(x)"], "cell [1] gives it another value"),
    "assigned below the parameters": ([TAGGED, "y + 1", "z = x = 3", "print(x)"], "cell [3] gives it another value"),
    "nowhere": (["y = 3", "print(y, 'x1', xx)"], "nothing in the notebook reads it"),
    "only where it is set": ([TAGGED, "print(y)"], "nothing in the notebook reads it"),
}
HEEDED = {
    "read": ["print(x)"],
    "read in a function": ["def f():\n    return x", "x = 3"],
    "assigned from itself": ["x = x or 3"],
    "assigned where it is not set": ["try:\n    x\nexcept NameError:\n    x = 3"],
    "assigned perhaps": ["import sys\nif len(sys.argv) > 9:\n    x = 3", "print(x)"],
    "added to": ["x += 1"],
    "read by a text": ["df = 0\ndf.query('a > @x')", "x = 3"],
    "read by its name": ["value = globals()['x']", "x = 3"],
    "read by a shell": ["!echo {x}", "x = 3"],
    "read by a magic above": ["%%time\nprint(x)", "x = 3"],
    "a text at the assignment": ["df = 0\nx = df.eval('x + 1')"],
    "in a cell that is no Python": ["x = (", "x = 3"],
    "an item": ["x[0] = 3"],
}


@pytest.mark.parametrize(("cells", "why"), IN_VAIN.values(), ids=IN_VAIN)
def test_it_is_said_why_it_changes_nothing(cells: list[str | tuple[str, str]], why: str) -> None:
    ((name, said),) = unheeded(notebook_of(*cells), ["x"])
    assert (name, said[: len(why)]) == ("x", why)


@pytest.mark.parametrize("cells", HEEDED.values(), ids=HEEDED)
def test_what_may_be_read_is_let_pass(cells: list[str]) -> None:
    assert list(unheeded(notebook_of(*cells), ["x"])) == []
    assert checked_parameters(notebook_of(*cells), {"x": 3}) == {"x": 3}


def test_without_a_parameters_cell_it_is_refused() -> None:
    notebook = notebook_of("learning_rate = 0.1", "score = learning_rate")
    with pytest.raises(UsageError) as refused:
        checked_parameters(notebook, {"learning_rat": 3, "learning_rate": 2})
    first, second = refused.value.problems
    assert "gives it another value" in first.what + second.what
    assert "Did you mean 'learning_rate'? Tag the cell" in first.remedy + second.remedy


def test_with_one_it_is_the_records_to_say() -> None:
    assert checked_parameters(notebook_of(TAGGED, "x = 3", "print(x)"), {"x": 3}) == {"x": 3}
