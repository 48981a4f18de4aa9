"""The files that a notebook read: which of them travel with the repository."""

from __future__ import annotations

from pathlib import Path

import pytest

from nb2prod.analysis.dataflow import analyse
from nb2prod.capture.model import FileRead
from nb2prod.notebook.read import read_notebook
from nb2prod.plan.data_files import plan_files
from nb2prod.plan.graph import Graph
from tests.making import PLAIN, Cells, write_notebook
from tests.plan.planning import module, plan_of


def test_code_and_hidden_files_stay_where_they_are(tmp_path: Path) -> None:
    notebook = read_notebook(write_notebook(tmp_path / "n.ipynb", PLAIN))
    graph = Graph(notebook, analyse(notebook), frozenset(), frozenset())
    names = ["rows.csv", ".env", "data/.secrets", "helpers.py", "data/more.csv", "other.ipynb"]
    files, problems = plan_files(graph, (), [FileRead(name, "0" * 64, 1, True) for name in names], {})
    assert sorted(files.copies()) == ["data/data/more.csv", "data/rows.csv"]
    assert problems == []


@pytest.mark.parametrize(("path", "stands_there"), [("f'{name}.csv'", True), ("'rows.csv'", False)])
def test_only_code_that_computes_its_paths_stands_in_the_data_folder(
    tmp_path: Path, path: str, stands_there: bool
) -> None:
    (tmp_path / "rows.csv").write_text("a,y\n1.0,0\n2.0,1\n")
    cells: Cells = [
        (None, "import pandas as pd\nfrom sklearn.svm import SVC"),
        ("data", f"name = 'rows'\ndf = pd.read_csv({path})"),
        ("training", "model = SVC()\nmodel.fit(df[['a']], df['y'])"),
        ("inference", "sample = df[['a']]\nprediction = model.predict(sample)"),
    ]
    plan = plan_of(tmp_path, cells, {"df": "DataFrame", "model": "SVC"}, read=["rows.csv"])
    assert ("data_folder" in plan.templates) is stands_there
    assert ("from shop.working_folder import working_folder" in module(plan, "pipeline")) is stands_there
