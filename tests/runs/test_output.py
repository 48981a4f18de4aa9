"""The file of an executed notebook: what it says at every moment, and when it cannot be written."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import threading
from functools import partial
from pathlib import Path
from typing import Any

import nbformat
import pytest

from nb2prod.errors import KernelDied, NotebookRaised, TimedOut, UnusableInput
from nb2prod.runs.bookkeeping import Options
from nb2prod.runs.execute import execute
from nb2prod.runs.model import Limits
from nb2prod.runs.output import OutputNotebook, write_whole

ROOT = Path(__file__).parents[2]


def statuses(file: Path) -> list[str]:
    return [cell["metadata"]["papermill"]["status"] for cell in code_cells(file)]


def code_cells(file: Path) -> list[Any]:
    return [cell for cell in json.loads(file.read_bytes())["cells"] if cell["cell_type"] == "code"]


def record(file: Path) -> Any:
    return json.loads(file.read_bytes())["metadata"]["papermill"]


def test_a_run_leaves_its_notebook_as_nbformat_would(make: Any, tmp_path: Path) -> None:
    file = tmp_path / "out.ipynb"
    notebook = make(
        "print('a\\n', 1)", ("x = 1", "skip"), "{'a': 'b\\nc'}", "from IPython.display import HTML; HTML('<b>')"
    )
    before = notebook.path.read_bytes()
    run = execute(notebook, output=file)
    assert run.output == file.resolve()
    assert file.read_text() == nbformat.writes(run.notebook) + "\n"
    nbformat.validate(nbformat.read(file, 4))
    assert statuses(file) == ["completed", "skipped", "completed", "completed"]
    assert record(file)["status"] == "succeeded"
    assert record(file)["usage"]["peak_memory"] == run.usage.peak_memory > 10**7
    assert record(file)["usage"]["cpu_seconds"] > 0.05
    assert notebook.path.read_bytes() == before
    assert [path.name for path in tmp_path.iterdir() if path.is_file()] == ["out.ipynb"]


@pytest.mark.parametrize(
    ("source", "limits", "error", "status", "said"),
    [
        ("print('before', flush=True); 1 / 0", Limits(), NotebookRaised, "failed", "ZeroDivisionError"),
        ("import os; os._exit(3)", Limits(), KernelDied, "kernel_died", "exit status 3"),
        ("import os; os.kill(os.getpid(), 9)", Limits(), KernelDied, "kernel_died", "SIGKILL"),
        ("while True: pass", Limits(seconds=2), TimedOut, "timed_out", "2 s"),
        ("while True: pass", Limits(cell_seconds=1), TimedOut, "timed_out", "1 s"),
    ],
    ids=["raises", "exits", "killed", "too long", "cell too long"],
)
def test_a_failed_run_says_so(
    make: Any, tmp_path: Path, source: str, limits: Limits, error: type[Exception], status: str, said: str
) -> None:
    file = tmp_path / "out.ipynb"
    with pytest.raises(error) as caught:
        execute(make("x = 1", source, "y = 1"), output=file, limits=limits)
    assert statuses(file) == ["completed", status, "pending"]
    assert record(file)["status"] == status
    assert record(file)["exception"] is True
    assert record(file)["error"] == str(caught.value)
    assert said in json.dumps(code_cells(file)[1]["outputs"])
    assert caught.value.cell == 1
    assert caught.value.exit_code in (3, 4, 5)
    nbformat.validate(nbformat.read(file, 4))


def test_what_was_running_is_in_the_traceback_of_a_timeout(make: Any) -> None:
    with pytest.raises(TimedOut) as caught:
        execute(make("import time\nx = 1\ntime.sleep(60)"), limits=Limits(cell_seconds=1))
    assert caught.value.problems[0].where == "cell [1], line 3"
    assert "time.sleep(60)" in caught.value.traceback


def test_a_reader_always_finds_the_whole_file(make: Any, tmp_path: Path) -> None:
    file, done, seen = tmp_path / "out.ipynb", threading.Event(), []
    file.write_text("{}")

    def read() -> None:
        while not done.is_set():
            seen.append(json.loads(file.read_bytes()).get("metadata", {}).get("papermill", {}).get("status"))

    reader = threading.Thread(target=read)
    reader.start()
    try:
        execute(make(*["print('x' * 50_000)"] * 30), output=file)
    finally:
        done.set()
        reader.join()
    assert len(seen) > 100
    assert set(seen) <= {None, "running", "succeeded"}
    assert "running" in seen


def test_what_a_cell_shows_elsewhere_is_written_there(make: Any, tmp_path: Path) -> None:
    file = tmp_path / "out.ipynb"
    notebook = make("from IPython.display import display\nh = display('old', display_id=True)", "h.update('new')")
    execute(notebook, output=file)
    assert "new" in json.dumps(code_cells(file)[0]["outputs"])


def test_outputs_of_a_running_cell_are_written_now_and_then(
    make: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("nb2prod.runs.bookkeeping.Options", partial(Options, saved_every=0.2))
    file = tmp_path / "out.ipynb"
    source = (
        "import time\nfor i in range(6): print('line', i, flush=True); time.sleep(0.3)\n"
        f"text = open({str(file)!r}).read()\nassert 'line 2' in text and '\"running\"' in text"
    )
    execute(make(source), output=file)


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("out.txt", ".ipynb"),
        ("no/such/folder/out.ipynb", "no such folder"),
        ("notebook/n.ipynb", "the notebook that is run"),
        ("link.ipynb", "the notebook that is run"),
        ("folder.ipynb", "no ordinary file"),
        ("pipe.ipynb", "no ordinary file"),
    ],
)
def test_an_output_that_cannot_be_is_refused_before_a_kernel_starts(
    make: Any, tmp_path: Path, name: str, words: str
) -> None:
    notebook = make("open('ran', 'w')")
    (tmp_path / "link.ipynb").symlink_to(notebook.path)
    (tmp_path / "folder.ipynb").mkdir()
    os.mkfifo(tmp_path / "pipe.ipynb")
    before = notebook.path.read_bytes()
    with pytest.raises(UnusableInput, match=words):
        execute(notebook, output=tmp_path / name)
    assert not (notebook.path.parent / "ran").exists()
    assert notebook.path.read_bytes() == before


def test_a_folder_that_cannot_be_written_to_is_refused_before_a_kernel_starts(make: Any) -> None:
    notebook = make("open('ran', 'w')")
    with pytest.raises(UnusableInput, match="cannot be written"):
        execute(notebook, output=Path("/proc/self/out.ipynb"))
    assert not (notebook.path.parent / "ran").exists()


LIMITED = """
import resource, sys
from pathlib import Path
from nb2prod.errors import UnusableInput
from nb2prod.notebook.read import read_notebook
from nb2prod.runs.bookkeeping import Options
from nb2prod.runs.execute import execute
resource.setrlimit(resource.RLIMIT_FSIZE, (int(sys.argv[3]), resource.RLIM_INFINITY))
try:
    execute(read_notebook(Path(sys.argv[1])), output=Path(sys.argv[2]))
except UnusableInput as error:
    sys.exit(str(error))
"""


NO_ROOM = "nb2prod: what this cell showed is not here: there was no room to write it\n"


@pytest.mark.parametrize("room", [100, 20_000], ids=["at the start", "in the middle"])
def test_without_room_the_file_is_whole_and_says_what_ran_and_the_run_fails(
    make: Any, tmp_path: Path, room: int
) -> None:
    file = tmp_path / "out.ipynb"
    file.write_text('{"old": true}')
    until_it_is_written = f"import time\nwhile '\"completed\"' not in open({str(file)!r}).read(): time.sleep(0.05)\n"
    notebook = make("open('ran', 'w')\nx = 1", f"{until_it_is_written}print('x' * 30_000)", "y = 1")
    ended = subprocess.run(
        [sys.executable, "-c", LIMITED, notebook.path, file, str(room)],
        env={**os.environ, "PYTHONPATH": str(ROOT)}, stderr=subprocess.PIPE, text=True, check=False,
    )  # fmt: skip
    assert ended.returncode == 1
    assert "cannot be written: File too large" in ended.stderr
    if room == 100:
        assert json.loads(file.read_text()) == {"old": True}
        assert not (notebook.path.parent / "ran").exists()
    else:
        assert statuses(file) == ["completed", "completed", "completed"]
        assert record(file)["status"] == "failed"
        assert "cannot be written" in record(file)["error"]
        outputs = [cell.outputs for cell in nbformat.read(file, 4).cells if cell.cell_type == "code"]
        assert [each["text"] for each in outputs[1]] == [NO_ROOM]
        assert not outputs[0]
    assert [path.name for path in tmp_path.iterdir() if path.is_file()] == ["out.ipynb"]


@pytest.mark.parametrize(("name", "another"), [("out", "other"), ("out [1]", "out 1"), ("*", "other")])
def test_what_a_killed_writer_left_is_cleared_away(name: str, another: str, tmp_path: Path) -> None:
    left = tmp_path / f".{name}.ipynb.01234567.part"
    left.write_text("half")
    other = tmp_path / f".{another}.ipynb.01234567.part"
    other.write_text("half")
    file = OutputNotebook(tmp_path / f"{name}.ipynb")
    document = nbformat.v4.new_notebook()
    file.begin(document)
    file.finish(document)
    assert sorted(path.name for path in tmp_path.iterdir()) == sorted([other.name, f"{name}.ipynb"])


def test_a_files_mode_stays(tmp_path: Path) -> None:
    file = tmp_path / "a"
    file.write_bytes(b"old")
    file.chmod(0o640)
    write_whole(file, b"new")
    assert file.read_bytes() == b"new"
    assert file.stat().st_mode & 0o777 == 0o640


def test_half_a_surrogate_pair_does_no_harm(tmp_path: Path) -> None:
    file = tmp_path / "out.ipynb"
    document = nbformat.v4.new_notebook(cells=[nbformat.v4.new_markdown_cell("a\ud800b")])
    output = OutputNotebook(file)
    output.begin(document)
    output.finish(document)
    assert json.loads(file.read_bytes())["cells"][0]["source"] == ["a\ud800b"]
