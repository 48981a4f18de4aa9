"""What people get wrong: each with its exit code, a message that says what, where and what to do, and nothing left."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from tests.making import SKLEARN, Cells, as_notebook, nb2prod, write_notebook


def changed(**by_tag: str) -> Cells:
    """Return the well-behaved notebook with some of its cells replaced, by tag; ``untagged`` is the first."""
    return [(tag, by_tag.get(tag or "untagged", source)) for tag, source in SKLEARN]


def nothing_left(folder: Path, *but: str) -> bool:
    return sorted(path.name for path in folder.iterdir()) == sorted(but)


NOT_A_NOTEBOOK = {
    "is missing": (None, "n.ipynb"),
    "is not JSON": ("this is no notebook", "JSON"),
    "was cut off": (json.dumps(as_notebook(SKLEARN))[:200], "JSON"),
    "is JSON but no notebook": ('{"a": 1}', "notebook"),
    "is a list": ("[1, 2]", "notebook"),
    "has an unknown nbformat": (json.dumps({**as_notebook(SKLEARN), "nbformat": 99}), "99"),
    "has no code": (json.dumps(as_notebook([])), "code"),
    "is written in R": (json.dumps(as_notebook(SKLEARN, kernelspec={"name": "ir", "language": "R"},
                                               language_info={"name": "R"})), "R"),
    "is written in Python 2": (json.dumps(as_notebook([("inference", "print 'hello'")])), "Python 2"),
}  # fmt: skip


@pytest.mark.parametrize("case", NOT_A_NOTEBOOK)
def test_a_file_that(case: str, tmp_path: Path) -> None:
    text, says = NOT_A_NOTEBOOK[case]
    if text is not None:
        (tmp_path / "n.ipynb").write_text(text)
    done = nb2prod("export", "n.ipynb", "out", "--json", cwd=tmp_path)
    assert done.returncode == 6, done.stderr
    assert says in done.stderr
    assert "Traceback" not in done.stderr
    error = json.loads(done.stdout)["error"]
    assert error["problems"] and all(problem["what"] for problem in error["problems"])
    assert nothing_left(tmp_path, *(["n.ipynb"] if text is not None else []))


REFUSED = {
    "a syntax error": (changed(training="model = = 3"), 6, ["cell [3], line 1"]),
    "no inference section": (changed()[:-1], 6, ["inference", "tag"]),
    "two candidates for the request": (
        changed(inference='a = {"x": 1}\nb = {"x": 2}\nprediction = model.predict([list(a.values()), list(b.values())])'),
        6,
        ["`a`", "`b`", "metadata"],
    ),
    "metadata that names nothing": (
        [*changed()[:-1], ("inference", "# nothing\nprint(1)")],
        6,
        ["inference"],
    ),
    "a cell that raises": (changed(training="model = 1 / 0"), 3, ["cell [3]", "ZeroDivisionError", "line 1"]),
    "a cell that asks for input": (changed(data="name = input('who?')\n" + SKLEARN[1][1]), 3, ["cell [2]", "input"]),
    "a cell that kills its kernel": (changed(data="import os\nos.kill(os.getpid(), 9)\n" + SKLEARN[1][1]), 4, ["cell [2]"]),
    "a cell that leaves": (changed(data="import os\nos._exit(3)\n" + SKLEARN[1][1]), 4, ["cell [2]"]),
    "an artifact that no safe format takes": (
        changed(training="model = LogisticRegression(max_iter=500).fit(X, y)\nlocked = (n for n in [1])",
                inference="sample = X.head(25)\nnext(locked, 0)\nprediction = model.predict(sample) + next(locked, 0)"),
        6,
        ["`locked`", "generator", "--allow-pickle"],
    ),
    "a shell command that matters": (changed(data="%cd /tmp\n" + SKLEARN[1][1]), 6, ["cell [2], line 1", "%cd"]),
    "a file outside its folder": (
        changed(data=f"import json\nsettings = json.load(open({__file__.replace('.py', '.json')!r}))\n" + SKLEARN[1][1],
                training="model = LogisticRegression(C=settings['C']).fit(X, y)"),
        6,
        ["cell [2], line", "outside"],
    ),
}  # fmt: skip


@pytest.mark.parametrize("case", REFUSED)
def test_a_notebook_with(case: str, tmp_path: Path) -> None:
    cells, code, says = REFUSED[case]
    outside = Path(__file__.replace(".py", ".json"))
    if "outside" in case:
        outside.write_text('{"C": 1.0}')
    try:
        write_notebook(tmp_path / "n.ipynb", cells)
        done = nb2prod("export", "n.ipynb", "out", "--json", cwd=tmp_path)
    finally:
        outside.unlink(missing_ok=True)
    assert done.returncode == code, done.stderr
    for words in says:
        assert words in done.stderr
    assert "Traceback" not in done.stderr
    assert json.loads(done.stdout)["error"]["exit_code"] == code
    assert nothing_left(tmp_path, "n.ipynb")


def test_contradictory_tags(tmp_path: Path) -> None:
    notebook = as_notebook(SKLEARN)
    notebook["cells"][1]["metadata"]["tags"] = ["data", "training"]
    (tmp_path / "n.ipynb").write_text(json.dumps(notebook))
    done = nb2prod("export", "n.ipynb", "out", cwd=tmp_path)
    assert done.returncode == 6
    assert "cell [2]" in done.stderr and "data" in done.stderr and "training" in done.stderr


def test_all_problems_are_told_at_once(tmp_path: Path) -> None:
    write_notebook(tmp_path / "n.ipynb", changed(data="x = (", training="%cd /tmp"))
    done = nb2prod("export", "n.ipynb", "out", "--json", cwd=tmp_path)
    assert done.returncode == 6
    assert len(json.loads(done.stdout)["error"]["problems"]) == 2


def test_an_unknown_kernel_names_the_known_ones(tmp_path: Path) -> None:
    write_notebook(tmp_path / "n.ipynb", SKLEARN)
    done = nb2prod("export", "n.ipynb", "out", "--kernel", "nobody", cwd=tmp_path)
    assert done.returncode == 6
    assert "nobody" in done.stderr and "python3" in done.stderr
    assert nothing_left(tmp_path, "n.ipynb")


def test_a_notebook_that_hangs(tmp_path: Path) -> None:
    write_notebook(tmp_path / "n.ipynb", changed(data="import time\ntime.sleep(600)\n" + SKLEARN[1][1]))
    done = nb2prod("export", "n.ipynb", "out", "--timeout", "4", cwd=tmp_path)
    assert done.returncode == 5, done.stderr
    assert "cell [2]" in done.stderr and "--timeout" in done.stderr
    assert nothing_left(tmp_path, "n.ipynb")


def test_a_notebook_that_prints_a_hundred_thousand_lines(tmp_path: Path) -> None:
    cells = changed(data="for i in range(100_000):\n    print(i)\n" + SKLEARN[1][1])
    write_notebook(tmp_path / "n.ipynb", cells)
    done = nb2prod("export", "n.ipynb", "out", "--dry-run", cwd=tmp_path)
    assert done.returncode == 0, done.stderr
    assert nothing_left(tmp_path, "n.ipynb")


@pytest.mark.parametrize("parameter", ["x=1;import os", "1x", "os.system('id')", "x y", "class"])
def test_a_parameter_name_that_is_none(parameter: str, tmp_path: Path) -> None:
    write_notebook(tmp_path / "n.ipynb", [("parameters", "size = 0.3"), *SKLEARN])
    done = nb2prod("export", "n.ipynb", "out", "-p", parameter, "1", cwd=tmp_path)
    assert done.returncode == 2, done.stderr
    assert nothing_left(tmp_path, "n.ipynb")


def test_a_misspelt_parameter_names_the_nearest(tmp_path: Path) -> None:
    write_notebook(tmp_path / "n.ipynb", [("parameters", "test_size = 0.3"), *SKLEARN])
    done = nb2prod("export", "n.ipynb", "out", "-p", "tset_size", "0.4", cwd=tmp_path)
    assert done.returncode == 2
    assert "test_size" in done.stderr


def test_a_target_that_is_not_ours(tmp_path: Path) -> None:
    write_notebook(tmp_path / "n.ipynb", SKLEARN)
    (tmp_path / "out").mkdir()
    (tmp_path / "out" / "thesis.tex").write_text("years of work")
    done = nb2prod("export", "n.ipynb", "out", cwd=tmp_path)
    assert done.returncode == 6
    assert "out" in done.stderr
    assert (tmp_path / "out" / "thesis.tex").read_text() == "years of work"
    assert nothing_left(tmp_path, "n.ipynb", "out")


@pytest.mark.parametrize("name", ["../up", "a/b", "{{cookiecutter.x}}", "$(touch hacked)", 'a"b', "a\nb", "-x"])
def test_a_project_name_that_climbs_or_injects(name: str, tmp_path: Path) -> None:
    write_notebook(tmp_path / "n.ipynb", SKLEARN)
    done = nb2prod("export", "n.ipynb", "out", f"--name={name}", cwd=tmp_path)
    assert done.returncode == 2, done.stderr
    assert nothing_left(tmp_path, "n.ipynb")


@pytest.mark.parametrize("after", [0.5, 2.5, 5.0, 9.0])
def test_ctrl_c_at_any_moment_leaves_nothing(after: float, tmp_path: Path) -> None:
    write_notebook(tmp_path / "n.ipynb", changed(data="import time\ntime.sleep(3)\n" + SKLEARN[1][1]))
    command = [sys.executable, "-m", "nb2prod", "export", "n.ipynb", "out"]
    environment = {**os.environ, "PYTHONPATH": str(Path(__file__).parents[2])}
    process = subprocess.Popen(command, cwd=tmp_path, env=environment, stderr=subprocess.PIPE, start_new_session=True)
    time.sleep(after)
    process.send_signal(signal.SIGINT)
    _, said = process.communicate(timeout=60)
    assert process.returncode == 130, said.decode()
    assert nothing_left(tmp_path, "n.ipynb")
    assert not _alive(process.pid)


def _alive(group: int) -> bool:
    """Return whether any process of the group is still there."""
    try:
        os.killpg(group, 0)
    except ProcessLookupError:
        return False
    return True
