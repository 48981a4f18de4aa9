"""Exports from a kernel that somebody works in: the plan is that of a run, or it is said what a run would add."""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import nbformat
import pytest

from nb2prod.errors import UnusableInput, UsageError
from nb2prod.notebook.read import read_notebook
from nb2prod.workflows.as_data import exported_as_dict
from nb2prod.workflows.at_the_end import Asked, at_the_end
from nb2prod.workflows.export import export
from nb2prod.workflows.model import ExportOptions
from nb2prod.workflows.raw_rows import look_for_raw_rows, with_raw_rows
from nb2prod.workflows.running import running
from nb2prod.workflows.understanding import understand
from tests.making import write_notebook
from tests.running import Worker, sources_of, worker_in

EXAMPLES = Path(__file__).parents[2] / "example_notebooks"
READ = "import pandas as pd\nfrom sklearn.linear_model import LinearRegression\ndf = pd.read_csv('rows.csv')"
FIT = "model = LinearRegression().fit(df[['a']], df['b'])"
JUDGE = "score = model.score(df[['a']], df['b'])\nprint('mean', df['b'].mean())"
ASK = "sample = df[['a']].head(5)\nprediction = model.predict(sample)"


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = Path(os.path.realpath(tmp_path_factory.mktemp("running")))
    shutil.copy(EXAMPLES / "churn.ipynb", folder)
    shutil.copytree(EXAMPLES / "data", folder / "data")
    return folder


@pytest.fixture(scope="module")
def kernel(folder: Path) -> Iterator[Worker]:
    with worker_in(folder) as worker:
        worker.runs(*sources_of(folder / "churn.ipynb"))
        yield worker


def plan(path: Path, **options: Any) -> dict[str, Any]:
    found = exported_as_dict(export(ExportOptions(path, target=path.with_suffix(""), dry_run=True, **options)))
    return {name: value for name, value in found.items() if name != "seconds"}


def test_the_plan_is_that_of_a_run(kernel: Worker, folder: Path) -> None:
    asked = plan(folder / "churn.ipynb", running=kernel.name)
    notes = [
        "found by their names, and taken along as what the notebook reads: `data/churn.csv`",
        "the evidence is from the running kernel; the notebook was not run again",
    ]
    assert asked["warnings"][: len(notes)] == notes
    del asked["warnings"][: len(notes)]
    assert asked["input"]["rows"] == "raw"
    assert asked == plan(folder / "churn.ipynb")


def test_whether_it_can_be_asked_is_told_of_what_is_in_the_editor(kernel: Worker, folder: Path) -> None:
    document = json.loads((folder / "churn.ipynb").read_text())
    path = str(folder / "churn.ipynb")
    assert running(document, path, kernel.name) == {"problems": [], "notes": []}
    code = [cell for cell in document["cells"] if cell["cell_type"] == "code"]
    code[-1]["source"] = "1 + 1"
    assert [each["where"] for each in running(document, path, kernel.name)["problems"]] == ["cell [17]"]
    assert "no such kernel" in running(document, path, "nobody")["problems"][0]["what"]


def test_it_is_refused_with_all_reasons_and_nothing_is_left(kernel: Worker, folder: Path) -> None:
    changed = nbformat.read(folder / "churn.ipynb", as_version=4)
    code = [cell for cell in changed.cells if cell.cell_type == "code"]
    code[1].source += "\n# more"
    code[8].source += "\n# more"
    nbformat.write(changed, folder / "changed.ipynb")
    target = folder / "changed"
    with pytest.raises(UnusableInput) as refused:
        export(ExportOptions(folder / "changed.ipynb", target=target, running=kernel.name))
    assert [problem.where for problem in refused.value.problems] == ["cell [2]", "cell [9]"]
    assert not target.exists()
    assert not list(folder.glob(".nb2prod-*"))
    options = ExportOptions(folder / "churn.ipynb", target=target, running=kernel.name, parameters={"max_depth": 3})
    with pytest.raises(UsageError, match="its own parameters"):
        export(options)


def asked_of(folder: Path, *cells: tuple[str | None, str]) -> Asked:
    notebook = read_notebook(write_notebook(folder / "n.ipynb", cells))
    request = understand(notebook, ExportOptions(notebook.path), "n")
    return at_the_end(request, with_raw_rows(request, look_for_raw_rows(request, "auto")))


def test_what_nothing_changes_can_all_be_asked(tmp_path: Path) -> None:
    found = asked_of(tmp_path, ("data", READ), ("training", FIT), ("evaluation", JUDGE), ("inference", ASK))
    assert (found.gone, found.no_raw_rows, found.notes) == ((), "", ())
    assert found.request.metrics == ("score",)
    assert [value.expression for value in found.request.shown] == ["df['b'].mean()"]


def test_numbers_whose_values_changed_are_not_taken_and_told_of(tmp_path: Path) -> None:
    later = (None, "df['b'] = 0\nscore = None\nprediction = 'none'")
    ask = "sample = pd.DataFrame({'a': [1.0]})\nprediction = model.predict(sample)"
    found = asked_of(tmp_path, ("data", READ), ("training", FIT), ("evaluation", JUDGE), ("inference", ask), later)
    assert found.request.metrics == ()
    assert found.request.shown == ()
    assert found.gone == ("prediction",)
    assert [note.split(" could")[0] for note in found.notes] == ["of what evaluation shows, `score`, `mean_b`"]


def test_what_answering_needs_must_be_as_it_was(tmp_path: Path) -> None:
    with pytest.raises(UnusableInput) as refused:
        asked_of(tmp_path, ("data", READ), ("training", FIT), ("inference", ASK), (None, "model = None"))
    problem = refused.value.problems[0]
    assert problem.where == "cell [4], line 1"
    assert "changes `model` behind the inference section" in problem.what


def test_a_raw_table_that_was_changed_is_read_again_and_one_that_was_made_is_not(tmp_path: Path) -> None:
    prepare = "df = df.dropna()\ndf['c'] = df['a'] * 2"
    fit, ask = FIT.replace("['a']", "['a', 'c']"), ASK.replace("['a']", "['a', 'c']")
    found = asked_of(tmp_path, ("data", READ), ("data", prepare), ("training", fit), ("inference", ask))
    assert found.request.raw is not None
    assert found.request.raw.moments[0].again == "df = pd.read_csv('rows.csv')"
    assert found.no_raw_rows == ""

    learnt = "middle = df['a'].mean()\ndf['c'] = df['a'] - df['a'].mean()\ndf['a'] = df['a'] * 2"
    found = asked_of(tmp_path, ("data", READ), ("data", learnt), ("training", fit), ("inference", ask))
    assert found.request.raw is None
    assert "run the notebook afresh" in found.no_raw_rows
