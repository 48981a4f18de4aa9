"""What a parameters cell says: types, defaults, help, forms."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from nb2prod.runs.parameters.declaring import declared

CELL = '''
from datetime import date, datetime
from pathlib import Path
import time

# How fast it learns,
# as a factor
lr = 0.1
depth: int = 3  # levels
"""not this"""
name: "str | None" = None  # type: ignore
kind: Literal["a", "b"] = "a"
day: date = date(2024, 1, 31)
out = Path("x") / "y"
a, (b, *c) = 1, [2.0, 3]
must: Optional[int]
"""What
   must be"""
hours = 60 * 60
f: Annotated[float, Field(ge=0, le=1)] = 0.5
when = datetime.now()
mask = f"{lr}"
arr: np.ndarray = np.zeros(3)
w = 3  # type: float  weight
t: tuple[int, ...] = (
    1,
    2,
)  # two of them
start = time.time()
if lr:
    maybe = 5
lr = 0.2
'''


def test_each_parameter_has_its_type_default_and_help(declare: Any) -> None:
    found = declare(CELL)
    assert {name: (each.type.text, each.default, each.help) for name, each in found.items() if each.understood} == {
        "lr": ("float", 0.2, "How fast it learns, as a factor"),
        "depth": ("int", 3, "levels"),
        "name": ("str | None", None, ""),
        "kind": ("Literal['a', 'b']", "a", ""),
        "day": ("date", date(2024, 1, 31), ""),
        "a": ("int", 1, ""),
        "hours": ("int", 3600, ""),
        "f": ("float", 0.5, ""),
        "w": ("float", 3, "weight"),
        "t": ("tuple[int, ...]", (1, 2), "two of them"),
    }
    assert {name: (each.type.text, each.source) for name, each in found.items() if not each.understood} == {
        "out": ("Path", 'Path("x") / "y"'),
        "b": ("Any", '1, [2.0, 3]'),
        "c": ("Any", '1, [2.0, 3]'),
        "must": ("Optional[int]", ""),
        "when": ("datetime", "datetime.now()"),
        "mask": ("str", 'f"{lr}"'),
        "arr": ("np.ndarray", "np.zeros(3)"),
        "start": ("Any", "time.time()"),
        "maybe": ("Any", "5"),
    }  # fmt: skip
    assert [name for name, each in found.items() if each.required] == ["must"]
    assert found["must"].help == "What\nmust be"
    assert found["kind"].type.choices == ("a", "b")
    assert (found["f"].type.minimum, found["f"].type.maximum) == (0, 1)
    assert found["depth"].line == 9
    assert found["name"].type.optional


FORMS = """
#@title Settings { display-mode: "form" }
n = 5 #@param {type:"integer"}
s = 3 #@param {type:"slider", min:0, max:100, step:1}
r = 0.5 #@param {type: "slider", min: 0, max: 1, step: 0.1}
c = "x" #@param ["x", "y"]
k = "x" #@param ["x", "y"] {allow-input: true}
v = 1 #@param [1, 2, true] {type:"raw"}
b = True #@param {type:"boolean"}
d = "2024-01-31" #@param {type:"date"}
x = None #@param
l: int = 1 #@param {min: 1, max: 9}
"""


def test_forms_of_colab_say_types_bounds_and_choices(declare: Any) -> None:
    found = {name: each.type for name, each in declare(FORMS).items()}
    assert {name: kind.text for name, kind in found.items()} == {
        "n": "int", "s": "int", "r": "int | float", "c": "Literal['x', 'y']", "k": "Any", "v": "Any", "b": "bool",
        "d": "str", "x": "Any", "l": "int",
    }  # fmt: skip
    assert (found["s"].minimum, found["s"].maximum, found["s"].step) == (0, 100, 1)
    assert (found["r"].minimum, found["r"].maximum, found["r"].step) == (0, 1, 0.1)
    assert (found["l"].minimum, found["l"].maximum) == (1, 9)
    assert {each.section for each in declare(FORMS).values()} == {"Settings"}


def test_several_cells_say_it_together(make: Any) -> None:
    notebook = make(("x: float = 1  # first", "parameters"), ("x = 2\ny = x", "parameters"), "z = 3")
    x, y = declared(notebook)
    assert (x.default, x.type.text, x.help, x.cell, y.source) == (2, "float", "first", 1, "x")


@pytest.mark.parametrize("source", ["%%bash\necho x=1", "def f(x=1): pass", "x: list[int, str] = []", "x: 1 + 1 = 0"])
def test_nothing_is_run_and_nothing_breaks(declare: Any, source: str) -> None:
    assert {name: each.type.text for name, each in declare(source).items()} in ({}, {"x": source[3:].split(" = ")[0]})


def test_no_parameters_cell_declares_nothing(make: Any) -> None:
    assert declared(make("x = 1")) == ()
