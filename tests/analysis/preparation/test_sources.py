"""Where rows like the request can be had."""

from __future__ import annotations

import pytest

from nb2prod.analysis.dataflow import analyse
from nb2prod.analysis.inference import find_inference
from nb2prod.analysis.preparation.sources import Place, picked_from, raw_tables, rows_of_model
from tests.analysis.preparation.running import tagged

CELLS = (
    "import pandas as pd\nfrom sklearn.linear_model import LinearRegression\nfrom sklearn.preprocessing import scale",
    "df = pd.read_csv('a.csv')\ndf['x'] = scale(df['x'])\ntest = pd.read_csv('b.csv')",
    "X = df[['x']]\nmodel = LinearRegression()",
    "model.fit(X, df['y'])\nprint(model.score(X[:5], df['y'][:5]))",
)
ASK = "sample = pd.DataFrame([{'x': 3.0}])\nprediction = best.predict(sample)"


def places(*cells: str) -> tuple[list[Place], list[Place]]:
    notebook = tagged(*cells)
    flow = analyse(notebook)
    inference = find_inference(notebook, flow)
    return raw_tables(flow, inference), rows_of_model(flow, inference)


def test_tables_are_taken_right_behind_the_statement_that_reads_them() -> None:
    raw, _ = places(*CELLS, ASK.replace("best", "model"))
    assert raw == [Place(5, True, "test"), Place(3, True, "df")]


def test_what_the_model_was_given_is_found_through_its_names() -> None:
    assert places(*CELLS, ASK.replace("best", "model"))[1] == [Place(8, False, "X"), Place(9, False, "X[:5]")]
    assert places(*CELLS, "best = model", ASK)[1] == [Place(8, False, "X"), Place(9, False, "X[:5]")]
    fitted = CELLS[3].replace("model.fit(X", "best = LinearRegression().fit(X")
    assert Place(8, False, "X") in places(*CELLS[:3], fitted, ASK)[1]


def test_what_another_tool_was_fitted_to_is_no_matter() -> None:
    cells = [*CELLS, "other = LinearRegression().fit(df[['z']], df['y'])"]
    assert all(place.expression != "df[['z']]" for place in places(*cells, ASK.replace("best", "model"))[1])


@pytest.mark.parametrize(
    ("ask", "picked"),
    [
        ("sample = X[:5]\nprediction = model.predict(sample)", {"X"}),
        ("sample = X.sample(3).reset_index(drop=True)\nprediction = model.predict(sample)", {"X"}),
        ("one = X.iloc[[0]]\nsample = one\nprediction = model.predict(sample)", {"X"}),
        ("sample = X * 2\nprediction = model.predict(sample)", set()),
        ("sample = scale(X[:5])\nprediction = model.predict(sample)", set()),
        ("sample = pd.DataFrame([{'x': 3.0}])\nprediction = model.predict(sample)", set()),
    ],
)
def test_rows_that_the_request_is_picked_from_are_as_it_is(ask: str, picked: set[str]) -> None:
    notebook = tagged(*CELLS, ask)
    assert picked_from(find_inference(notebook, analyse(notebook))) == picked
