"""``nb2prod.sweep``, ``resume`` and ``recorded`` from plain Python."""

from __future__ import annotations

import re
import shutil
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

import nb2prod
from nb2prod.errors import UsageError
from nb2prod.ledger.model import Status
from nb2prod.python.results import RecordedSweep
from tests.making import Cells, write_notebook
from tests.workflows.sweeping.started import ledger_of, runs_of

CELLS: Cells = [
    ("parameters", "rate: float = 0.1\ndepth = 2\nname = 'a'"),
    (None, "shared = 1"),
    ("evaluation", "score = shared - (rate - 0.05) ** 2 * depth\nloss = 1 - score"),
    (None, "assert rate < 1"),
]


@pytest.fixture(scope="module")
def swept(tmp_path_factory: pytest.TempPathFactory) -> RecordedSweep:
    notebook = write_notebook(tmp_path_factory.mktemp("sweep") / "n.ipynb", CELLS)
    vary = {"rate": np.array([0.01, 0.05, 2.0]), "depth": range(2, 4)}
    return nb2prod.sweep(notebook, vary, {"name": "007"}, metric="score", maximize=True, workers=2)


def test_every_combination_is_run_and_a_failure_stops_nobody(swept: RecordedSweep) -> None:
    assert swept.status == {"succeeded": 4, "failed": 2}
    assert [(run.parameters["rate"], run.parameters["depth"]) for run in swept] == [
        (rate, depth) for rate in (0.01, 0.05, 2.0) for depth in (2, 3)
    ]
    assert {run.parameters["name"] for run in swept} == {"007"}
    assert len(swept) == len(swept.runs) == 6
    assert swept[0].id == swept[swept[0].id].id == swept[:2][0].id
    assert [run.status for run in swept.failed] == ["failed", "failed"]
    with pytest.raises(KeyError):
        swept["nobody"]


def test_the_best_is_found(swept: RecordedSweep) -> None:
    assert swept.best is not None
    assert swept.best.parameters["rate"] == 0.05
    assert swept.best_by("loss", maximize=True).parameters == {"rate": 0.01, "depth": 3, "name": "007"}
    with pytest.raises(UsageError, match="did you mean 'loss'") as refused:
        swept.best_by("lose", maximize=True)
    assert "--" not in str(refused.value)


def test_a_frame_has_a_row_for_each_run(swept: RecordedSweep) -> None:
    frame = swept.frame()
    assert list(frame["number"]) == [1, 2, 3, 4, 5, 6]
    assert frame.dtypes[["rate", "score", "seconds"]].tolist() == [np.float64] * 3
    assert pd.api.types.is_integer_dtype(frame["depth"])
    assert frame.loc[frame["status"] == "failed", "error"].tolist() == ["AssertionError", "AssertionError"]
    assert frame.loc[frame["status"] == "failed", "cell"].tolist() == [4, 4]
    assert all(Path(each).exists() for each in frame["output"])


def test_it_is_drawn(swept: RecordedSweep, tmp_path: Path) -> None:
    plot = swept.plot()
    assert repr(plot) == "score against rate, 4 runs"
    data, metadata = plot._repr_mimebundle_()
    assert data["image/png"].startswith("iVBOR")
    assert metadata["image/png"]["width"] == 672
    assert plot.save(tmp_path / "a.svg").read_text().startswith("<?xml")
    assert swept.plot("loss", "depth").figure.axes[0].get_xlabel() == "depth"
    with pytest.raises(UsageError, match="no run has a parameter 'dept'") as refused:
        swept.plot(parameter="dept")
    assert "--" not in str(refused.value)


def test_it_is_seen_as_text_and_as_html(swept: RecordedSweep) -> None:
    lines = repr(swept).splitlines()
    assert lines[0] == f"sweep {swept.id}: 4 succeeded, 2 failed"
    assert re.match(rf"best {swept.id}-3: score = 1 with rate = 0.05, depth = 2", lines[1])
    assert lines[2].split() == ["run", "status", "rate", "depth", "name", "score", "loss", "seconds", "error"]
    assert swept._repr_html_().count("<tr>") == 7


def test_what_is_recorded_comes_back(swept: RecordedSweep) -> None:
    notebook = swept.record.notebook
    again = nb2prod.recorded(notebook, sweep="last")
    assert again.frame().equals(swept.frame())
    assert again.best is not None and swept.best is not None and again.best.id == swept.best.id
    assert len(nb2prod.recorded(notebook, status="failed")) == 2
    assert len(nb2prod.recorded(notebook, limit=1)) == 1
    with pytest.raises(UsageError, match="which metric"):
        _ = nb2prod.recorded(notebook).best
    with pytest.raises(UsageError, match="there is no such status"):
        nb2prod.recorded(notebook, status=["fail"])
    with pytest.raises(UsageError, match="there is no such sweep"):
        nb2prod.recorded(notebook, sweep="nobody")


def test_a_sweep_is_taken_up_again(swept: RecordedSweep, tmp_path: Path) -> None:
    folder = tmp_path / "again"
    shutil.copytree(Path(swept.record.notebook).parent, folder)
    with ledger_of(folder / "n.ipynb") as ledger:
        ledger.requeue([swept[4].id], [Status.FAILED], 9)
    again = nb2prod.resume("last", folder / "n.ipynb")
    assert again.status == {"succeeded": 4, "failed": 2}
    assert [run.record.attempt for run in again] == [1, 1, 1, 1, 2, 1]


def test_numbers_are_drawn_between_two(tmp_path: Path) -> None:
    notebook = write_notebook(tmp_path / "n.ipynb", CELLS)
    vary = {"rate": nb2prod.between(1e-4, 1e-1, log=True), "depth": nb2prod.between(1, 9)}
    drawn = nb2prod.sweep(notebook, vary, random=5, seed=1)
    assert drawn.status == {"succeeded": 5}
    rates = [run.parameters["rate"] for run in drawn]
    assert all(1e-4 <= rate <= 1e-1 for rate in rates) and len(set(rates)) == 5
    assert {type(run.parameters["depth"]) for run in drawn} == {int}


WRONG: list[tuple[dict[str, Any], list[str]]] = [
    ({"vary": {"rate": 0.1, "depth": [], "name": "ab", "x": [1]}}, ["vary['rate']", "vary['depth']", "vary['name']",
                                                                    "parameter 'x'"]),
    ({"vary": {"rate": ["a"], "depth": [1.5, True]}, "workers": 0}, ["parameter 'rate'", "float was given for int",
                                                                    "a truth value", "workers: "]),
    ({"vary": {"rate": nb2prod.between(0, 1)}}, ["vary['rate']: a grid needs values"]),
    ({"vary": {"rate": [1]}, "metric": "score"}, ["say maximize=True or maximize=False"]),
    ({"vary": {"rate": [1]}, "maximize": True}, ["what is to be best is not said"]),
    ({"vary": {"rate": [1]}, "random": 1, "bayesian": 2}, ["exclude each other"]),
    ({"vary": {"rate": [1]}, "engine": "dask"}, ["engine='dask': there is no such engine"]),
    ({"vary": {"rate": [1]}, "address": "127.0.0.1:6379"}, ["the local engine has no address"]),
    ({"vary": {"rate": [1]}, "random": 0}, ["random: this is no whole number above 0"]),
    ({"vary": {"rate": [1]}, "parameters": {"rate": 1}}, ["it has a fixed value already"]),
    ({"vary": ["rate"]}, ["vary: this is no mapping of names"]),
    ({"vary": {}}, ["there is nothing to vary"]),
]  # fmt: skip


@pytest.mark.parametrize(("asked", "says"), WRONG, ids=[says[0] for _, says in WRONG])
def test_all_that_is_wrong_is_said_at_once(tmp_path: Path, asked: dict[str, Any], says: list[str]) -> None:
    notebook = write_notebook(tmp_path / "n.ipynb", CELLS)
    with pytest.raises(UsageError) as refused:
        nb2prod.sweep(notebook, **asked)
    told = str(refused.value)
    assert [words for words in says if words not in told] == []
    assert not re.search(r"(?<!\w)--?[a-z]", told)
    assert runs_of(notebook) == ()
