"""In a real kernel, in which an event loop runs: the view while it goes on, what stays when it is saved, and a stop."""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import nbclient
import nbformat
import pytest

from nb2prod.ledger.model import Status
from tests.inline.frontend import Frontend, frontend
from tests.making import Cells, write_notebook
from tests.workflows.sweeping.started import below, runs_of

CELLS: Cells = [
    ("parameters", "rate: float = 0.1\ndepth = 2\nseconds = 0.0"),
    ("data", "import time\nshared = 1"),
    ("evaluation", "time.sleep(seconds)\nscore = shared - (rate - 0.05) ** 2 * depth\nloss = 1 - score"),
    (None, "assert rate < 1, '<img src=x onerror=alert(1)>'"),
]
SWEEP = (
    "swept = nb2prod.sweep('n.ipynb', {'rate': [0.01, 0.05, 2], 'depth': range(2, 4)}, metric='score', maximize=True)"
)
WIDGET = "application/vnd.jupyter.widget-view+json"


@pytest.fixture(scope="module")
def saved(tmp_path_factory: pytest.TempPathFactory) -> Any:
    """A notebook that sweeps another, run by nbclient and saved."""
    folder = tmp_path_factory.mktemp("saved")
    write_notebook(folder / "n.ipynb", CELLS)
    sources = ["import nb2prod", SWEEP, "swept", "swept.plot()", "nb2prod.run('n.ipynb', {'rate': 0.5}).status",
               "nb2prod.run('n.ipynb', {'rat': 0.5})", "nb2prod.run('n.ipynb', {'rate': 3})",
               "quiet = nb2prod.run('n.ipynb', progress=False)", "swept[0].record.shared"]  # fmt: skip
    driver = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(source) for source in sources])
    resources = {"metadata": {"path": str(folder)}}
    nbclient.NotebookClient(driver, kernel_name="python3", allow_errors=True, resources=resources).execute()
    nbformat.write(driver, folder / "driver.ipynb")
    return nbformat.read(folder / "driver.ipynb", as_version=4)


def test_a_sweep_leaves_text_html_and_a_picture(saved: Any) -> None:
    view, picture = saved.cells[1].outputs
    assert set(view.data) == {"text/plain", "text/html"}  # a widget would be gone with its kernel
    assert view.data["text/plain"].startswith("sweep ")
    assert "n.ipynb: 6 of 6 runs, 2 failed, " in view.data["text/plain"]
    assert "-3: score = 1 with rate = 0.05, depth = 2" in view.data["text/html"]
    assert "<img" not in view.data["text/html"] and "&lt;img" in view.data["text/html"]
    assert picture.data["text/plain"] == "score against rate, 4 runs"
    assert picture.data["image/png"].startswith("iVBOR")
    assert picture.metadata["image/png"]["width"] == 672


def test_objects_are_seen(saved: Any) -> None:
    (table,), (picture,) = saved.cells[2].outputs, saved.cells[3].outputs
    assert table.data["text/html"].count("<tr>") == 7
    assert "&lt;img" in table.data["text/html"] and "<img" not in table.data["text/html"]
    assert picture.data["text/plain"] == "score against rate, 4 runs"
    assert "2 cells, by a fork" in saved.cells[8].outputs[0].data["text/plain"]


def test_a_run_leaves_how_it_went(saved: Any) -> None:
    view, status = saved.cells[4].outputs
    assert ": succeeded: 4 of 4 cells, " in view.data["text/plain"]
    assert status.data["text/plain"] == "'succeeded'"
    assert saved.cells[7].outputs == []


def test_what_is_refused_shows_nothing_but_why(saved: Any) -> None:
    (error,) = saved.cells[5].outputs
    assert (error.output_type, error.ename) == ("error", "UsageError")
    assert "Did you mean 'rate'" in error.evalue


def test_what_fails_shows_where(saved: Any) -> None:
    view, error = saved.cells[6].outputs
    assert ": failed: 3 of 4 cells, " in view.data["text/plain"]
    assert "&lt;img" in view.data["text/html"] and "<img" not in view.data["text/html"]
    assert error.ename == "NotebookRaised"
    assert "recorded as run " in "".join(error.traceback)


@pytest.fixture
def page(tmp_path: Path) -> Iterator[Frontend]:
    write_notebook(tmp_path / "n.ipynb", CELLS)
    with frontend(tmp_path) as found:
        found.runs("import nb2prod")
        yield found


def views(page: Frontend, source: str, until: Callable[[dict[str, Any]], bool] = lambda _: False) -> list[Any]:
    """Return what the page showed while a cell ran; the kernel is interrupted where ``until`` is so."""
    seen: list[Any] = []
    stopped: list[bool] = []
    note = page._note

    def noting(message: dict[str, Any]) -> None:
        note(message)
        for state in page.models.values():
            if state.get("_model_name") == "AnyModel" and (not seen or seen[-1] != state["view"]):
                seen.append(json.loads(json.dumps(state["view"])))
                if not stopped and until(seen[-1]):
                    stopped.append(True)
                    page.interrupts()

    page._note = noting  # type: ignore[method-assign]
    page.runs(source)
    page._note = note  # type: ignore[method-assign]
    return seen


def test_the_view_tells_of_each_run_while_it_goes_on(page: Frontend) -> None:
    seen = views(page, SWEEP.replace("depth'", "seconds'").replace("range(2, 4)", "[0.3, 0.6]"))
    assert page.errors == []
    assert (seen[-1]["state"], seen[-1]["done"], seen[-1]["failed"], seen[-1]["lines"]) == ("done", 6, 2, [])
    assert [view["done"] for view in seen] == sorted(view["done"] for view in seen)
    lines = [line for view in seen for line in view["lines"]]
    assert {"cell 3 of 4"} <= {line["place"] for line in lines}
    assert {line["worker"] for line in lines} <= {f"worker {number + 1}" for number in range(os.cpu_count() or 1)}
    assert all([line["worker"] for line in view["lines"]] == sorted({line["worker"] for line in view["lines"]})
               for view in seen if len(view["lines"]) < 10)  # fmt: skip
    assert any(view["best"].startswith("best so far") for view in seen)
    assert "AnyModel" not in {state.get("_model_name") for state in page.models.values()}  # nothing is left of it


def test_a_sweep_is_interrupted_in_order_and_taken_up(page: Frontend, tmp_path: Path) -> None:
    seen = views(
        page,
        "swept = nb2prod.sweep('n.ipynb', {'rate': [0.1, 0.2, 0.3], 'seconds': [0, 40]}, workers=2)",
        lambda view: any(line["place"] == "cell 3 of 4" for line in view["lines"]) and view["done"] > 0,
    )
    assert "KeyboardInterrupt" in page.errors.pop()
    assert seen[-1]["state"] == "stopped"
    assert "nb2prod.resume(" in seen[-1]["notes"][-1]
    statuses = [run.status for run in runs_of(tmp_path / "n.ipynb")]
    assert Status.INTERRUPTED in statuses and Status.RUNNING not in statuses
    page.waits(lambda: below(page.pid) == [])  # no worker and no kernel goes on
    write_notebook(tmp_path / "n.ipynb", [("parameters", "a = 1")])  # the sweep keeps to what it began with
    page.printed = ""
    page.runs("import os\nprint(len(nb2prod.recorded('n.ipynb', sweep='last')))")
    assert page.printed.strip() == "6"


def test_a_run_is_interrupted_in_order(page: Frontend, tmp_path: Path) -> None:
    views(page, "nb2prod.run('n.ipynb', {'seconds': 300.0})", lambda view: view["done"] == 2)
    assert "KeyboardInterrupt" in page.errors.pop()
    (run,) = runs_of(tmp_path / "n.ipynb")
    assert run.status is Status.INTERRUPTED
    document = nbformat.read(run.output, as_version=4)
    assert document.metadata.papermill.status == "interrupted"
    page.waits(lambda: below(page.pid) == [])
    page.runs("assert nb2prod.run('n.ipynb').succeeded")
    assert page.errors == []
