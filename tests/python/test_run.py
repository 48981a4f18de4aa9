"""``nb2prod.run`` from plain Python: values of its own types go in, a record comes out or says why not."""

from __future__ import annotations

import asyncio
import os
from datetime import date
from pathlib import Path

import nbformat
import numpy as np
import pandas as pd
import pytest

import nb2prod
from nb2prod.errors import NotebookRaised, UnusableInput, UsageError
from nb2prod.python.results import RecordedRun
from nb2prod.runs.kernels import BEING_RUN
from tests.making import Cells, write_notebook
from tests.workflows.sweeping.started import runs_of

CELLS: Cells = [
    ("parameters", "from datetime import date\nrate: float = 0.1\ndepth = 2\nname = 'a'\nsince: date | None = None"),
    ("evaluation", "score = rate * depth\nseconds = 1.0 * depth"),
    (None, "assert depth < 9, name"),
]


@pytest.fixture(scope="module")
def notebook(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_notebook(tmp_path_factory.mktemp("run") / "n.ipynb", CELLS)


@pytest.fixture(scope="module")
def done(notebook: Path) -> RecordedRun:
    given = {"rate": np.float64(0.5), "depth": np.int64(3), "name": "007", "since": date(2024, 1, 31)}
    return nb2prod.run(str(notebook), given, tags="first")


def test_values_arrive_with_their_own_types(done: RecordedRun) -> None:
    assert done.parameters == {"rate": 0.5, "depth": 3, "name": "007", "since": date(2024, 1, 31)}
    assert [type(each) for each in done.parameters.values()] == [float, int, str, date]
    assert (done.status, done.succeeded, done.error, done.traceback) == ("succeeded", True, "", "")
    assert done.metrics == {"score": 1.5, "seconds": 3.0}
    assert done.output is not None
    assert "depth = 3" in nbformat.read(done.output, as_version=4).cells[1].source


def test_a_frame_has_one_row_and_every_name_once(done: RecordedRun) -> None:
    frame = done.frame()
    assert isinstance(frame, pd.DataFrame)
    (row,) = frame.to_dict("records")
    assert (row["id"], row["status"], row["rate"], row["score"]) == (done.id, "succeeded", 0.5, 1.5)
    assert (row["seconds"], row["metric.seconds"]) == (done.seconds, 3.0)
    assert row["since"] == date(2024, 1, 31)
    assert row["output"] == str(done.output)
    assert list(frame.columns[:3]) == ["id", "number", "status"]
    assert not frame.columns.has_duplicates


def test_it_is_seen_as_text_and_as_html(done: RecordedRun) -> None:
    assert repr(done).splitlines()[1].split()[:5] == [done.id, "succeeded", "0.5", "3", "007"]
    assert f"<td>{done.id}</td>" in done._repr_html_()


def test_all_that_is_wrong_is_said_at_once_in_words_of_python(notebook: Path) -> None:
    before = len(runs_of(notebook))
    with pytest.raises(UsageError) as refused:
        nb2prod.run(notebook, {"dept": 2, "rate": "x"}, kernel="nope", timeout=-1, memory=True)
    told = str(refused.value)
    for words in ("Did you mean 'depth'", "parameter 'rate'", "kernel: there is no kernel", "timeout: ", "memory: "):
        assert words in told
    assert "--" not in told
    assert len(runs_of(notebook)) == before


@pytest.mark.parametrize("given", [["rate"], {1: 2}, "rate"])
def test_parameters_that_are_no_mapping_of_names(notebook: Path, given: object) -> None:
    with pytest.raises(UsageError, match="no mapping of names"):
        nb2prod.run(notebook, given)  # type: ignore[arg-type]


def test_a_notebook_that_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(UnusableInput, match="no such file"):
        nb2prod.run(tmp_path / "n.ipynb")


def test_a_run_that_fails_raises_and_is_recorded(notebook: Path) -> None:
    with pytest.raises(NotebookRaised) as raised:
        nb2prod.run(notebook, {"depth": 9, "name": "too deep"})
    assert "cell [3]" in str(raised.value)
    last = runs_of(notebook)[-1]
    assert f"recorded as run {last.id}" in raised.value.__notes__[0]
    kept = nb2prod.run(notebook, {"depth": 9, "name": "too deep"}, check=False)
    assert (kept.status, kept.error) == ("failed", "AssertionError: too deep")
    assert "too deep" in kept.traceback
    (row,) = kept.frame().to_dict("records")
    assert (row["cell"], row["error"], row["score"]) == (3, "AssertionError: too deep", pytest.approx(0.9))


def test_a_secret_is_refused_and_one_of_the_notebook_is_not_shown(notebook: Path, tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="holds a secret"):
        nb2prod.run(notebook, {"name": "password='hunter2-and-more'"})
    own = write_notebook(tmp_path / "s.ipynb", [("parameters", "api_key = 'Zx81-4kLmQ9vTr2'"), (None, "1 / 0")])
    kept = nb2prod.run(own, check=False)
    assert kept.parameters == {"api_key": "***"}
    assert "Zx81" not in repr(kept) + kept._repr_html_() + kept.frame().to_csv()


def test_it_runs_where_an_event_loop_runs_already(notebook: Path) -> None:
    async def inside() -> RecordedRun:
        return nb2prod.run(notebook, {"depth": 1})

    assert asyncio.run(inside()).succeeded


def test_a_notebook_does_not_run_itself(tmp_path: Path) -> None:
    driver = tmp_path / "driver.ipynb"
    other = write_notebook(tmp_path / "other.ipynb", [("parameters", "x = 1")])
    write_notebook(
        driver,
        [
            (None, f"import nb2prod\nassert nb2prod.run({str(other)!r}).succeeded"),
            (None, f"nb2prod.sweep({str(driver)!r}, {{'x': [1, 2]}})"),
        ],
    )
    before = os.environ.get(BEING_RUN)
    kept = nb2prod.run(driver, check=False)
    assert "this notebook would run itself, without end" in kept.error
    assert kept.record.error_cell == 1
    assert len(runs_of(driver)) == 2  # both are in the folder's ledger
    assert os.environ.get(BEING_RUN) == before
