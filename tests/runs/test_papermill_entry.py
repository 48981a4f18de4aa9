"""``papermill --engine nb2prod``, as its users type it."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tomllib
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).parents[2]
Papermill = Any


@pytest.fixture
def papermill(tmp_path: Path) -> Papermill:
    """Return a function that runs papermill where our entry point is installed, and gives how it ended."""
    installed = tmp_path / "installed" / "nb2prod-0.dist-info"
    installed.mkdir(parents=True)
    points = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]["entry-points"]["papermill.engine"]
    lines = "".join(f"{name} = {point}\n" for name, point in points.items())
    (installed / "entry_points.txt").write_text(f"[papermill.engine]\n{lines}")
    environment = {**os.environ, "PYTHONPATH": f"{installed.parent}{os.pathsep}{ROOT}"}

    def run(*arguments: str | Path) -> subprocess.CompletedProcess[str]:
        command = [
            sys.executable,
            "-W",
            "ignore",
            "-m",
            "papermill",
            "--engine",
            "nb2prod",
            "--no-progress-bar",
            *arguments,
        ]
        return subprocess.run(command, env=environment, cwd=tmp_path, capture_output=True, text=True, check=False)

    return run


def code(file: Path) -> list[Any]:
    return [cell for cell in json.loads(file.read_text())["cells"] if cell["cell_type"] == "code"]


def statuses(file: Path) -> list[str]:
    return [cell["metadata"]["papermill"]["status"] for cell in code(file)]


def status(file: Path) -> str:
    return str(json.loads(file.read_text())["metadata"]["papermill"]["status"])


def test_it_runs_a_notebook_with_parameters(make: Any, papermill: Papermill, tmp_path: Path) -> None:
    source = "print(x, t)\nimport sys; print('!', file=sys.stderr)"
    notebook = make(("x = 1\nt = ()", "parameters"), source, kernel="python3")
    file = tmp_path / "values.yaml"
    file.write_text("t: [1, [2]]\n")
    arguments = ("--stdout-file", tmp_path / "printed", "--log-output", "--cwd", notebook.path.parent, "-f", file)
    ended = papermill(notebook.path, "out.ipynb", "-p", "x", "7", *arguments)
    assert ended.returncode == 0, ended.stderr
    assert code(tmp_path / "out.ipynb")[2]["outputs"][0]["text"] == ["7 [1, [2]]\n"]
    assert statuses(tmp_path / "out.ipynb") == ["completed"] * 3
    assert status(tmp_path / "out.ipynb") == "succeeded"
    assert (tmp_path / "printed").read_text() == "7 [1, [2]]\n"
    assert "7 [1, [2]]" in ended.stderr


def test_a_name_that_is_none_is_refused(make: Any, papermill: Papermill, tmp_path: Path) -> None:
    ended = papermill(
        make(("x = 1", "parameters"), kernel="python3").path, "out.ipynb", "-p", "x = 1\nopen('hit', 'w')\ny", "1"
    )
    assert ended.returncode == 1
    assert "the name is not a Python identifier" in ended.stderr
    assert not (tmp_path / "hit").exists()


@pytest.mark.parametrize(
    ("source", "exit_code", "ended", "said", "options"),
    [
        ("1 / 0", 1, "failed", "PapermillExecutionError", ()),
        ("import sys; sys.exit(0)", 1, "failed", "PapermillExecutionError", ()),
        ("import os; os._exit(3)", 138, "kernel_died", "DeadKernelError", ()),
        ("import os; os.kill(os.getpid(), 9)", 138, "kernel_died", "DeadKernelError", ()),
        ("while True: pass", 1, "timed_out", "CellTimeoutError", ("--execution-timeout", "1")),
    ],
)
def test_how_it_fails(
    make: Any, papermill: Papermill, tmp_path: Path, source: str, exit_code: int, ended: str, said: str, options: Any
) -> None:
    file = tmp_path / "out.ipynb"
    result = papermill(make("x = 1", source, "y = 1").path, file, *options)
    assert (result.returncode, status(file)) == (exit_code, ended)
    assert statuses(file) == ["completed", ended, "pending"]
    assert said in result.stderr
    if source == "1 / 0":
        assert "papermill-error-cell-tag" in file.read_text()


def test_a_cell_may_be_skipped_as_nbclient_has_it(make: Any, papermill: Papermill, tmp_path: Path) -> None:
    assert papermill(make(("1 / 0", "skip-execution"), "x = 1").path, "out.ipynb").returncode == 0
    assert statuses(tmp_path / "out.ipynb") == ["skipped", "completed"]


def test_from_python_too(make: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from papermill import execute_notebook
    from papermill.engines import papermill_engines

    from nb2prod.errors import UsageError
    from nb2prod.runs.papermill_entry import PapermillEngine

    monkeypatch.setitem(papermill_engines._engines, "nb2prod", PapermillEngine)
    monkeypatch.chdir(tmp_path)
    notebook = make(("x = 1", "parameters"), "print(x)", kernel="python3")
    options = {"engine_name": "nb2prod", "progress_bar": False}
    for file in ("out", "out.ipynb", "out"):
        with pytest.warns(UserWarning) if file == "out" else monkeypatch.context():
            execute_notebook(notebook.path, file, parameters={"x": (1, None)}, cwd="notebook", **options)
        assert code(tmp_path / file)[2]["outputs"][0]["text"] == ["(1, None)\n"]
    assert execute_notebook(notebook.path, None, **options).metadata.papermill["status"] == "succeeded"
    with pytest.raises(UsageError, match="not known to the engine"):
        execute_notebook(notebook.path, "out.ipynb", store_widget_state=False, **options)
