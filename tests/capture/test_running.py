"""Kernels that somebody works in: whether they stand as a run from the top would leave them, and what they show."""

from __future__ import annotations

import contextlib
import os
import socket
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import nbformat
import pytest

from nb2prod.capture.capture import request_message
from nb2prod.capture.model import CaptureRequest, Evidence, InferenceRequest, Moment, ShownValue
from nb2prod.capture.running import Standing, capture_running, obstacles, standing_of
from nb2prod.capture.sending import code_to_copy
from nb2prod.errors import UnusableInput
from nb2prod.notebook.model import Notebook
from nb2prod.notebook.read import notebook_of
from nb2prod.runs.running import running_kernel
from tests.running import Worker, worker_in

CELLS = ("import math\nscale = 2.0", "model = {'weight': math.pi * scale}", "x = 3.0\ny = model['weight'] * x")
ASKED = InferenceRequest(2, ("x",), "y", "x = 3.0", "y = model['weight'] * x", artifacts=("model",))


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return Path(os.path.realpath(tmp_path_factory.mktemp("running")))


@pytest.fixture(scope="module")
def kernel(folder: Path) -> Iterator[Worker]:
    with worker_in(folder, OMP_NUM_THREADS="2") as worker:
        yield worker


def notebook(folder: Path, *sources: str, tags: dict[int, str] | None = None, raised: int | None = None) -> Notebook:
    cells = [nbformat.v4.new_code_cell(source) for source in sources]
    for at, tag in (tags or {}).items():
        cells[at].metadata["tags"] = [tag]
    if raised is not None:
        cells[raised].outputs = [nbformat.v4.new_output("error", ename="ValueError", evalue="no", traceback=[])]
    return notebook_of(nbformat.v4.new_notebook(cells=cells), folder / "n.ipynb")


def told(
    found: Notebook, *ran: str, unfit: tuple[str, ...] = (), folder: str = "", raised: tuple[int, ...] | None = ()
) -> list[str]:
    standing = Standing(ran, raised, folder or os.path.realpath(found.path.parent), 0.0, unfit)
    return [f"{problem.where}: {problem.what}" for problem in obstacles(found, standing)]


def test_run_from_the_top_is_as_good_as_a_run(tmp_path: Path) -> None:
    assert told(notebook(tmp_path, *CELLS), *CELLS) == []
    assert told(notebook(tmp_path, *CELLS, "", "  \n"), *(f"{text}\n" for text in CELLS), "") == []


@pytest.mark.parametrize(
    ("ran", "expected"),
    [
        ((), ["the kernel: nothing has run in it yet"]),
        (CELLS[:2], ["cell [3]: has not run as it is now"]),
        (CELLS[:1], ["cells [2] to [3]: have not run as they are now"]),
        ((CELLS[0], "model = None", CELLS[2]), ["cell [2]: was edited since it ran"]),
        ((*CELLS, CELLS[1]), ["cell [2]: ran more than once"]),
        ((CELLS[1], CELLS[0], CELLS[2]), ["cell [2]: ran out of its order"]),
        (
            (*CELLS[:2], "model['weight'] = 0", CELLS[2]),
            ["the kernel: something ran that is no cell"],
        ),
    ],
)
def test_it_says_how_a_kernel_differs(tmp_path: Path, ran: tuple[str, ...], expected: list[str]) -> None:
    found = told(notebook(tmp_path, *CELLS), *ran)
    assert len(found) == len(expected)
    assert all(each.startswith(start) for each, start in zip(found, expected, strict=True)), found


def test_cells_to_be_skipped_must_not_have_run(tmp_path: Path) -> None:
    skipping = notebook(tmp_path, *CELLS, "model.clear()", tags={3: "skip"})
    assert told(skipping, *CELLS) == []
    assert told(skipping, *CELLS, "model.clear()") == ["cell [4]: is tagged `skip`, and it ran"]


def test_a_cell_that_raised_another_folder_and_what_cannot_be_copied_stand_in_the_way(tmp_path: Path) -> None:
    assert told(notebook(tmp_path, *CELLS, raised=1), *CELLS) == ["cell [2]: raised when it ran"]
    meant = notebook(tmp_path, *CELLS, raised=1, tags={1: "raises-exception"})
    assert told(meant, *CELLS) == []
    assert "not in the notebook's folder" in told(notebook(tmp_path, *CELLS), *CELLS, folder="/elsewhere")[0]
    assert told(notebook(tmp_path, *CELLS), *CELLS, unfit=("no fork",)) == ["the kernel: no fork"]


def test_many_differences_are_told_in_a_few_lines(tmp_path: Path) -> None:
    cells = [f"a{n} = {n}" for n in range(60)]
    found = told(notebook(tmp_path, *cells), *(cell for n, cell in enumerate(cells) if n % 2))
    assert len(found) == 11
    assert found[-1] == ": and 20 more like these"


def answered(kernel: Worker, folder: Path, request: CaptureRequest, *sources: str, **more: Any) -> Evidence:
    kernel.restarts()
    kernel.runs(*sources)
    evidence = folder / f"evidence{time.monotonic_ns()}"
    evidence.mkdir(mode=0o700)
    return capture_running(notebook(folder, *sources), request, kernel.name, folder=evidence, **more)


def test_the_kernel_answers_and_stays_as_it_was(kernel: Worker, folder: Path) -> None:
    before = ("import random", "random.seed(1)")
    state = "hash(random.getstate())"
    names = "sorted(name for name in globals() if not name.startswith('_i'))"
    modules = "[name for name in __import__('sys').modules if 'nb2prod' in name]"
    kernel.restarts()
    kernel.runs(*before, *CELLS)
    expected = [kernel.gives(each) for each in (state, names, "get_ipython().execution_count")]
    evidence = folder / "unhurt"
    evidence.mkdir(mode=0o700)
    found = capture_running(
        notebook(folder, *before, *CELLS),
        CaptureRequest(inference=InferenceRequest(4, *("x",), **_rest()), types=("model",)),  # type: ignore[arg-type]
        kernel.name,
        folder=evidence,
    )
    assert found.answers is not None
    assert found.answers.responses == (pytest.approx(18.849556),)
    assert found.values["model"].value == {"weight": pytest.approx(6.283185)}
    assert found.cells == ()
    assert "ipykernel" in found.distributions
    assert [kernel.gives(each) for each in (state, names, "get_ipython().execution_count")] == expected
    assert kernel.gives(modules) == "[]"


def _rest() -> dict[str, Any]:
    return {"output": ASKED.output, "setup": ASKED.setup, "body": ASKED.body, "artifacts": ASKED.artifacts}


def test_what_is_changed_while_it_answers_is_changed_in_the_copy_only(kernel: Worker, folder: Path) -> None:
    cells = ("log = []", "x = 1", "log.append(x)\ny = len(log)")
    request = CaptureRequest(inference=InferenceRequest(2, ("x",), "y", "", cells[2], artifacts=("log",)))
    answered(kernel, folder, request, *cells)
    assert kernel.gives("log") == "[1]"


def test_threads_of_libraries_do_not_hold_the_copy_up(kernel: Worker, folder: Path) -> None:
    cells = (
        "import numpy as np\nfrom sklearn import ensemble\nX = np.arange(4000.0)[:, None]",
        "model = ensemble.HistGradientBoostingRegressor(max_iter=3).fit(X, X[:, 0])",
        "x = X[:500]\ny = model.predict(x)",
    )
    request = CaptureRequest(inference=InferenceRequest(2, ("x",), "y", "x = X[:500]", "y = model.predict(x)"))
    found = answered(kernel, folder, request, *cells, timeout=60)
    assert found.answers is not None
    assert len(found.answers.responses) == 200


FILES = {"rows.csv", "data/a.csv", "data/c.tsv", "data/d.tsv", "late.csv", "parts/1.txt", "parts/2.txt"}


def test_files_are_found_by_their_names_and_no_others(kernel: Worker, folder: Path) -> None:
    others = {".env", "data/.hidden.tsv", "other.csv", "more/b.txt", "model.bin"}
    for name in FILES | others:
        (folder / name).parent.mkdir(exist_ok=True)
        (folder / name).write_text("1\n")
    cells = (
        "import os, re\nfrom pathlib import Path\nDATA = Path('data')\nrows = Path('rows.csv').read_text()",
        "a = (DATA / 'a.csv').read_text()\nmany = sorted(DATA.glob('*.tsv'))\nre.match('.*', a)\nmore = 'more'",
        "here = os.listdir()\nparts = os.listdir('parts')\nlate = Path('late.csv').read_text()",
        "(DATA / 'rows.csv').write_text('x')\nopen('model.bin', 'w').write('x')\nx = 1\ny = x",
    )
    request = CaptureRequest(inference=InferenceRequest(3, ("x",), "y", "x = 1", "y = x"))
    found = answered(kernel, folder, request, *cells)
    assert {file.path for file in found.files_read} == FILES
    assert all(file.inside and file.size == 2 for file in found.files_read)
    assert any(problem.startswith("found by their names, and taken along") for problem in found.problems)

    os.utime(folder / "late.csv", (time.time() + 9, time.time() + 9))
    evidence = folder / f"evidence{time.monotonic_ns()}"
    evidence.mkdir(mode=0o700)
    found = capture_running(notebook(folder, *cells), request, kernel.name, folder=evidence)
    assert any("`late.csv`" in problem and "newer than the running kernel" in problem for problem in found.problems)


def test_numbers_that_are_shown_are_computed_again_unless_chance_has_a_part(kernel: Worker, folder: Path) -> None:
    cells = ("import random\nvalues = [1, 2, 3]\nmean = 2.0", "print(sum(values))\nrandom.random()", "x = 1\ny = x")
    request = CaptureRequest(
        inference=InferenceRequest(2, ("x",), "y", "x = 1", "y = x"),
        metrics=("mean",),
        shown=(
            ShownValue("total", 1, 1, "print(sum(values))", "sum(values)"),
            ShownValue("chance", 1, 2, "random.random()", "random.random()"),
        ),
    )
    assert answered(kernel, folder, request, *cells).metrics == {"mean": 2.0, "total": 6.0}


def test_a_table_that_was_changed_is_read_again_in_the_copy(kernel: Worker, folder: Path) -> None:
    cells = ("def read():\n    return [1, 2]\nrows = read()", "rows.append(3)", "x = 1\ny = x")
    moment = Moment(0, "rows = read()", 0, True, "rows_as_read", "rows", again="rows = read()")
    request = CaptureRequest(
        inference=InferenceRequest(
            2, ("x",), "y", "x = 1", "y = x + 0 * len(rows_as_read) + len(rows) * 0", moments=(moment,),
            artifacts=("rows", "rows_as_read"),
        )
    )  # fmt: skip
    found = answered(kernel, folder, request, *cells)
    assert found.values["rows"].value == [1, 2, 3]
    assert found.values["rows_as_read"].value == [1, 2]
    assert kernel.gives("rows") == "[1, 2, 3]"


def test_a_copy_that_does_not_end_is_ended_with_what_it_started(kernel: Worker, folder: Path) -> None:
    waiting = "subprocess.run(['sleep', '611'])"
    cells = ("import subprocess", "x = 1", f"y = x if 'slow' not in globals() else {waiting}")
    request = CaptureRequest(inference=InferenceRequest(2, ("x",), "y", "slow = 1", cells[2]))
    with pytest.raises(UnusableInput, match="has not answered in the time"):
        answered(kernel, folder, request, *cells, timeout=2)
    deadline = time.monotonic() + 10
    while time.monotonic() < deadline and len(running_with(b"sleep\0611")) > 0:
        time.sleep(0.05)
    assert running_with(b"sleep\0611") == []
    assert len(running_with(kernel.name.encode())) == 1


def running_with(text: bytes) -> list[bytes]:
    """Return the command lines of processes that have a text in them."""
    found = []
    for path in Path("/proc").glob("[0-9]*/cmdline"):
        with contextlib.suppress(OSError):
            found.append(path.read_bytes())
    return [each for each in found if text in each]


def test_what_runs_while_the_kernel_is_looked_at_is_noticed(kernel: Worker, folder: Path) -> None:
    kernel.restarts()
    kernel.runs(*CELLS)
    evidence = folder / "raced"
    evidence.mkdir(mode=0o700)
    code = code_to_copy({**request_message(notebook(folder, *CELLS), CaptureRequest(), evidence)}, str(evidence), 2)
    with running_kernel(kernel.name) as running:
        assert running.ask(code) == ""
    assert list(evidence.iterdir()) == []


def test_a_copy_that_dies_says_so(kernel: Worker, folder: Path) -> None:
    cells = ("import os", "x = 1", "y = x if 'now' not in globals() else os._exit(3)")
    request = CaptureRequest(inference=InferenceRequest(2, ("x",), "y", "now = 1", cells[2]))
    with pytest.raises(UnusableInput, match="ended before it had answered"):
        answered(kernel, folder, request, *cells)


def test_a_kernel_that_is_busy_or_gone_is_not_waited_for(kernel: Worker, folder: Path) -> None:
    kernel.restarts()
    kernel.runs("1")
    busy = threading.Thread(target=kernel.runs, args=("open('busy', 'w').close()\nimport time\ntime.sleep(4)",))
    busy.start()
    while not (folder / "busy").exists():
        time.sleep(0.05)
    with running_kernel(kernel.name) as running, pytest.raises(UnusableInput, match="a cell is running in it"):
        running.ask("1", seconds=1)
    busy.join()
    with pytest.raises(UnusableInput, match="no such kernel"), running_kernel("4a2b-none"):
        pass


def test_a_library_that_cannot_be_copied_is_found(kernel: Worker, folder: Path) -> None:
    kernel.restarts()
    kernel.runs("import sys, types\nsys.modules['ray'] = types.ModuleType('ray')")
    with running_kernel(kernel.name) as running:
        standing = standing_of(running)
    assert standing.unfit == ("`ray` is loaded, and its connections would be lost in a copy of the process",)
    assert standing.folder == str(folder)
    assert standing.ran == ("import sys, types\nsys.modules['ray'] = types.ModuleType('ray')",)
    assert standing.raised in ((), None)


def test_what_a_copy_would_share_or_lack_is_found(kernel: Worker, folder: Path) -> None:
    (folder / "own_module.py").write_text("value = 1\n")
    (folder / "held.txt").write_text("1\n2\n")
    kernel.restarts()
    kernel.runs("import own_module, threading, time, socket")
    with running_kernel(kernel.name) as running:
        assert standing_of(running).unfit == ()
    (folder / "own_module.py").write_text("value = 22\n")
    os.utime(folder / "own_module.py", (time.time() + 5, time.time() + 5))
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
        kernel.runs(
            "held = open('held.txt')",
            f"line = socket.create_connection(('127.0.0.1', {port}))",
            "def wait():\n    time.sleep(600)\nthreading.Thread(target=wait, name='waiting', daemon=True).start()",
        )
        with running_kernel(kernel.name) as running:
            unfit = standing_of(running).unfit
    assert unfit == (
        "a thread of the notebook's own is running, `waiting`",
        "the file held.txt is open",
        f"a connection to 127.0.0.1, port {port}, is open",
        "own_module.py was changed since it was imported",
    )


def test_a_cell_that_raised_is_found_though_its_output_was_cleared(kernel: Worker, folder: Path) -> None:
    cells = (CELLS[0], "model = {'weight': 1}\nmodel['weight'] / 0", CELLS[2])
    kernel.restarts()
    kernel.runs(*cells)
    with running_kernel(kernel.name) as running:
        standing = standing_of(running)
    assert obstacles(notebook(folder, *cells), standing) != []
    assert told(notebook(folder, *cells), *cells, raised=(2,)) == ["cell [2]: raised when it ran"]
    unsaved = told(notebook(folder, *cells), *cells, raised=None)
    assert len(unsaved) == 3
    assert unsaved[0].startswith("cell [1]: has no number")
