"""Every example is swept both ways: forked behind the cells that the runs share, and run by run. Nothing differs."""

from __future__ import annotations

from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest

from nb2prod.capture.run_metrics import metrics_attendant, read_metrics
from nb2prod.notebook.read import read_notebook
from nb2prod.runs.execute import execute
from nb2prod.runs.forking.trunk import Trunk
from nb2prod.sweeps.sharing import shared_cells
from nb2prod.workflows.measured import metrics_request
from tests.runs.forking.twice import shown, widgets

FOLDER = Path(__file__).parents[3] / "example_notebooks"
SWEPT: dict[str, tuple[dict[str, Any], dict[str, Any]]] = {
    "churn": ({"max_depth": 2}, {"max_depth": 3}),
    "diabetes": ({"alpha": 0.5}, {"alpha": 8.0}),
    "digits": ({"learning_rate": 0.01}, {"learning_rate": 0.001}),
    "energy": ({"num_leaves": 8}, {"num_leaves": 16}),
    "forecast": ({"coverage": 0.5}, {"coverage": 0.9}),
    "reviews": ({"C": 2.0}, {"C": 50.0}),
    "wine": ({"folds": 3}, {"folds": 5}),
}


def test_none_is_left_out() -> None:
    assert set(SWEPT) == {path.stem for path in FOLDER.glob("*.ipynb")}


@pytest.mark.parametrize("name", SWEPT)
def test_it_is_the_same_both_ways(name: str, tmp_path: Path) -> None:
    notebook = read_notebook(FOLDER / f"{name}.ipynb")
    wanted = metrics_request(notebook)
    first, second = SWEPT[name]
    sharing = shared_cells(notebook, set(first))
    ways: list[tuple[int, str]] = []

    def attendant(file: str) -> Any:
        return metrics_attendant(notebook, wanted, tmp_path / file)

    def fork(given: Mapping[str, Any]) -> Any:
        file = f"forked {given}"
        run = trunk.branch(given, attendant=attendant(file), on_shared=lambda *way: ways.append(way))
        return run.notebook, read_metrics(tmp_path / file)

    def plain(given: Mapping[str, Any]) -> Any:
        file = f"plain {given}"
        run = execute(notebook, parameters=given, attendant=attendant(file))
        return run.notebook, read_metrics(tmp_path / file)

    with (
        Trunk(notebook, shared=sharing.shared, parameters=first, attendant=attendant("trunk")) as trunk,
        ThreadPoolExecutor(2) as pool,
    ):
        assert trunk.obstacles == ()
        forked = list(pool.map(fork, (first, second)))
    assert ways == [(sharing.shared, "")] * 2
    assert sharing.shared > 2
    (_, other_metrics), (ours, our_metrics) = forked
    theirs, their_metrics = plain(second)
    for number, (one, other) in enumerate(zip(shown(ours), shown(theirs), strict=True), 1):
        assert one == other, f"code cell {number}"
    assert widgets(ours) == widgets(theirs)
    assert our_metrics == their_metrics
    assert our_metrics[0]
    assert our_metrics[0] != other_metrics[0]
