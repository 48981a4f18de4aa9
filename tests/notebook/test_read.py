"""Notebook files to notebooks, or to every reason why not."""

from __future__ import annotations

import copy
import json
import os
import sys
from pathlib import Path
from typing import Any

import nbformat
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from nb2prod.errors import ExitCode, Nb2ProdError, UnusableInput
from nb2prod.notebook.read import read_notebook
from tests.notebook.making import code, document, markdown, write


def test_cells_sections_headings_and_options(tmp_path: Path) -> None:
    path = write(
        tmp_path,
        markdown("# A title\n\nwords"),
        code("import a"),
        markdown("## Load"),
        markdown("the data"),
        code("x = 1", "data", nb2prod={"input": "x"}),
        code("# nb2prod: training\ny = 2"),
        kernelspec={"name": "conda-ml", "language": "python"},
    )
    notebook = read_notebook(path)
    assert [cell.section for cell in notebook.cells] == [None, "data", "training"]
    assert [(cell.index, cell.position) for cell in notebook.cells] == [(0, 1), (1, 4), (2, 5)]
    assert [cell.heading for cell in notebook.cells] == ["# A title\n\nwords", "## Load\n\nthe data", ""]
    assert notebook.cells[1].options == {"input": "x"}
    assert notebook.title == "A title"
    assert notebook.kernel == "conda-ml"


def test_injected_parameters_are_parameters(tmp_path: Path) -> None:
    assert read_notebook(write(tmp_path, code("a = 1", "injected-parameters"))).cells[0].section == "parameters"


def test_tags_of_other_tools_do_not_matter(tmp_path: Path) -> None:
    path = write(tmp_path, code("a = 1", "hide-input", "data", "remove_cell"))
    assert read_notebook(path).cells[0].section == "data"


@pytest.mark.parametrize(("version", "is_newer"), [("3.99.1", True), ("3.8.10", False), ("", False), (None, False)])
def test_what_is_wrong_may_be_right_in_a_newer_python_which_is_said(
    tmp_path: Path, version: object, is_newer: bool
) -> None:
    info = {"name": "python", "version": version}
    with pytest.raises(UnusableInput) as refused:
        read_notebook(write(tmp_path, code("x = (1 2)"), language_info=info))
    (problem,) = refused.value.problems
    here = f"{sys.version_info.major}.{sys.version_info.minor}"
    assert (f"this is Python {here}, and the notebook says that it ran with 3.99" in problem.what) == is_newer
    assert ("install nb2prod with Python 3.99" in problem.remedy) == is_newer
    assert problem.remedy.endswith("correct it, or tag the cell `skip`")


def test_a_tag_and_a_comment_that_agree(tmp_path: Path) -> None:
    assert read_notebook(write(tmp_path, code("\n# NB2PROD: Data\na = 1", "data"))).cells[0].section == "data"


def test_a_comment_below_a_cell_magic(tmp_path: Path) -> None:
    assert read_notebook(write(tmp_path, code("%%time\n# nb2prod: training\na = 1"))).cells[0].section == "training"


def test_a_comment_further_down_says_nothing(tmp_path: Path) -> None:
    assert read_notebook(write(tmp_path, code("a = 1\n# nb2prod: training"))).cells[0].section is None


def test_nbformat_3_is_upgraded(tmp_path: Path) -> None:
    path = tmp_path / "old.ipynb"
    path.write_text(json.dumps(downgraded(document(markdown("# T"), code("x = 1", "data")))))
    notebook = read_notebook(path)
    assert [cell.code for cell in notebook.cells] == ["x = 1"]
    assert notebook.title == "T"


@pytest.mark.parametrize("minor", [0, 2, 4, 5, 99])
def test_any_minor_of_nbformat_4(tmp_path: Path, minor: int) -> None:
    path = tmp_path / "n.ipynb"
    path.write_text(json.dumps({**document(code("x = 1")), "nbformat_minor": minor}))
    assert len(read_notebook(path).cells) == 1


def test_sources_as_lists_of_lines_and_windows_line_ends(tmp_path: Path) -> None:
    path = write(tmp_path, {**code(""), "source": ["a = 1\r\n", "b = 2"]})
    assert read_notebook(path).cells[0].code == "a = 1\nb = 2"


def test_a_byte_order_mark(tmp_path: Path) -> None:
    path = tmp_path / "n.ipynb"
    path.write_bytes(b"\xef\xbb\xbf" + json.dumps(document(code("x = 1"))).encode())
    assert len(read_notebook(path).cells) == 1


def test_cells_without_an_id_or_with_the_same_get_their_own(tmp_path: Path) -> None:
    path = write(tmp_path, {**code("a"), "id": "x"}, {**code("b"), "id": "x"}, code("c"))
    assert len({cell.id for cell in read_notebook(path).cells}) == 3


def test_requirements_and_modules(tmp_path: Path) -> None:
    path = write(
        tmp_path, code("!pip install -q a b==2"), code("%%writefile m.py\nx = 1"), code("%%writefile -a m.py\ny = 2")
    )
    notebook = read_notebook(path)
    assert notebook.requirements == ("a", "b==2")
    assert notebook.modules == {"m.py": "x = 1\ny = 2\n"}


def test_run_inlines_a_file_of_the_notebooks_folder(tmp_path: Path) -> None:
    (tmp_path / "other.py").write_text("z = 1\nw = 2\n")
    assert (
        read_notebook(write(tmp_path, code("a = 1\n%run other.py\nb = z"))).cells[0].code
        == "a = 1\nz = 1\nw = 2\nb = z"
    )


@pytest.mark.parametrize("name", ["../other.py", "/etc/hostname", "missing.py", "other.ipynb", ""])
def test_run_of_anything_else_is_refused(tmp_path: Path, name: str) -> None:
    folder = tmp_path / "inner"
    folder.mkdir()
    (tmp_path / "other.py").write_text("z = 1\n")
    with pytest.raises(UnusableInput, match="%run"):
        read_notebook(write(folder, code(f"%run {name}\nx = 1")))


def test_a_skipped_cell_may_hold_anything(tmp_path: Path) -> None:
    notebook = read_notebook(write(tmp_path, code("!rm -rf x\nsyntax error", "skip"), code("a = 1")))
    assert notebook.cells[0].code == "\n"


def downgraded(notebook: dict[str, Any]) -> dict[str, Any]:
    """Return a notebook in nbformat 3."""
    old = nbformat.convert(nbformat.from_dict({**notebook, "nbformat_minor": 4}), 3)
    return dict(json.loads(json.dumps(old)))


def refused(path: Path) -> str:
    with pytest.raises(UnusableInput) as caught:
        read_notebook(path)
    assert caught.value.exit_code is ExitCode.UNUSABLE
    assert all(problem.remedy for problem in caught.value.problems)
    return str(caught.value)


BAD_FILES = [
    pytest.param(b"", "empty", id="an empty file"),
    pytest.param(b"not json", "not JSON", id="no JSON"),
    pytest.param(b'{"cells": [{"cell_type": "co', "cut off", id="a file cut off in a string"),
    pytest.param(b'{"cells": [', "cut off", id="a file cut off in a list"),
    pytest.param(b"\xff\xfe\x00", "UTF-8", id="no text"),
    pytest.param(b"[]", "not a notebook", id="a list"),
    pytest.param(b"{}", "not a notebook", id="an object"),
    pytest.param(b'{"nbformat": 4}', "not a notebook", id="no cells"),
    pytest.param(b'{"nbformat": 5, "cells": []}', "nbformat 5", id="a future nbformat"),
    pytest.param(b'{"nbformat": 2, "worksheets": []}', "nbformat 2", id="a past nbformat"),
    pytest.param(b'{"nbformat": 3, "worksheets": 7}', "malformed", id="a malformed nbformat 3"),
    pytest.param(b'{"nbformat": true, "cells": []}', "not a notebook", id="an nbformat that is no number"),
    pytest.param(b'{"nbformat": 4, "cells": 3}', "list of cells", id="cells that are no list"),
    pytest.param(b'{"nbformat": 4, "cells": [3]}', "list of cells", id="cells that are no objects"),
    pytest.param(b'{"nbformat": 4, "cells": []}', "no code", id="no cells in the list"),
    pytest.param(b"[" * 100_000, "nested too deeply", id="deep nesting"),
]


@pytest.mark.parametrize(("content", "message"), BAD_FILES)
def test_files_that_are_no_notebooks(tmp_path: Path, content: bytes, message: str) -> None:
    path = tmp_path / "n.ipynb"
    path.write_bytes(content)
    assert message in refused(path)


def test_a_merge_conflict_is_told_as_one(tmp_path: Path) -> None:
    path = tmp_path / "n.ipynb"
    path.write_text('{\n "cells": [\n<<<<<<< HEAD\n  {}\n=======\n  {}\n>>>>>>> other\n ]\n}\n')
    message = refused(path)
    assert "line 3" in message
    assert "resolve the merge conflict" in message


def test_a_script_is_no_notebook_to_restore(tmp_path: Path) -> None:
    path = tmp_path / "train.py"
    path.write_text("import os\n")
    assert "give the path of an .ipynb file" in refused(path)


def test_a_file_that_is_not_there(tmp_path: Path) -> None:
    assert "no such file" in refused(tmp_path / "none.ipynb")
    assert "folder" in refused(tmp_path)


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="there are no named pipes")
def test_a_named_pipe_and_a_device_are_not_waited_for(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "a.ipynb")
    (tmp_path / "b.ipynb").symlink_to("/dev/zero")
    assert "is a named pipe or a socket, not a file" in refused(tmp_path / "a.ipynb")
    assert "is a device, not a file" in refused(tmp_path / "b.ipynb")


LANGUAGES = [
    pytest.param({"kernelspec": {"name": "ir", "language": "R"}}, "x <- 1", "R", id="R"),
    pytest.param({"kernelspec": {"name": "julia-1.9", "language": "julia"}}, "x = 1", "Julia", id="Julia"),
    pytest.param({"kernelspec": {"name": "ir"}}, "x <- 1", "R", id="R by the kernel's name alone"),
    pytest.param({"language_info": {"name": "scala"}}, "val x = 1", "Scala", id="Scala"),
    pytest.param({"kernelspec": {"name": "python2"}}, "print 'a'", "Python 2", id="Python 2 by metadata"),
    pytest.param({}, "x = 1\nprint x", "Python 2", id="Python 2 by its print"),
    pytest.param({}, "try:\n    f()\nexcept KeyError, e:\n    pass", "Python 2", id="Python 2 by a handler"),
    pytest.param({}, "raise ValueError, 'x'", "Python 2", id="Python 2 by a raise"),
    pytest.param({}, "x = 0777", "Python 2", id="Python 2 by an octal number"),
]


@pytest.mark.parametrize(("metadata", "source", "language"), LANGUAGES)
def test_other_languages(tmp_path: Path, metadata: dict[str, Any], source: str, language: str) -> None:
    assert f"written in {language}," in refused(write(tmp_path, code(source), **metadata))


def test_old_metadata_on_code_that_is_python_3(tmp_path: Path) -> None:
    path = write(tmp_path, code("print('a')"), kernelspec={"name": "python2", "language": "python"})
    assert len(read_notebook(path).cells) == 1


def test_a_cell_of_python_2_among_others_is_a_cell_that_is_wrong(tmp_path: Path) -> None:
    path = write(tmp_path, code("print 'a'"), code("a = 1"), code("raise ValueError, 'x'"), code("b = 2"))
    message = refused(path)
    assert "written in" not in message
    assert "cell [1], line 1" in message
    assert "cell [3], line 1" in message


BAD_CODE = [
    pytest.param("x = (", "syntax error", "line 1", id="an open bracket"),
    pytest.param("a = 1\nb = = 2", "syntax error", "line 2", id="two equal signs"),
    pytest.param("return 1", "'return' outside function", "line 1", id="return outside a function"),
    pytest.param("a = 1\nawait f()", "`await` outside", "line 2", id="top-level await"),
    pytest.param("async with a: pass", "`await` outside", "line 1", id="top-level async with"),
    pytest.param("\n%cd /tmp", "%cd", "line 2", id="changing the folder"),
    pytest.param("%env A=1", "%env", "line 1", id="setting a variable"),
    pytest.param("%%R\nx <- 1", "%%R", "line 1", id="a cell in another language"),
    pytest.param("files = !ls", "assigned", "line 1", id="an assigned shell command"),
    pytest.param("t = %timeit -o f()", "assigned", "line 1", id="an assigned magic"),
    pytest.param("%sql select 1", "%sql", "line 1", id="another language's magic"),
    pytest.param("(" * 300 + ")" * 300, "", "", id="code nested too deeply"),
    pytest.param("x = '\x00'", "", "", id="a NUL byte"),
]


@pytest.mark.parametrize(("source", "what", "where"), BAD_CODE)
def test_code_that_cannot_move(tmp_path: Path, source: str, what: str, where: str) -> None:
    message = refused(write(tmp_path, code("ok = 1"), code(source)))
    assert "cell [2]" in message
    assert what in message
    assert where in message


def test_two_sections_on_one_cell(tmp_path: Path) -> None:
    assert "`data`, `training`" in refused(write(tmp_path, code("a = 1", "training", "data")))
    assert "`data`, `training`" in refused(write(tmp_path, code("# nb2prod: training\na = 1", "data")))


def test_an_unknown_section_in_a_comment(tmp_path: Path) -> None:
    assert "did you mean `# nb2prod: training`" in refused(write(tmp_path, code("# nb2prod: trainning\na = 1")))


def test_all_problems_are_told_at_once(tmp_path: Path) -> None:
    path = write(tmp_path, code("x = ("), code("%cd /tmp\nx = !ls"), code("a = 1", "data", "training"))
    with pytest.raises(UnusableInput) as caught:
        read_notebook(path)
    assert [problem.where for problem in caught.value.problems] == [
        "cell [1], line 1",
        "cell [2], line 1",
        "cell [2], line 2",
        "cell [3]",
    ]


def test_fifty_megabytes_of_output(tmp_path: Path) -> None:
    cell = code("x = 1")
    cell["outputs"] = [{"output_type": "stream", "name": "stdout", "text": "x" * 50_000_000}]
    assert len(read_notebook(write(tmp_path, cell)).cells) == 1


WHOLE = document(
    markdown("# T"),
    code("import a", "parameters"),
    code("%matplotlib inline\n!pip install x\ny = 1", "data", nb2prod={"input": "y"}),
    kernelspec={"name": "python3", "language": "python"},
    language_info={"name": "python", "version": "3.11"},
)
OLD = downgraded(WHOLE)
JUNK = st.recursive(
    st.none() | st.booleans() | st.integers(-5, 5) | st.text(max_size=8) | st.floats(allow_nan=False),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=5,
)


@settings(max_examples=300, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(base=st.sampled_from([WHOLE, OLD]), data=st.data())
def test_a_mutated_notebook_is_read_or_refused(tmp_path: Path, base: dict[str, Any], data: st.DataObject) -> None:
    mutated = copy.deepcopy(base)
    for _ in range(data.draw(st.integers(1, 3))):
        _mutate(mutated, data)
    path = tmp_path / "n.ipynb"
    path.write_text(json.dumps(mutated), encoding="utf-8")
    try:
        read_notebook(path)
    except Nb2ProdError as error:
        assert error.problems


def _mutate(node: Any, data: st.DataObject) -> None:
    """Replace, drop or add something somewhere in the document."""
    while True:
        keys = list(node) if isinstance(node, dict) else list(range(len(node)))
        if not keys:
            return
        key = data.draw(st.sampled_from(keys))
        if isinstance(node[key], dict | list) and node[key] and data.draw(st.booleans()):
            node = node[key]
            continue
        if data.draw(st.booleans()):
            node[key] = data.draw(JUNK)
        elif isinstance(node, dict):
            del node[key]
        else:
            node.pop(key)
        return


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(text=st.text(alphabet=st.sampled_from("%!?=#\\\n \"'()[]ax:1{}&;"), max_size=40))
def test_any_cell_is_read_or_refused(tmp_path: Path, text: str) -> None:
    path = write(tmp_path, code(text), code("a = 1"))
    try:
        notebook = read_notebook(path)
    except Nb2ProdError:
        return
    assert notebook.cells[0].code.count("\n") == text.count("\n")


@settings(max_examples=50, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(content=st.binary(max_size=60))
def test_any_file_is_read_or_refused(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "n.ipynb"
    path.write_bytes(content)
    with pytest.raises(UnusableInput):
        read_notebook(path)


def test_nbformat_3_as_it_is_on_disk(tmp_path: Path) -> None:
    """Sources are lists of lines, headings are cells of their own, and old tools left metadata and cells out."""
    cells = [
        {"cell_type": "heading", "level": 1, "metadata": {}, "source": ["Shops"]},
        {"cell_type": "code", "input": ["x = 1\n", "y = 2"], "language": "python", "metadata": {}, "outputs": []},
    ]
    path = tmp_path / "old.ipynb"
    path.write_text(json.dumps({"nbformat": 3, "nbformat_minor": 0, "worksheets": [{"cells": cells}, {}]}))
    notebook = read_notebook(path)
    assert (notebook.title, notebook.cells[0].source) == ("Shops", "x = 1\ny = 2")


def test_shell_commands_stay_in_the_notebook_and_are_said(tmp_path: Path) -> None:
    cells = [code("a = 1\n!wget http://x/y"), code("%%bash\nmkdir x"), code("!rm -rf x", "skip")]
    notebook = read_notebook(write(tmp_path, *cells))
    assert notebook.aside == (
        "cell [1], line 2: the shell command `wget http://x/y` stays in the notebook",
        "cell [2], line 2: the shell command `mkdir x` stays in the notebook",
    )
