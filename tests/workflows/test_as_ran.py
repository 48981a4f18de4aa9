"""Where the saved file and what ran differ, that is said; what is newer counts."""

from __future__ import annotations

from pathlib import Path

from nb2prod.workflows.as_ran import Document, Ran, as_ran
from tests.making import as_notebook

SAVED = 1000.0


def document(*sources: str) -> Document:
    return Document(Path("a.ipynb"), as_notebook([(None, each) for each in sources]), SAVED)


def sources(found: Document) -> list[str]:
    return [each["source"] for each in found.content["cells"]]


def test_a_cell_that_ran_after_the_file_was_saved_is_taken_as_it_ran() -> None:
    kept = document("a = 1", "b = 2")
    found = as_ran(kept, [Ran("a = 10", 1, "cell-0", SAVED + 5), Ran("a = 11", 2, "cell-0", SAVED + 6)])
    assert sources(found) == ["a = 11", "b = 2"]
    assert found.content["cells"][0]["execution_count"] == 2
    assert len(found.notes) == 1 and found.notes[0].startswith("cell [1] is checked as run: the file as saved at ")
    assert sources(kept) == ["a = 1", "b = 2"], "the document that is kept stays"


def test_a_cell_that_was_edited_and_saved_since_it_ran_is_taken_as_saved() -> None:
    found = as_ran(document("a = 1"), [Ran("a = 0", 1, "cell-0", SAVED - 5)])
    assert sources(found) == ["a = 1"]
    assert found.notes[0].startswith("cell [1] is edited since run: checked as saved at ")


def test_nothing_is_said_where_nothing_differs() -> None:
    ran = [Ran("a = 1", 1, "cell-0", SAVED + 5), Ran("b = 2\n", 2, "cell-1", SAVED - 5), Ran("a = 1", 3)]
    assert as_ran(document("a = 1", "b = 2"), ran).notes == ()


def test_what_ran_in_no_cell_of_the_file_is_said_with_its_number() -> None:
    found = as_ran(document("a = 1"), [Ran("z = 1", 4, "cell-new", SAVED + 5)])
    assert "1 input that ran is not in the file as saved at" in found.notes[0]
    assert "([4])" in found.notes[0]


def test_of_what_ran_before_anybody_looked_only_what_is_newer_than_the_file_is_said() -> None:
    kept = document("a = 1", "b = 2")
    kept.content["cells"][1]["execution_count"] = 5
    before = [Ran("old draft", 2), Ran("b = 2", 5), Ran("new = 1", 6)]
    (note,) = as_ran(kept, before).notes
    assert "1 input" in note and "([6])" in note


def test_numbers_of_an_earlier_kernel_count_for_nothing() -> None:
    kept = document("a = 1", "b = 2")
    kept.content["cells"][1]["execution_count"] = 90
    assert len(as_ran(kept, [Ran("something = else_", 1)]).notes) == 1


def test_inputs_that_ask_for_the_view_and_magics_are_nobodys_business() -> None:
    ran = [Ran("from nb2prod import readiness\nreadiness()", 3), Ran("%load_ext nb2prod\n!ls", 4), Ran("  \n", 5)]
    assert as_ran(document("a = 1"), ran, own={3}).notes == ()


def test_cells_that_are_no_cells_do_no_harm() -> None:
    odd = Document(Path("a.ipynb"), {"cells": [7, {"cell_type": "code", "id": "x", "source": ["a", 3, "b"]}]}, SAVED)
    assert as_ran(odd, [Ran("ab", 1, "x", SAVED + 1)]).notes == ()
    assert as_ran(Document(Path("a.ipynb"), {"cells": None}, SAVED), [Ran("a", 1)]).content == {"cells": None}
