"""Kernels from their start to their end: how they are reached, and when and how they die."""

from __future__ import annotations

import json
import os
import signal
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from nb2prod.errors import KernelDied, UnusableInput
from nb2prod.runs.execute import execute
from tests.runs.test_execute import printed
from tests.runs.test_output import record, statuses

HOW = "from ipykernel.connect import get_connection_info\nprint(get_connection_info())"
IPYTHON = "from ipykernel.kernelapp import launch_new_instance; launch_new_instance()"


@pytest.fixture
def kernel(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[..., str]:
    """Return a function that installs a kernel of Python source and gives its name."""

    def install(code: str, **metadata: Any) -> str:
        spec = tmp_path / "kernels" / "made"
        spec.mkdir(parents=True)
        argv = [sys.executable, "-c", code, "-f", "{connection_file}"]
        said = {"argv": argv, "display_name": "made", "language": "python", "metadata": metadata}
        (spec / "kernel.json").write_text(json.dumps(said))
        monkeypatch.setenv("JUPYTER_PATH", str(tmp_path))
        return "made"

    return install


def test_a_kernel_is_reached_without_ports(make: Any) -> None:
    said = json.loads(printed(execute(make(HOW))))
    assert said["transport"] == "ipc"
    assert not list(Path(said["ip"]).parent.parent.glob(f"{Path(said['ip']).parent.name}*")), "nothing is left"


def test_a_long_temporary_folder_is_no_hindrance(make: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    long = tmp_path / ("x" * 120)
    long.mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(long))
    assert json.loads(printed(execute(make(HOW))))["transport"] == "ipc"


def test_a_kernel_that_only_knows_ports_is_reached_by_ports(make: Any, kernel: Any) -> None:
    refuses = "import json, sys\nif json.load(open(sys.argv[2]))['transport'] == 'ipc': sys.exit('no such transport')\n"
    run = execute(make(HOW), kernel=kernel(refuses + IPYTHON))
    assert json.loads(printed(run))["transport"] == "tcp"


def test_a_kernel_of_another_provisioner_is_reached_by_ports(monkeypatch: pytest.MonkeyPatch) -> None:
    from jupyter_client.kernelspec import KernelSpec, KernelSpecManager

    from nb2prod.runs.starting import can_use_sockets

    assert can_use_sockets("python3", Path("/tmp"))
    elsewhere = KernelSpec(metadata={"kernel_provisioner": {"provisioner_name": "elsewhere"}})
    monkeypatch.setattr(KernelSpecManager, "get_kernel_spec", lambda *_: elsewhere)
    assert not can_use_sockets("python3", Path("/tmp"))


def test_a_kernel_that_dies_at_its_start_leaves_a_true_record(make: Any, kernel: Any, tmp_path: Path) -> None:
    file = tmp_path / "out.ipynb"
    with pytest.raises(UnusableInput, match="no module here") as caught:
        execute(make("x = 1", "y = 1"), kernel=kernel("raise SystemExit('no module here')"), output=file)
    assert statuses(file) == ["pending", "pending"]
    assert record(file)["status"] == "failed"
    assert record(file)["error"] == str(caught.value)


@pytest.mark.parametrize("event", ["pre_run_cell", "post_run_cell", "post_execute"])
def test_a_cell_that_kills_its_kernel_at_its_very_end_is_not_completed(make: Any, tmp_path: Path, event: str) -> None:
    file = tmp_path / "out.ipynb"
    register = f"import os\nget_ipython().events.register('{event}', lambda *_: ran and os._exit(3))\nran = []"
    with pytest.raises(KernelDied, match="exit status 3"):
        execute(make(register, "ran.append(1)", "x = 1"), output=file)
    at = 2 if event == "pre_run_cell" else 1
    assert statuses(file) == [*["completed"] * at, "kernel_died", *["pending"] * (2 - at)]


def test_a_kernel_that_is_killed_between_two_cells(make: Any, tmp_path: Path) -> None:
    file, pid = tmp_path / "out.ipynb", tmp_path / "pid"

    def on_cell(index: int, total: int, seconds: float) -> None:
        if index == 1:
            os.kill(int(pid.read_text()), signal.SIGKILL)

    with pytest.raises(KernelDied, match="SIGKILL"):
        execute(
            make(f"import os; open({str(pid)!r}, 'w').write(str(os.getpid()))", "x = 1"), output=file, on_cell=on_cell
        )
    assert statuses(file) == ["completed", "kernel_died"]


def test_how_a_kernel_ends_after_its_last_cell_is_its_own_affair(make: Any, tmp_path: Path) -> None:
    file, done = tmp_path / "out.ipynb", tmp_path / "done"
    source = f"import atexit, os\natexit.register(lambda: (open({str(done)!r}, 'w'), os._exit(3)))"
    execute(make(source), output=file)
    assert record(file)["status"] == "succeeded"
    assert done.exists(), "what the notebook registered has run"


def test_a_notebook_that_is_edited_while_it_runs(make: Any, tmp_path: Path) -> None:
    file = tmp_path / "out.ipynb"
    notebook = make("open('n.ipynb', 'w').write('{}')", "print('as it was')")
    run = execute(notebook, output=file)
    assert printed(run) == "as it was\n"
    assert statuses(file) == ["completed", "completed"]


def test_a_notebook_that_was_edited_since_it_was_read(make: Any) -> None:
    notebook = make("print('as it was')")
    notebook.path.write_text(notebook.path.read_text().replace("as it was", "as it is"))
    assert printed(execute(notebook)) == "as it was\n"


def test_a_cell_that_nbclient_would_skip_is_not_called_completed(make: Any, tmp_path: Path) -> None:
    file = tmp_path / "out.ipynb"
    execute(make(("1 / 0", "skip-execution"), "", "x = 1"), output=file)
    assert statuses(file) == ["skipped", "skipped", "completed"]


def test_many_kernels_at_once(make: Any) -> None:
    from concurrent.futures import ThreadPoolExecutor

    notebook = make("import os; print(os.getpid())")
    with ThreadPoolExecutor(4) as pool:
        runs = list(pool.map(lambda _: printed(execute(notebook)), range(8)))
    assert len(set(runs)) == 8
