"""Every example is swept both ways, and shows the same both ways: metrics, outputs, errors."""

from __future__ import annotations

import shutil
import sys
from pathlib import Path
from typing import Any

import pytest

from nb2prod.ledger.model import Status
from nb2prod.notebook.read import read_notebook
from nb2prod.runs.parameters.declaring import declared
from nb2prod.workflows.sweeping.model import How, SweepOptions
from nb2prod.workflows.sweeping.sweep import sweep
from tests.workflows.sweeping.started import shown

EXAMPLES = Path(__file__).parents[3] / "example_notebooks"
NOTEBOOKS = sorted(EXAMPLES.glob("*.ipynb"))


def two_values(notebook: Path) -> str:
    """Return what varies the last of an example's parameters that is a number: its default, and one close to it."""
    numbers = [each for each in declared(read_notebook(notebook)) if type(each.default) in (int, float)]
    last = numbers[-1]
    other = last.default + 1 if type(last.default) is int else last.default * 0.9
    return f"{last.name}={last.default},{other}"


@pytest.mark.slow
@pytest.mark.skipif(sys.platform != "linux", reason="kernels can only be forked on Linux")
@pytest.mark.parametrize("example", NOTEBOOKS, ids=lambda path: path.stem)
def test_an_example_shows_the_same_both_ways(tmp_path: Path, example: Path) -> None:
    found: list[Any] = []
    for sharing in (True, False):
        folder = tmp_path / str(sharing)
        shutil.copytree(EXAMPLES, folder, ignore=shutil.ignore_patterns(".nb2prod"))
        notebook = folder / example.name
        runs = sweep(SweepOptions(notebook, (two_values(notebook),)), How(workers=2, sharing=sharing)).runs
        assert {run.status for run in runs} == {Status.SUCCEEDED}, [run.message for run in runs]
        assert all(("by a fork" in run.shared) is sharing for run in runs), [run.shared for run in runs]
        found.append([(run.metrics, shown(run)) for run in runs])
    assert found[0] == found[1]
