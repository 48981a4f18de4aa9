"""Tags into a file: nothing else of it changes."""

from __future__ import annotations

import difflib
import json
import stat
from pathlib import Path
from typing import Any

import nbformat
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from nb2prod.errors import UnusableInput
from nb2prod.notebook.read import read_notebook
from nb2prod.notebook.write import NewCell, write_sections
from tests.notebook.making import code, document, markdown

JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=2) | st.dictionaries(st.text(max_size=5), inner, max_size=2),
    max_leaves=4,
)
LAYOUTS: list[dict[str, Any]] = [
    {"indent": 1, "ensure_ascii": False},
    {"indent": 1, "sort_keys": True},
    {"indent": 2},
    {"indent": "\t"},
    {"separators": (",", ":")},
    {},
]


def written(folder: Path, cells: list[dict[str, Any]], **layout: Any) -> Path:
    path = folder / "notebook.ipynb"
    path.write_text(json.dumps(document(*cells), **layout) + "\n", encoding="utf-8")
    return path


def tag(path: Path, tags: dict[int, str], new: NewCell | None = None) -> None:
    write_sections(read_notebook(path), tags, new)


@pytest.mark.parametrize("layout", LAYOUTS)
def test_only_the_tags_differ(tmp_path: Path, layout: dict[str, Any]) -> None:
    cells = [code("é = 1"), markdown("# x"), code("y = 2", scrolled=True, collapsed=False), code("z = 3", "mine")]
    path = written(tmp_path, cells, **layout)
    before = json.loads(path.read_text())
    tag(path, {0: "data", 1: "training", 2: "evaluation"})
    after = json.loads(path.read_text())
    found = [cell["metadata"].pop("tags", []) for cell in after["cells"]]
    assert found == [["data"], [], ["training"], ["mine", "evaluation"]]
    for cell in before["cells"]:
        cell["metadata"].pop("tags", None)
    assert after == before


@pytest.mark.parametrize("layout", LAYOUTS)
def test_every_other_byte_stays(tmp_path: Path, layout: dict[str, Any]) -> None:
    path = written(tmp_path, [code("x = 1", collapsed=True), code("y = 'ü'")], **layout)
    before = path.read_text()
    tag(path, {0: "data", 1: "training"}, NewCell("z = 1\nz", "inference"))
    matcher = difflib.SequenceMatcher(None, before, path.read_text(), autojunk=False)
    lost = "".join(before[a:b] for kind, a, b, _, _ in matcher.get_opcodes() if kind != "equal")
    assert lost.strip() in {"", "{}"}


def test_it_looks_as_jupyter_would_have_saved_it(tmp_path: Path) -> None:
    notebook = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell("x = 1"), nbformat.v4.new_code_cell("x")])
    path = tmp_path / "notebook.ipynb"
    nbformat.write(notebook, path)
    tag(path, {0: "data"}, NewCell("x = 2\nx", "inference"))
    text = path.read_text()
    read = nbformat.read(path, as_version=4)
    nbformat.validate(read)
    nbformat.write(read, path)
    assert path.read_text() == text


def test_a_new_cell_goes_where_it_is_wanted(tmp_path: Path) -> None:
    path = written(tmp_path, [code("x = 1"), markdown("text"), code("y = 2")], indent=1)
    tag(path, {}, NewCell("sample = x", "inference", after=0))
    assert [cell["source"] for cell in json.loads(path.read_text())["cells"]] == [
        "x = 1",
        ["sample = x"],
        "text",
        "y = 2",
    ]


@pytest.mark.parametrize("layout", LAYOUTS)
def test_options_stand_beside_the_tags(tmp_path: Path, layout: dict[str, Any]) -> None:
    path = written(tmp_path, [code("x = 1"), code("y = 1", "mine", a=1), code("z = 1", z=1)], **layout)
    options = {"input": "x", "output": "y"}
    write_sections(read_notebook(path), dict.fromkeys(range(3), "inference"), None, dict.fromkeys(range(3), options))
    said = {"nb2prod": options, "tags": ["inference"]}
    assert [cell["metadata"] for cell in json.loads(path.read_text())["cells"]] == [
        said,
        {"a": 1, **said, "tags": ["mine", "inference"]},
        {**said, "z": 1},
    ]


def test_line_ends_and_a_byte_order_mark_stay(tmp_path: Path) -> None:
    path = tmp_path / "notebook.ipynb"
    text = json.dumps(document(code("x = 1")), indent=1).replace("\n", "\r\n")
    path.write_bytes(b"\xef\xbb\xbf" + text.encode())
    tag(path, {0: "data"})
    after = path.read_bytes()
    assert after.startswith(b"\xef\xbb\xbf")
    assert after.count(b"\n") == after.count(b"\r\n")


def test_permissions_stay_and_a_link_is_followed(tmp_path: Path) -> None:
    real = tmp_path / "real"
    real.mkdir()
    path = written(real, [code("x = 1")], indent=1)
    path.chmod(0o640)
    link = tmp_path / "link.ipynb"
    link.symlink_to(path)
    tag(link, {0: "data"})
    assert link.is_symlink()
    assert stat.S_IMODE(path.stat().st_mode) == 0o640
    assert [each.name for each in real.iterdir()] == ["notebook.ipynb"]


def test_an_old_notebook_is_refused(tmp_path: Path) -> None:
    cell = {"cell_type": "code", "input": ["x = 1"], "outputs": [], "language": "python", "metadata": {}}
    path = tmp_path / "old.ipynb"
    path.write_text(
        json.dumps(
            {"nbformat": 3, "nbformat_minor": 0, "metadata": {}, "worksheets": [{"cells": [cell], "metadata": {}}]}
        )
    )
    before = path.read_bytes()
    with pytest.raises(UnusableInput, match="nbformat 3"):
        tag(path, {0: "data"})
    assert path.read_bytes() == before


def test_a_file_that_has_changed_is_refused(tmp_path: Path) -> None:
    path = written(tmp_path, [code("x = 1")], indent=1)
    notebook = read_notebook(path)
    written(tmp_path, [code("x = 2")], indent=1)
    with pytest.raises(UnusableInput, match="changed"):
        write_sections(notebook, {0: "data"})


@settings(max_examples=60, deadline=None)
@given(
    metadata=st.dictionaries(st.text(max_size=6).filter(lambda key: key not in {"tags", "nb2prod"}), JSON, max_size=4)
)
def test_all_other_metadata_stay(tmp_path_factory: pytest.TempPathFactory, metadata: dict[str, Any]) -> None:
    cell = {**code("x = 1"), "metadata": metadata}
    path = written(tmp_path_factory.mktemp("notebook"), [cell], indent=1)
    tag(path, {0: "data"})
    after = json.loads(path.read_text())["cells"][0]["metadata"]
    assert after.pop("tags") == ["data"]
    assert after == metadata
