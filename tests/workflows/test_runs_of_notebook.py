"""A ledger that knows more than one notebook, and files outside the folder that is shown: what a page is told of it."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from nb2prod.ledger.ledger import Ledger, open_ledger
from nb2prod.ledger.liveness import this_process
from nb2prod.ledger.model import Ended, NewRun, Status
from nb2prod.workflows import runs_as_data
from nb2prod.workflows.runs_of_notebook import comparison_of, output_of, run_of, runs_of
from tests.making import write_notebook

CELLS = [("parameters", "city = 'Bonn'")]


@pytest.fixture
def shown(tmp_path: Path) -> Path:
    """A folder with a notebook, beside what is not to be seen from there."""
    folder = tmp_path / "shown"
    folder.mkdir()
    write_notebook(folder / "own.ipynb", CELLS)
    return folder


def _ledger(shown: Path) -> Ledger:
    (shown / ".nb2prod").mkdir(exist_ok=True)
    return open_ledger(shown / ".nb2prod" / "runs.sqlite", create=True)


def _run(ledger: Ledger, notebook: Path, output: Path, said: str = "", **parameters: Any) -> str:
    """Record a run whose executed notebook shows what it ``said``."""
    outputs = [{"output_type": "stream", "name": "stdout", "text": said}]
    cell = {"cell_type": "code", "metadata": {}, "source": "", "outputs": outputs}
    output.write_text(json.dumps({"cells": [cell], "metadata": {}, "nbformat": 4, "nbformat_minor": 5}))
    new = NewRun(str(notebook.resolve()), "a" * 64, parameters, output=str(output))
    claim = ledger.begin(new, this_process())
    error = {"error_name": "ValueError", "message": "of a colleague", "traceback": "of a colleague"}
    assert ledger.end(claim, Ended(Status.FAILED, 1.0, **error))
    return claim.run.id


def test_of_two_runs_only_what_lies_in_the_folder_is_read(shown: Path, tmp_path: Path) -> None:
    notebook = shown / "own.ipynb"
    (shown / "link").symlink_to(tmp_path)
    with _ledger(shown) as ledger:
        inside = _run(ledger, notebook, shown / "inside.ipynb", "our numbers")
        other = _run(ledger, notebook, shown / "other.ipynb", "our other numbers")
        outside = _run(ledger, notebook, tmp_path / "outside.ipynb", "a colleague's numbers")
        linked = _run(ledger, notebook, shown / "link" / "outside.ipynb", "a colleague's numbers")
    told = comparison_of(str(notebook), str(shown), inside, other)
    assert "+our other numbers" in told["outputs"]["cells"][0]["difference"]
    for one in (outside, linked):
        for pair in ((one, inside), (inside, one)):
            told = comparison_of(str(notebook), str(shown), *pair)
            assert told["outputs"]["cells"] is None
            (problem,) = told["outputs"]["problems"]
            assert problem == f"the notebook of {one} lies outside the folder that Jupyter shows"
            assert "colleague" not in json.dumps(told)


ASKED: dict[str, Callable[[str, str, str, str], dict[str, Any]]] = {
    "run": lambda notebook, root, own, other: run_of(notebook, root, other),
    "output": lambda notebook, root, own, other: output_of(notebook, root, other),
    "comparison": lambda notebook, root, own, other: comparison_of(notebook, root, own, other),
    "comparison with": lambda notebook, root, own, other: comparison_of(notebook, root, other, own),
}


@pytest.mark.parametrize("asked", ASKED.values(), ids=ASKED)
def test_nothing_is_told_of_another_notebooks_runs(
    shown: Path, asked: Callable[[str, str, str, str], dict[str, Any]]
) -> None:
    """Also where the same ledger knows them, as one on a server does that colleagues share."""
    notebook, output = shown / "own.ipynb", shown / "output.ipynb"
    with _ledger(shown) as ledger:
        own = _run(ledger, notebook, output)
        other = _run(ledger, shown / "other.ipynb", output, "of a colleague", city="of a colleague")
    told = asked(str(notebook), str(shown), own, other)
    assert [problem["what"] for problem in told["problems"]] == ["there is no such run of this notebook"]
    assert "of a colleague" not in json.dumps(told)
    assert "problems" not in asked(str(notebook), str(shown), own, own)
    assert [run["id"] for run in runs_of(str(notebook), str(shown), 9)["runs"]] == [own]


def test_a_list_makes_each_run_once_and_searches_no_traceback(shown: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    notebook = shown / "own.ipynb"
    with _ledger(shown) as ledger:
        runs = [_run(ledger, notebook, shown / "output.ipynb", lr=float(number)) for number in range(3)]
    searched, shown_of, harmless, parameters = [], [], runs_as_data.harmless, runs_as_data.shown_parameters
    monkeypatch.setattr(runs_as_data, "harmless", lambda text: (searched.append(text), harmless(text))[1])
    monkeypatch.setattr(runs_as_data, "shown_parameters", lambda of: (shown_of.append(of), parameters(of))[1])
    told = runs_of(str(notebook), str(shown), 9)["runs"]
    assert [run["id"] for run in told] == runs[::-1]
    assert len(shown_of) == 3, "each run is made once"
    assert [text for text in searched if "colleague" in text] == []
    assert not any("error" in run for run in told)
    assert "of a colleague" in run_of(str(notebook), str(shown), runs[0])["run"]["error"]["traceback"]
