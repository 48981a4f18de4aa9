"""Real kernels: what comes out of a run, and the truth about those that failed."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pytest

from nb2prod.errors import KernelDied, Nb2ProdError, NotebookRaised, TimedOut, UnusableInput
from nb2prod.notebook.model import Notebook
from nb2prod.runs.execute import execute
from nb2prod.runs.failures import Place, raised
from nb2prod.runs.model import Limits

ROOT = Path(__file__).parents[2]


def printed(run: Any) -> str:
    return "".join(
        output.get("text", "") for cell in run.notebook.cells for output in cell.get("outputs", []) if "text" in output
    )


def failure(notebook: Notebook, kind: type[Nb2ProdError], **options: Any) -> Any:
    with pytest.raises(kind) as caught:
        execute(notebook, **options)
    return caught.value.problems


def test_a_run_reports_each_cell(make: Any) -> None:
    calls: list[tuple[int, int, float]] = []
    run = execute(make("x = 1", "print(x)"), on_cell=lambda *call: calls.append(call))
    assert [(index, total) for index, total, _ in calls] == [(0, 2), (1, 2)]
    assert calls[0][2] <= calls[-1][2] <= run.seconds
    assert printed(run) == "1\n"
    assert run.kernel == "python3"


def test_parameters_are_injected_behind_the_last_parameters_cell(make: Any) -> None:
    notebook = make(("# nb2prod: parameters\na = ''"), ("b = []\nc = 3", "parameters"), "print([a, b, c])")
    given = {"a": 'it\'s "x"\n', "b": [1, {"k": None}]}
    assert printed(execute(notebook, parameters=given)) == f"{[*given.values(), 3]}\n"


def test_cells_keep_their_numbers_with_an_injected_cell_before_them(make: Any) -> None:
    notebook = make(("a = 1", "parameters"), "1 / 0")
    assert failure(notebook, NotebookRaised, parameters={"a": 2})[0].where == "cell [2], line 1"


def test_an_injected_cell_of_an_earlier_run_is_replaced(make: Any) -> None:
    notebook = make(("a = 1", "parameters"), ("a = 5", "injected-parameters"), "print(a)")
    assert printed(execute(notebook, parameters={"a": 2})) == "2\n"


def test_cells_to_skip_are_not_run(make: Any) -> None:
    assert printed(execute(make(("print(1)", "skip"), "# nb2prod: skip\nprint(2)", "print(3)"))) == "3\n"


def test_a_cell_may_raise_where_its_tag_says_so(make: Any) -> None:
    assert "after" in printed(execute(make(("1 / 0", "raises-exception"), "print('after')")))


def test_it_runs_in_the_notebooks_folder_and_leaves_ours_alone(make: Any) -> None:
    notebook = make("import os; print(os.getcwd())")
    before = Path.cwd()
    assert printed(execute(notebook)).strip() == str(notebook.path.parent.resolve())
    assert Path.cwd() == before


def test_nothing_is_written_beside_the_notebook(make: Any) -> None:
    notebook = make("x = 1")
    notebook.path.parent.chmod(0o500)
    try:
        execute(notebook)
        assert [path.name for path in notebook.path.parent.iterdir()] == ["n.ipynb"]
    finally:
        notebook.path.parent.chmod(0o700)


def test_a_plotting_backend_that_needs_a_screen_is_not_passed_on(make: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MPLBACKEND", "TkAgg")
    assert "inline" in printed(execute(make("import os; print(os.environ['MPLBACKEND'])")))


def test_it_runs_inside_a_running_event_loop(make: Any) -> None:
    import asyncio

    async def inside() -> str:
        return printed(execute(make("print(1)")))

    assert asyncio.run(inside()) == "1\n"


class TestFailures:
    def test_a_cell_raises(self, make: Any) -> None:
        (problem,) = failure(make("x = 1", "def f():\n    raise ValueError('no\\x1b[31m good')\n\nf()"), NotebookRaised)
        assert problem.where == "cell [2], line 4"
        assert problem.what.startswith("ValueError: no good\n")
        assert "raise ValueError" in problem.what
        assert "\x1b" not in problem.what

    def test_an_exception_without_words_is_told_by_its_name_alone(self, make: Any) -> None:
        with pytest.raises(NotebookRaised) as caught:
            execute(make("raise KeyboardInterrupt"))
        assert (caught.value.name, caught.value.message) == ("KeyboardInterrupt", "KeyboardInterrupt")

    def test_frames_of_a_compiled_library_are_left_out(self) -> None:
        frame = (
            "File _catboost.pyx:4541, in _catboost._PoolBase._init()\n-> 4541 'Could not get source, probably due to'\n"
        )
        traceback = ["Cell In[1], line 2\n----> 2 Pool(X)", frame, frame, "CatBoostError: bad value"]
        reply = {"ename": "CatBoostError", "evalue": "bad value", "traceback": traceback}
        (problem,) = raised(Place("cell [1]"), reply).problems
        assert problem.where == "cell [1], line 2"
        assert problem.what.split("\n    ") == [
            "CatBoostError: bad value", "Cell In[1], line 2", "----> 2 Pool(X)", "CatBoostError: bad value",
        ]  # fmt: skip

    def test_a_cell_takes_too_long(self, make: Any) -> None:
        began = time.monotonic()
        (problem,) = failure(make("x = 1", "while True: pass"), TimedOut, limits=Limits(seconds=3))
        assert "cell [2]" in problem.where
        assert "3 s" in problem.what
        assert time.monotonic() - began < 15

    def test_the_time_is_for_all_cells_together(self, make: Any) -> None:
        notebook = make(*["import time; time.sleep(1)"] * 5)
        assert "cell [" in failure(notebook, TimedOut, limits=Limits(seconds=2.5))[0].where

    @pytest.mark.parametrize(
        ("source", "words"),
        [
            pytest.param("import os; os.kill(os.getpid(), 9)", "SIGKILL", id="killed"),
            pytest.param("import os; os._exit(3)", "exit status 3", id="exits under our feet"),
        ],
    )
    def test_the_kernel_dies(self, make: Any, source: str, words: str) -> None:
        (problem,) = failure(make("x = 1", source, "y = 1"), KernelDied)
        assert problem.where == "cell [2]"
        assert words in problem.what

    def test_sys_exit_is_no_success(self, make: Any) -> None:
        (problem,) = failure(make("import sys; sys.exit(0)", "x = 1"), NotebookRaised)
        assert "SystemExit" in problem.what
        assert "skip" in problem.remedy

    def test_input_has_a_remedy(self, make: Any) -> None:
        (problem,) = failure(make("name = input('Name? ')"), NotebookRaised)
        assert problem.where == "cell [1], line 1"
        assert "parameters cell" in problem.remedy

    def test_an_unknown_kernel_is_refused_with_the_known_ones(self, make: Any) -> None:
        (problem,) = failure(make("x = 1"), UnusableInput, kernel="pyhton3")
        assert "'python3'" in problem.remedy

    def test_the_notebooks_own_unknown_kernel_gives_way_with_a_note(self, make: Any) -> None:
        run = execute(make("x = 1", kernel="conda-env-gone"))
        assert run.kernel == "python3"
        assert "conda-env-gone" in run.notes[0]

    def test_a_kernel_that_does_not_start_says_why(
        self, make: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        spec = tmp_path / "kernels" / "broken"
        spec.mkdir(parents=True)
        argv = f'["{sys.executable}", "-c", "raise SystemExit(\'no ipykernel here\')", "{{connection_file}}"]'
        spec.joinpath("kernel.json").write_text(f'{{"argv": {argv}, "display_name": "b", "language": "python"}}')
        monkeypatch.setenv("JUPYTER_PATH", str(tmp_path))
        (problem,) = failure(make("x = 1"), UnusableInput, kernel="broken")
        assert "no ipykernel here" in problem.what


@pytest.mark.parametrize(("lines", "flush"), [(100_000, False), (20_000, True)], ids=["buffered", "a message each"])
def test_a_hundred_thousand_lines_do_no_harm(make: Any, lines: int, flush: bool) -> None:
    run = execute(make(f"for i in range({lines}): print(i, flush={flush})", "print('done')"))
    assert f"\n{lines - 1}\n" in printed(run)
    assert printed(run).endswith("done\n")
    outputs = [cell.outputs for cell in run.notebook.cells if cell.cell_type == "code"]
    assert len(outputs[0]) == 1, "what is printed is one output, not one a line"


def test_a_reply_is_heard_that_comes_while_an_output_widget_is_answered(make: Any) -> None:
    source = "out = widgets.Output()\nwith out:\n    for i in range(3): print(i, flush=True)"
    run = execute(make("import ipywidgets as widgets", *[source] * 60), limits=Limits(seconds=60))
    kept = run.notebook.metadata.widgets["application/vnd.jupyter.widget-state+json"]["state"]
    said = [each["state"]["outputs"] for each in kept.values() if each["model_name"] == "OutputModel"]
    assert said == [[{"output_type": "stream", "name": "stdout", "text": "0\n1\n2\n"}]] * 60


def test_fifty_megabytes_are_cut(make: Any) -> None:
    run = execute(make("for i in range(50): print('x' * 1_000_000)"))
    assert len(printed(run)) < 10_100_000
    assert "not kept" in printed(run)


@pytest.mark.skipif(sys.platform == "win32", reason="signals")
def test_ctrl_c_ends_the_kernel_and_what_it_started(make: Any, tmp_path: Path) -> None:
    pids = tmp_path / "pids"
    source = (
        "import os, subprocess, time\n"
        "child = subprocess.Popen(['sleep', '300'])\n"
        f"open({str(pids)!r}, 'w').write(f'{{os.getpid()}} {{child.pid}}\\n')\n"
        "time.sleep(300)"
    )
    notebook = make(source)
    code = (
        "import sys\nfrom pathlib import Path\n"
        "from nb2prod.notebook.read import read_notebook\nfrom nb2prod.runs.execute import execute\n"
        "try:\n    execute(read_notebook(Path(sys.argv[1])))\nexcept KeyboardInterrupt:\n    sys.exit(130)\n"
    )
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    process = subprocess.Popen(
        [sys.executable, "-c", code, str(notebook.path)], env=environment, stderr=subprocess.PIPE, text=True
    )
    wait_for(lambda: pids.exists() and pids.read_text().endswith("\n"))
    process.send_signal(signal.SIGINT)
    _, said = process.communicate(timeout=20)
    assert process.returncode == 130, said
    assert said == ""
    for pid in map(int, pids.read_text().split()):
        wait_for(lambda pid=pid: not alive(pid))


def alive(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except OSError:
        return False


def wait_for(condition: Any, seconds: float = 20) -> None:
    end = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < end
        time.sleep(0.1)
