"""Fixes of one pass: together where they do not touch the same place."""

from __future__ import annotations

from pathlib import Path

import pytest

from nb2prod.notebook.edits import CellEdit, CellInsertion
from nb2prod.notebook.read import draft_of
from nb2prod.rules.mending import Mending
from nb2prod.rules.model import Fix, Inserted, Outputs, Source, Tagging
from tests.making import as_notebook

SOURCE = "a = 1\nb = 2\nc = 3\nd = 4"


def mending(*sources: str, tags: list[str] | None = None) -> Mending:
    document = as_notebook([(None, source) for source in sources])
    document["cells"].insert(0, {"cell_type": "markdown", "metadata": {}, "source": "# Title"})
    if tags:
        document["cells"][1]["metadata"]["tags"] = tags
    return Mending(draft_of(document, Path("n.ipynb")), document)


def replaced(old: str, new: str) -> Fix:
    return Fix("", (Source(0, SOURCE.replace(old, new)),))


def test_changes_of_other_lines_are_made_together() -> None:
    work = mending(SOURCE)
    assert work.take(replaced("a = 1", "a = 10"))
    assert work.take(replaced("c = 3", "c = 30\ncc = 31"))
    assert work.edits() == ([CellEdit(1, "a = 10\nb = 2\nc = 30\ncc = 31\nd = 4")], [])


@pytest.mark.parametrize("second", [replaced("a = 1", "a = 11"), replaced("a = 1", "z = 0\na = 1")])
def test_a_change_of_the_same_place_waits(second: Fix) -> None:
    work = mending(SOURCE)
    assert work.take(replaced("a = 1", "a = 10"))
    assert not work.take(second)
    assert work.edits()[0][0].source == SOURCE.replace("a = 1", "a = 10")


def test_a_fix_is_taken_as_a_whole() -> None:
    work = mending(SOURCE, "e = 5")
    assert work.take(replaced("a = 1", "a = 10"))
    assert not work.take(Fix("", (Source(1, "e = 50"), *replaced("a = 1", "a = 11").changes)))
    assert [edit.position for edit in work.edits()[0]] == [1]


def test_what_changes_nothing_is_not_taken() -> None:
    work = mending("a = 1", tags=["data"])
    assert not work.take(Fix("", (Source(0, "a = 1"), Tagging(0, "data"), Outputs(0, ()))))


def test_one_new_cell_a_pass() -> None:
    work = mending("a = 1", "b = 2")
    assert work.take(Fix("", (Inserted(0, "SEED = 1", "parameters"),)))
    assert not work.take(Fix("", (Inserted(2, "SEED = 1", "parameters"),)))
    assert work.edits() == ([], [CellInsertion(1, "SEED = 1", ("parameters",))])
    last = mending("a = 1")
    assert last.take(Fix("", (Inserted(1, "b = 2"),)))
    assert last.edits()[1] == [CellInsertion(2, "b = 2", ())]


@pytest.mark.parametrize(
    ("source", "tags", "section", "after"),
    [
        ("a = 1", ["mine", "data"], "training", CellEdit(1, None, {"tags": ["mine", "training"]})),
        ("a = 1", ["data", "training"], "data", CellEdit(1, None, {"tags": ["data"]})),
        ("a = 1", ["Data "], None, CellEdit(1, None, {"tags": []})),
        ("# nb2prod: data\na = 1", [], "training", CellEdit(1, "# nb2prod: training\na = 1", {"tags": []})),
        ("%%time\n# nb2prod: data\na = 1", ["x"], None, CellEdit(1, "%%time\na = 1", {"tags": ["x"]})),
    ],
)
def test_a_cell_has_one_section(source: str, tags: list[str], section: str | None, after: CellEdit) -> None:
    work = mending(source, tags=tags)
    assert work.take(Fix("", (Tagging(0, section),)))
    assert work.edits()[0] == [after]
