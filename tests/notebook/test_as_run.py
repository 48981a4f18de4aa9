"""Statements that got another form are told by the one that the kernel runs."""

from __future__ import annotations

from pathlib import Path

import pytest

from nb2prod.analysis.statements import split_statements
from nb2prod.notebook.as_run import as_run
from nb2prod.notebook.movable import movable
from nb2prod.notebook.read import read_notebook
from tests.making import write_notebook

NET = "import torch.nn as nn\n"


@pytest.mark.parametrize(
    ("code", "place", "wanted"),
    [
        ("m = nn.Linear(X.shape[1], 2)", 1, ("m = nn.Linear(X.shape[1], 2)", 0)),
        ("m = nn.Linear(X.shape[1], 2)", 2, ("m = nn.Linear(X.shape[1], 2)", 0)),
        ("a = 1; m = nn.Linear(X.shape[1],\n  2)", 3, ("m = nn.Linear(X.shape[1], 2)", 0)),
        ("a = 1; m = nn.Linear(X.shape[1],\n  2)", 1, ("a = 1", 0)),
        ("a = 1\nm = nn.Linear(X.shape[1], 2)\na = 1", 4, ("a = 1", 1)),
        ("m = nn.Linear(X.shape[1], 2)\nm = nn.Linear(X.shape[1], 2)", 4, ("m = nn.Linear(X.shape[1], 2)", 1)),
        ("if __name__ == '__main__':\n    a = 1\n    a = 1", 2, ("a = 1", 1)),
        ("if __name__ == '__main__':\n    a = 1\na = 1", 1, ("a = 1", 1)),
        ("if __name__ == '__main__':\n    a = 1\na = 1", 2, ("a = 1", 0)),
    ],
)
def test_the_statement_of_the_kernel(tmp_path: Path, code: str, place: int, wanted: tuple[str, int]) -> None:
    notebook = movable(read_notebook(write_notebook(tmp_path / "n.ipynb", [(None, NET + code)])))
    (cell,) = notebook.cells
    statement = list(split_statements(cell.code))[place]
    assert as_run(cell, statement.node, statement.source) == wanted
