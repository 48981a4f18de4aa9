"""The score of a notebook: what is established, and what an export is expected to establish."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from nb2prod.notebook.read import draft_of
from nb2prod.score.as_data import score_of
from tests.notebook.making import code, document

WHOLE = (
    code("depth = 3", "parameters"),
    code("import pandas as pd\ntable = pd.read_csv('t.csv', parse_dates=['day'])", "data"),
    code("model = fit(table, depth)", "training"),
    code("error = measure(model, table)", "evaluation"),
    code("sample = table.head()\nprediction = model.predict(sample)", "inference"),
)


def scores(*cells: dict[str, Any], **metadata: Any) -> dict[str, Any]:
    return score_of(draft_of(document(*cells, **metadata), Path("made.ipynb")))


def state(score: dict[str, Any], test: str) -> tuple[str, str]:
    row = next(each for each in score["tests"] if each["id"] == test)
    return row["state"], row["why"]


def test_nothing_is_established_before_the_export() -> None:
    now = scores(*WHOLE)["now"]
    assert now["score"] == 0
    assert {each["state"] for each in now["tests"]} == {"missing"}
    assert state(now, "D1")[1] == "nothing repeats it before the notebook is exported"


def test_an_export_is_expected_to_establish_at_least_4() -> None:
    expected = scores(*WHOLE)["if_exported"]
    assert expected["score"] >= 4
    assert expected["band"] == "(3,5]"
    assert len(expected["tests"]) == 28


@pytest.mark.parametrize(
    ("without", "test", "why"),
    [
        ("evaluation", "M5", "no cell that measures the model is tagged `evaluation`"),
        ("parameters", "M3", "no cell with numbers is tagged `parameters`"),
        ("training", "D1", "the notebook cannot be exported: no cell is tagged `training`"),
    ],
)
def test_what_is_not_there_is_named(without: str, test: str, why: str) -> None:
    cells = [each for each in WHOLE if without not in each["metadata"]["tags"]]
    assert state(scores(*cells)["if_exported"], test) == ("missing", why)


def test_rows_without_times_say_nothing_of_staleness() -> None:
    cells = [code("table = read()", "data") if "data" in c["metadata"]["tags"] else c for c in WHOLE]
    assert state(scores(*cells)["if_exported"], "M4") == (
        "missing",
        "the notebook's code names no times of its rows; its data, which only an export reads, may have some",
    )


def test_what_only_the_data_can_tell_is_not_denied() -> None:
    found, why = state(scores(*WHOLE)["if_exported"], "M7")
    assert found == "missing"
    assert why.endswith("; its data, which only an export reads, may have one, or English texts")


def test_a_notebook_that_cannot_be_exported_says_why() -> None:
    expected = scores(*WHOLE, code("x = (", "data"))["if_exported"]
    assert expected["score"] == 0
    assert state(expected, "D1")[1].startswith("the notebook cannot be exported: ")


def test_attestations_count_now() -> None:
    said = [{"test": "M2", "by": "Ada", "on": "2024-11-20", "how": "a month of calls"}, {"test": "M9"}]
    found = scores(*WHOLE, nb2prod={"attestations": said})
    assert state(found["now"], "M2") == ("attested", "Ada on 2024-11-20: a month of calls")
    assert found["now"]["sections"] == {"Data": 0, "Model": 0.5, "Infrastructure": 0, "Monitoring": 0}
    assert {each["where"][-4:] for each in found["problems"]} == {"test", "].by", "].on", ".how"}
