"""What goes wrong in a fork is told truly, and harms neither the trunk nor its other forks."""

from __future__ import annotations

import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import nbformat
import psutil
import pytest

from nb2prod.errors import KernelDied, NotebookRaised, OutOfMemory, RunFailed, TimedOut
from nb2prod.runs.forking import hanging
from nb2prod.runs.forking.trunk import Trunk
from nb2prod.runs.model import Limits
from tests.runs.forking.conftest import CELLS, SHARED, notebook_in, printed, statuses

ALLOWED = Limits(seconds=60, cell_seconds=8, memory=1_000_000_000)
FAULTS = {
    "it ends itself": ("os._exit(3)", KernelDied, "exit status 3", "kernel_died"),
    "it is killed": ("os.kill(os.getpid(), 9)", KernelDied, "SIGKILL", "kernel_died"),
    "it crashes": ("ctypes.string_at(0)", KernelDied, "SIGSEGV", "kernel_died"),
    "it has too much": ("more = np.ones(200_000_000); time.sleep(9)", OutOfMemory, "may take 1 GB", "out_of_memory"),
    "a child has too much": (
        "subprocess.run([sys.executable, '-c', 'b = bytearray(10**9); import time; time.sleep(9)'])",
        OutOfMemory,
        "may take 1 GB",
        "out_of_memory",
    ),
    "a cell takes too long": ("while True: pass", TimedOut, "8 s", "timed_out"),
    "it raises": ("1 / 0", NotebookRaised, "ZeroDivisionError", "failed"),
    "it stops itself": ("sys.exit(1)", NotebookRaised, "SystemExit", "failed"),
    "it asks": ("input()", NotebookRaised, "StdinNotImplementedError", "failed"),
}


def children(trunk: Any) -> list[psutil.Process]:
    found: list[psutil.Process] = psutil.Process(trunk._client.kernel_pid).children()
    return found


@pytest.mark.parametrize(("code", "kind", "words", "status"), FAULTS.values(), ids=FAULTS)
def test_the_record_is_true(
    trunk: Trunk, tmp_path: Path, code: str, kind: type[RunFailed], words: str, status: str
) -> None:
    output = tmp_path / "o.ipynb"
    with ThreadPoolExecutor(1) as pool:
        sibling = pool.submit(trunk.branch, {"code": "time.sleep(2)"})
        with pytest.raises(kind) as caught:
            trunk.branch({"code": code}, output=output, limits=ALLOWED)
        assert printed(sibling.result().notebook) == "begun\nwent on with 50000000\nended\n"
    assert type(caught.value) is kind
    (problem,) = caught.value.problems
    assert words in problem.what
    assert problem.where.startswith("cell [3]")
    document = nbformat.read(output, as_version=4)
    assert document.metadata.papermill.status == status
    assert statuses(document) == ["completed"] * 3 + [status] + ["pending"] * 2
    assert printed(document).startswith("begun\n") or kind is KernelDied  # which takes what was not sent with it
    assert "went on" not in printed(document)
    assert children(trunk) == []


def test_all_cells_have_one_time(trunk: Trunk) -> None:
    began = time.monotonic()
    with pytest.raises(TimedOut) as caught:
        trunk.branch({"code": "time.sleep(30)"}, limits=Limits(seconds=trunk.seconds + 1.5))
    assert caught.value.problems[0].where.startswith("cell [3]")
    assert time.monotonic() - began < 15
    with pytest.raises(TimedOut):
        trunk.branch({"code": ""}, limits=Limits(seconds=trunk.seconds / 2))


def test_what_is_cancelled_says_that_it_was_interrupted(trunk: Trunk, tmp_path: Path) -> None:
    output = tmp_path / "o.ipynb"
    with ThreadPoolExecutor(1) as pool:
        run = pool.submit(trunk.branch, {"code": "time.sleep(60)"}, output=output)
        while "running" not in (statuses(nbformat.read(output, as_version=4)) if output.exists() else ()):
            time.sleep(0.05)
        trunk.cancel()
        with pytest.raises(KeyboardInterrupt):
            run.result()
    document = nbformat.read(output, as_version=4)
    assert document.metadata.papermill.status == "interrupted"
    assert statuses(document) == ["completed"] * 3 + ["interrupted"] + ["pending"] * 2
    assert children(trunk) == []
    assert trunk.branch({"code": "pass"}).notebook.metadata.papermill.status == "succeeded"


def test_what_a_fork_has_started_ends_with_it(trunk: Trunk, tmp_path: Path) -> None:
    file = tmp_path / "pid"
    code = f"child = subprocess.Popen(['sleep', '300']); open({str(file)!r}, 'w').write(str(child.pid))"
    trunk.branch({"code": code})
    until = time.monotonic() + 10
    while psutil.pid_exists(pid := int(file.read_text())) and psutil.Process(pid).status() != psutil.STATUS_ZOMBIE:
        assert time.monotonic() < until
        time.sleep(0.05)


def test_a_fork_that_hangs_gives_way_to_a_run_in_the_plain_way(trunk: Trunk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(hanging, "PATIENCE", 2.0)
    ways: list[tuple[int, str]] = []
    code = "held.acquire()\nif os.getpid() != process: held.acquire()"
    run = trunk.branch({"code": code}, on_shared=lambda *way: ways.append(way))
    assert printed(run.notebook) == "begun\nwent on with 50000000\nended\n"
    assert ways[0] == (2, "")
    assert ways[1][0] == 0
    assert "hung" in ways[1][1]
    assert children(trunk) == []


@pytest.mark.parametrize("code", ["time.sleep(5)", "threading.Event().wait(5)", "held.acquire(timeout=5)"])
def test_a_cell_that_only_waits_is_let_wait(trunk: Trunk, monkeypatch: pytest.MonkeyPatch, code: str) -> None:
    monkeypatch.setattr(hanging, "PATIENCE", 1.0)
    ways: list[tuple[int, str]] = []
    trunk.branch({"code": f"held.acquire()\n{code}"}, on_shared=lambda *way: ways.append(way))
    assert ways == [(2, "")]


def test_shared_cells_that_fail_fail_for_all(tmp_path: Path) -> None:
    with pytest.raises(NotebookRaised, match="ZeroDivisionError"), Trunk(notebook_in(tmp_path, "1 / 0", "2"), shared=2):
        pytest.fail("it has been entered")


def test_forks_of_a_trunk_that_is_gone_give_way_to_runs_in_the_plain_way(tmp_path: Path) -> None:
    notebook = notebook_in(tmp_path, SHARED.replace("50_000_000", "5"), *CELLS)
    before: list[tuple[int, str]] = []
    after: list[tuple[int, str]] = []
    output = tmp_path / "o.ipynb"
    with Trunk(notebook, shared=2, parameters={"code": ""}) as trunk, ThreadPoolExecutor(1) as pool:
        assert trunk._client is not None
        in_a_fork = "if os.getpid() != process:\n    open('forked', 'w').close()\n    time.sleep(600)"
        hear = {"on_shared": lambda *way: before.append(way)}
        running = pool.submit(trunk.branch, {"code": in_a_fork}, output=output, **hear)
        while not (tmp_path / "forked").exists():
            assert not running.done()
            time.sleep(0.05)
        psutil.Process(trunk._client.kernel_pid).kill()
        assert printed(running.result().notebook) == "begun\nwent on with 5\nended\n"
        run = trunk.branch({"code": "pass"}, on_shared=lambda *way: after.append(way))
    assert nbformat.read(output, as_version=4).metadata.papermill.status == "succeeded"
    assert before[0] == (2, "")
    assert before[1][0] == 0
    assert "has died" in before[1][1]
    assert printed(run.notebook) == "begun\nwent on with 5\nended\n"
    assert after[0][0] == 0
    assert "died" in after[0][1]
