"""What the form of a run has for each parameter, and that what is wrong stands beside the right one."""

from __future__ import annotations

from typing import Any

import pytest

from nb2prod.workflows.asking_for_runs import Typed, run_form
from tests.making import as_notebook

TYPED = """\
import datetime
from datetime import date
from typing import Annotated, Literal, Optional

depth: int = 3  # of the trees
rate = 0.1
is_fast: bool = True
maybe: bool | None = None
kind: Literal["a", "b"] = "a"
other: Optional[Literal["a", 1]] = None
some: Optional[int] = None
day: date = date(2024, 1, 31)
sizes: list[int] = [1, 2]
named = {"a": 1}
label = "007"
either: int | str = 1
bounded: Annotated[float, Field(ge=0, le=1)] = 0.5
anything = None
made = date.today()
must: float
"""


def form(source: str = TYPED, tag: str = "parameters", **typed: Any) -> dict[str, Any]:
    return run_form(as_notebook([(tag, source)]), "a.ipynb", Typed(**typed))


def by_name(found: dict[str, Any]) -> dict[str, dict[str, Any]]:
    return {each["name"]: each for each in found["parameters"]}


@pytest.mark.parametrize(
    ("name", "kind", "value", "choices"),
    [
        ("depth", "int", "3", []),
        ("rate", "float", "0.1", []),
        ("is_fast", "bool", "true", []),
        ("maybe", "choice", "null", ["true", "false", "null"]),
        ("kind", "choice", "a", ["a", "b"]),
        ("other", "choice", "null", ["a", "1", "null"]),
        ("some", "int", "null", []),
        ("day", "date", "2024-01-31", []),
        ("sizes", "data", "[1, 2]", []),
        ("named", "data", '{"a": 1}', []),
        ("label", "text", "007", []),
        ("either", "text", "1", []),
        ("bounded", "float", "0.5", []),
        ("anything", "text", "null", []),
        ("made", "date", None, []),
        ("must", "float", None, []),
    ],
)
def test_each_type_has_its_input(name: str, kind: str, value: str | None, choices: list[str]) -> None:
    found = by_name(form())[name]
    assert (found["kind"], found["value"], found["choices"]) == (kind, value, choices)


def test_a_parameter_tells_of_itself() -> None:
    found = by_name(form())
    assert found["depth"]["help"] == "of the trees"
    assert (found["bounded"]["minimum"], found["bounded"]["maximum"]) == (0, 1)
    assert (found["must"]["required"], found["depth"]["required"]) == (True, False)
    assert found["made"]["source"] == "date.today()"
    assert (found["some"]["optional"], found["depth"]["optional"]) == (True, False)


def test_what_stands_in_a_form_untouched_is_right() -> None:
    """Each value of the form, typed again as it is, is taken: nothing is sent that would be refused."""
    untouched = {each["name"]: each["value"] for each in form()["parameters"] if each["value"] is not None}
    assert form(parameters={**untouched, "must": "1"}) == {**form(), "wrong": [], "runs": 1}


def test_what_is_wrong_stands_beside_its_parameter() -> None:
    found = form(parameters={"depth": "deep", "kind": "c", "bounded": "2", "deph": "1"}, vary={"rate": "0.1,,2"})
    assert {each["name"] for each in found["wrong"]} == {"depth", "kind", "bounded", "must", "deph", "rate"}
    assert found["runs"] is None
    said = {each["name"]: each["what"] for each in found["wrong"]}
    assert "text was given for int" in said["depth"]
    assert said["rate"] == "a value is missing"
    assert said["must"] == "it has no default, and no value was given"


def test_values_to_vary_are_checked_by_the_type_too() -> None:
    found = form(parameters={"must": "1"}, vary={"bounded": "0.5,2,3", "depth": "1..3"})
    assert {each["name"] for each in found["wrong"]} == {"bounded"}
    assert form(vary={"must": "1,2", "depth": "1..3"})["runs"] == 6
    assert form(vary={"must": "1,2", "depth": "1..300"}, number=7)["runs"] == 7
    assert form(vary={"must": "1,2"}, number=7)["runs"] == 2


def test_a_range_without_end_is_refused_where_all_of_it_is_wanted() -> None:
    found = form(vary={"must": "0.1..0.2"})
    assert [each["name"] for each in found["wrong"]] == ["must"]
    assert form(vary={"must": "0.1..0.2"}, number=5)["runs"] == 5


def test_what_has_a_value_is_not_varied_too() -> None:
    found = form("depth = 1", parameters={"depth": "2"}, vary={"depth": "1..2"})
    assert [each["name"] for each in found["wrong"]] == ["depth"]


def test_secrets_are_neither_shown_nor_taken() -> None:
    source = "api_key = 'sk-ant-api03-" + "aB3dE5gH" * 11 + "-xyzAAQ'\nname = 'x'"
    found = form(source)
    assert "aB3dE5gH" not in str(found)
    found = form(source, parameters={"name": "AKIA" + "IOSFODNN7EXAMPLQ"})
    assert [each["name"] for each in found["wrong"]] == ["name"]
    assert "IOSFODNN7" not in str(found)


def test_a_notebook_without_parameters_can_be_run_all_the_same() -> None:
    assert form("x = 1", tag="data") == {"parameters": [], "wrong": [], "runs": 1}


def test_a_cell_that_cannot_be_parsed_does_not_hide_the_parameters() -> None:
    content = as_notebook([("parameters", "depth = 1"), ("data", "def (")])
    assert [each["name"] for each in run_form(content, "a.ipynb", Typed())["parameters"]] == ["depth"]
