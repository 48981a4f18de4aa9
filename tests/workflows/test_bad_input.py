"""What people get wrong: each with its exit code, a message that says what, where and what to do, and nothing left.

What is refused by reading alone is asked in this process, what runs a notebook in one of its own.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from subprocess import CompletedProcess

import pytest

import nb2prod as nb2prod_package
from nb2prod.errors import Problem
from nb2prod.workflows.export import told_of_added
from tests.analysis.cells import notebook_of
from tests.making import PLAIN, Cells, as_notebook, nb2prod, nb2prod_here, with_tags, write_notebook

OURS = str(Path(nb2prod_package.__file__).parent)


def changed(**by_tag: str) -> Cells:
    """Return the well-behaved notebook with some of its cells replaced, by tag; ``untagged`` is the first."""
    return with_tags(PLAIN, **by_tag)


def no_trace_of_ours(said: str) -> bool:
    """Return whether no traceback of nb2prod's own is shown; a notebook's own may be."""
    return OURS not in said and "site-packages/papermill" not in said and "this is a bug" not in said


def nothing_left(folder: Path, *but: str) -> bool:
    return sorted(path.name for path in folder.iterdir()) == sorted(but)


NOT_A_NOTEBOOK = {
    "is missing": (None, "n.ipynb"),
    "is not JSON": ("this is no notebook", "JSON"),
    "is empty": ("", "empty"),
    "was cut off": (json.dumps(as_notebook(PLAIN))[:200], "cut off"),
    "is nested ten thousand deep": ("[" * 10_000 + "]" * 10_000, "deep"),
    "is nested deep inside a notebook": (
        json.dumps(as_notebook(PLAIN))[:-1] + ', "x": ' + '{"a":' * 100_000 + "1" + "}" * 100_001, "deep"),
    "holds a number of ten thousand digits": (
        json.dumps(as_notebook(PLAIN))[:-1] + ', "x": ' + "9" * 10_000 + "}", "number"),
    "has cells that are none": (json.dumps({**as_notebook([]), "cells": [1, None]}), "cells"),
    "is JSON but no notebook": ('{"a": 1}', "notebook"),
    "is a list": ("[1, 2]", "notebook"),
    "has an unknown nbformat": (json.dumps({**as_notebook(PLAIN), "nbformat": 99}), "99"),
    "has no code": (json.dumps(as_notebook([])), "code"),
    "is written in R": (json.dumps(as_notebook(PLAIN, kernelspec={"name": "ir", "language": "R"},
                                               language_info={"name": "R"})), "R"),
    "is written in Python 2": (json.dumps(as_notebook([("inference", "print 'hello'")])), "Python 2"),
}  # fmt: skip


@pytest.mark.parametrize("case", NOT_A_NOTEBOOK)
def test_a_file_that(case: str, tmp_path: Path) -> None:
    text, says = NOT_A_NOTEBOOK[case]
    if text is not None:
        (tmp_path / "n.ipynb").write_text(text)
    done = nb2prod_here("export", "n.ipynb", "out", "--json", cwd=tmp_path)
    assert done.returncode == 6, done.stderr
    assert says in done.stderr
    assert no_trace_of_ours(done.stderr)
    error = json.loads(done.stdout)["error"]
    assert error["problems"] and all(problem["what"] for problem in error["problems"])
    assert nothing_left(tmp_path, *(["n.ipynb"] if text is not None else []))


REFUSED = {
    "a syntax error": (changed(training="model = = 3"), 6, ["cell [3], line 1"]),
    "no inference section": (changed()[:-1], 6, ["inference", "tag"]),
    "two candidates for the request": (
        changed(inference='a = {"x": 1}\nb = {"x": 2}\n'
                'prediction = np.array([[*a.values(), 1], [*b.values(), 1]]) @ weights'),
        6,
        ["`a`", "`b`", "metadata"],
    ),
    "metadata that names nothing": (
        [*changed()[:-1], ("inference", "# nothing\nprint(1)")],
        6,
        ["inference"],
    ),
    "a cell that asks for input": (
        changed(data="name = input('who?')\n" + PLAIN[1][1]), 6, ["cell [2], line 1", "input"]),
    "a shell command that matters": (changed(data="%cd /tmp\n" + PLAIN[1][1]), 6, ["cell [2], line 1", "%cd"]),
}  # fmt: skip

STOPPED = {
    "a cell that raises": (changed(training="model = 1 / 0"), 3, ["cell [3]", "ZeroDivisionError", "line 1"]),
    "a cell that asks for input by another name": (
        changed(data="ask = input\nname = ask('who?')\n" + PLAIN[1][1]), 3, ["cell [2]", "input"]),
    "a cell that kills its kernel": (
        changed(data="import os\nos.kill(os.getpid(), 9)\n" + PLAIN[1][1]), 4, ["cell [2]"]),
    "a cell that leaves": (changed(data="import os\nos._exit(3)\n" + PLAIN[1][1]), 4, ["cell [2]"]),
    "an artifact that no safe format takes": (
        changed(training="weights = np.ones(2)\nlocked = (n for n in [1])",
                inference="sample = X[:25]\nnext(locked, 0)\nprediction = sample @ weights + next(locked, 0)"),
        6,
        ["`locked`", "generator", "--allow-pickle"],
    ),
    "an answer that is none": (
        changed(inference="sample = X[:25]\nprediction = [print(p) for p in sample @ weights]"),
        6,
        ["cell [5]", "`prediction`", "for every row"],
    ),
}  # fmt: skip


@pytest.mark.parametrize("case", REFUSED)
def test_a_notebook_with(case: str, tmp_path: Path) -> None:
    _is_refused(nb2prod_here, REFUSED[case], tmp_path)


@pytest.mark.parametrize("case", STOPPED)
def test_a_run_with(case: str, tmp_path: Path) -> None:
    _is_refused(nb2prod, STOPPED[case], tmp_path)


def _is_refused(run: Callable[..., CompletedProcess[str]], case: tuple[Cells, int, list[str]], folder: Path) -> None:
    cells, code, says = case
    write_notebook(folder / "n.ipynb", cells)
    done = run("export", "n.ipynb", "out", "--json", cwd=folder)
    assert done.returncode == code, done.stderr
    for words in says:
        assert words in done.stderr
    assert no_trace_of_ours(done.stderr)
    assert json.loads(done.stdout)["error"]["exit_code"] == code
    assert nothing_left(folder, "n.ipynb")


def test_contradictory_tags(tmp_path: Path) -> None:
    notebook = as_notebook(PLAIN)
    notebook["cells"][1]["metadata"]["tags"] = ["data", "training"]
    (tmp_path / "n.ipynb").write_text(json.dumps(notebook))
    done = nb2prod_here("export", "n.ipynb", "out", cwd=tmp_path)
    assert done.returncode == 6
    assert "cell [2]" in done.stderr and "data" in done.stderr and "training" in done.stderr


def test_all_problems_are_told_at_once(tmp_path: Path) -> None:
    write_notebook(tmp_path / "n.ipynb", changed(data="x = (", training="%cd /tmp"))
    done = nb2prod_here("export", "n.ipynb", "out", "--json", cwd=tmp_path)
    assert done.returncode == 6
    assert len(json.loads(done.stdout)["error"]["problems"]) == 2


def test_an_unknown_kernel_names_the_known_ones(tmp_path: Path) -> None:
    write_notebook(tmp_path / "n.ipynb", PLAIN)
    done = nb2prod_here("export", "n.ipynb", "out", "--kernel", "nobody", cwd=tmp_path)
    assert done.returncode == 6
    assert "nobody" in done.stderr and "python3" in done.stderr
    assert nothing_left(tmp_path, "n.ipynb")


def test_a_notebook_that_hangs(tmp_path: Path) -> None:
    write_notebook(tmp_path / "n.ipynb", changed(data="import time\ntime.sleep(600)\n" + PLAIN[1][1]))
    done = nb2prod("export", "n.ipynb", "out", "--timeout", "4", cwd=tmp_path)
    assert done.returncode == 5, done.stderr
    assert "cell [2]" in done.stderr and "--timeout" in done.stderr
    assert nothing_left(tmp_path, "n.ipynb")


def test_a_notebook_that_prints_a_hundred_thousand_lines(tmp_path: Path) -> None:
    cells = changed(data="for i in range(100_000):\n    print(i)\n" + PLAIN[1][1])
    write_notebook(tmp_path / "n.ipynb", cells)
    done = nb2prod("export", "n.ipynb", "out", "--dry-run", cwd=tmp_path)
    assert done.returncode == 0, done.stderr
    assert nothing_left(tmp_path, "n.ipynb")


@pytest.mark.parametrize("parameter", ["x=1;import os", "1x", "os.system('id')", "x y", "class"])
def test_a_parameter_name_that_is_none(parameter: str, tmp_path: Path) -> None:
    write_notebook(tmp_path / "n.ipynb", [("parameters", "size = 0.3"), *PLAIN])
    done = nb2prod_here("export", "n.ipynb", "out", "-p", parameter, "1", cwd=tmp_path)
    assert done.returncode == 2, done.stderr
    assert nothing_left(tmp_path, "n.ipynb")


def test_a_misspelt_parameter_names_the_nearest(tmp_path: Path) -> None:
    write_notebook(tmp_path / "n.ipynb", [("parameters", "test_size = 0.3"), *PLAIN])
    done = nb2prod_here("export", "n.ipynb", "out", "-p", "tset_size", "0.4", cwd=tmp_path)
    assert done.returncode == 2
    assert "test_size" in done.stderr


def test_a_target_that_is_not_ours(tmp_path: Path) -> None:
    write_notebook(tmp_path / "n.ipynb", PLAIN)
    (tmp_path / "out").mkdir()
    (tmp_path / "out" / "thesis.tex").write_text("years of work")
    done = nb2prod_here("export", "n.ipynb", "out", cwd=tmp_path)
    assert done.returncode == 6
    assert "out" in done.stderr
    assert (tmp_path / "out" / "thesis.tex").read_text() == "years of work"
    assert nothing_left(tmp_path, "n.ipynb", "out")


@pytest.mark.parametrize("name", ["../up", "a/b", "{{cookiecutter.x}}", "$(touch hacked)", 'a"b', "a\nb", "-x"])
def test_a_project_name_that_climbs_or_injects(name: str, tmp_path: Path) -> None:
    write_notebook(tmp_path / "n.ipynb", PLAIN)
    done = nb2prod_here("export", "n.ipynb", "out", f"--name={name}", cwd=tmp_path)
    assert done.returncode == 2, done.stderr
    assert nothing_left(tmp_path, "n.ipynb")


def test_files_outside_the_notebooks_folder(tmp_path: Path) -> None:
    (tmp_path / "c.json").write_text('{"C": 1.0}')
    home = tmp_path / "home"
    home.mkdir()
    read = f"import json\na = json.load(open('../c.json'))\nb = json.load(open({str(tmp_path / 'c.json')!r}))\n"
    training = "weights = np.linalg.lstsq(X, y * a['C'] * b['C'], rcond=None)[0]"
    write_notebook(home / "n.ipynb", changed(data=read + PLAIN[1][1], training=training))
    done = nb2prod("export", "n.ipynb", "out", "--json", cwd=home)
    assert done.returncode == 6, done.stderr
    problems = json.loads(done.stdout)["error"]["problems"]
    assert [problem["where"] for problem in problems] == ["cell [2], line 2", "cell [2], line 3"]
    assert all("outside" in problem["what"] and problem["remedy"] for problem in problems)
    assert nothing_left(home, "n.ipynb")


def test_a_notebook_of_a_thousand_cells_and_megabytes_of_output_is_read(tmp_path: Path) -> None:
    cells: Cells = [*PLAIN[:2], *[(None, f"x{i} = {i}") for i in range(1000)], *PLAIN[2:]]
    notebook = as_notebook(cells)
    notebook["cells"][5]["outputs"] = [{"output_type": "stream", "name": "stdout", "text": "x" * 30_000_000}]
    (tmp_path / "n.ipynb").write_text(json.dumps(notebook))
    done = nb2prod("sections", "n.ipynb", "--json", cwd=tmp_path)
    assert done.returncode == 0 and len(json.loads(done.stdout)["cells"]) == 1005


def test_an_nbformat_3_notebook_works(tmp_path: Path) -> None:
    import nbformat

    four = nbformat.from_dict(as_notebook([(None, f"# nb2prod: {tag}\n{source}") if tag else (None, source)
                                           for tag, source in PLAIN]))  # fmt: skip
    nbformat.write(nbformat.convert(four, 3), tmp_path / "n.ipynb")
    assert json.loads((tmp_path / "n.ipynb").read_text())["nbformat"] == 3
    done = nb2prod("export", "n.ipynb", "out", "--verify", "fast", "--json", cwd=tmp_path)
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout)["parity"]["equal"] == 25


@pytest.mark.parametrize("target", ["n.ipynb", "n.ipynb/out", "/proc/out", "/proc/new/deep/out"])
def test_a_target_that_cannot_be_made(target: str, tmp_path: Path) -> None:
    write_notebook(tmp_path / "n.ipynb", PLAIN)
    done = nb2prod_here("export", "n.ipynb", target, cwd=tmp_path)
    assert done.returncode == 6, done.stderr
    assert "choose" in done.stderr and no_trace_of_ours(done.stderr)
    assert nothing_left(tmp_path, "n.ipynb")


def test_folders_above_the_target_go_again_after_a_failure(tmp_path: Path) -> None:
    write_notebook(tmp_path / "n.ipynb", changed(inference="pass"))
    assert nb2prod_here("export", "n.ipynb", "a/b/out", cwd=tmp_path).returncode == 6
    assert nothing_left(tmp_path, "n.ipynb")


@pytest.mark.parametrize("code", ["%run ../other.py", "%%writefile ../x.py\nx = 1", "%run /etc/passwd"])
def test_a_magic_that_climbs_out(code: str, tmp_path: Path) -> None:
    (tmp_path / "other.py").write_text("x = 1\n")
    home = tmp_path / "home"
    home.mkdir()
    write_notebook(home / "n.ipynb", [("data", code), *PLAIN])
    done = nb2prod_here("export", "n.ipynb", "out", cwd=home)
    assert done.returncode == 6 and "cell [1], line 1" in done.stderr
    assert nothing_left(home, "n.ipynb")


def test_without_git_nothing_is_run(tmp_path: Path) -> None:
    write_notebook(tmp_path / "n.ipynb", PLAIN)
    (tmp_path / "empty").mkdir()
    done = nb2prod("export", "n.ipynb", "out", cwd=tmp_path, env={"PATH": str(tmp_path / "empty")})
    assert done.returncode == 2
    assert "install git" in done.stderr and "running the notebook" not in done.stderr
    assert nothing_left(tmp_path, "n.ipynb", "empty")


def test_what_raises_in_a_suggested_cell_is_told_with_what_to_write_instead() -> None:
    notebook = notebook_of("x = 1", "sample = x[:20]")
    cells = (notebook.cells[0], replace(notebook.cells[1], section="inference"))
    own, added = (Problem("TypeError", f"{cell.label}, line 1", "Mend this cell.") for cell in cells)
    assert told_of_added(own, replace(notebook, cells=cells)) == own
    assert "write in its place" in told_of_added(added, replace(notebook, cells=cells)).remedy
