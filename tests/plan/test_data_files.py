"""The files that a notebook read: which of them travel with the repository."""

from __future__ import annotations

from pathlib import Path

from nb2prod.analysis.dataflow import analyse
from nb2prod.capture.model import FileRead
from nb2prod.notebook.read import read_notebook
from nb2prod.plan.data_files import plan_files
from nb2prod.plan.graph import Graph
from tests.making import PLAIN, write_notebook


def test_code_and_hidden_files_stay_where_they_are(tmp_path: Path) -> None:
    notebook = read_notebook(write_notebook(tmp_path / "n.ipynb", PLAIN))
    graph = Graph(notebook, analyse(notebook), frozenset(), frozenset())
    names = ["rows.csv", ".env", "data/.secrets", "helpers.py", "data/more.csv", "other.ipynb"]
    files, problems = plan_files(graph, (), [FileRead(name, "0" * 64, 1, True) for name in names], {})
    assert sorted(files.copies()) == ["data/data/more.csv", "data/rows.csv"]
    assert problems == []
