"""Star imports, resolved by looking at source."""

from __future__ import annotations

from pathlib import Path

from nb2prod.analysis.dataflow import analyse
from nb2prod.analysis.stars import star_finder
from tests.analysis.cells import flow_of, notebook_of

HERE = Path("nowhere")


def test_the_public_names_of_a_library_module() -> None:
    names = star_finder({}, HERE)("collections")
    assert names is not None
    assert "OrderedDict" in names


def test_dunder_all_decides() -> None:
    assert star_finder({"m.py": "__all__ = ['_a']\nb = 1"}, HERE)("m") == {"_a"}


def test_without_it_names_with_an_underscore_stay_behind() -> None:
    text = "import os\na, _b = 1, 2\ndef f(): pass\nif a:\n    class C: pass"
    assert star_finder({"m.py": text}, HERE)("m") == {"os", "a", "f", "C"}


def test_a_module_beside_the_notebook(tmp_path: Path) -> None:
    (tmp_path / "beside.py").write_text("x = 1\n")
    assert star_finder({}, tmp_path)("beside") == {"x"}


def test_star_imports_of_star_imports() -> None:
    assert star_finder({"m.py": "from n import *", "n.py": "y = 1"}, HERE)("m") == {"y"}


def test_modules_that_import_each_other_end() -> None:
    assert star_finder({"m.py": "from n import *", "n.py": "from m import *"}, HERE)("m") is None


def test_a_module_that_is_not_there() -> None:
    assert star_finder({}, HERE)("no_such_module_anywhere") is None


def test_a_module_that_is_no_python() -> None:
    assert star_finder({"m.py": "a b"}, HERE)("m") is None


def test_nothing_is_imported(tmp_path: Path) -> None:
    (tmp_path / "loud.py").write_text("raise SystemExit(3)\nx = 1\n")
    assert star_finder({}, tmp_path)("loud") == {"x"}


def test_a_name_comes_from_the_star_import_that_has_it() -> None:
    flow = flow_of("from collections import *", "from itertools_like import *", "OrderedDict()", "mystery()")
    assert flow.sources[2] == {"OrderedDict": {0}}
    assert flow.sources[3] == {"mystery": {1}}
    assert "OrderedDict" in flow.statements[0].facts.definitions
    assert flow.undefined == {}


def test_a_star_import_replaces_what_the_notebook_defined() -> None:
    notebook = notebook_of("x = 1", "from m import *", "print(x)", modules={"m.py": "x = 2"})
    assert analyse(notebook).sources[2] == {"x": {1}}
