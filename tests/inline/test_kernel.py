"""In a real kernel: what comes to the page, kept fresh while cells run, and what is left when it is gone."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.inline.frontend import Frontend, frontend
from tests.making import write_notebook

CELLS = (
    (None, "import pandas as pd\nfrom math import *\nfrom sklearn.linear_model import LinearRegression"),
    ("data", "table = pd.DataFrame({'a': range(60), 'b': [1] * 60})\ny = table.a * 2.0"),
    ("training", "model = LinearRegression().fit(table, y)"),
    ("inference", "sample = table.head(3)\nprediction = model.predict(sample)"),
)
HOOKS = "print(len(get_ipython().events.callbacks['post_run_cell']))"


@pytest.fixture(scope="module")
def page(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Frontend]:
    """A page with a notebook that has run, and its readiness."""
    folder = tmp_path_factory.mktemp("inline")
    write_notebook(folder / "mine.ipynb", CELLS)
    with frontend(folder, "mine.ipynb") as found:
        for number, (_, source) in enumerate(CELLS):
            found.runs(source, f"cell-{number}")
        found.printed = ""
        found.runs(HOOKS)
        found.runs("%load_ext nb2prod")
        found.runs("%readiness", "cell-9")
        assert found.errors == []
        yield found


def names(page: Frontend) -> list[str]:
    return [each["name"] for each in page.listed["view"]["findings"]]


def test_the_notebook_is_found_and_checked(page: Frontend) -> None:
    assert page.listed["view"]["notebook"] == "mine.ipynb"
    star = next(each for each in page.listed["view"]["findings"] if each["name"] == "star-import")
    assert (star["id"], star["line"], star["place"]) == ("cell-0", 2, "cell [1], line 2")
    assert star["code"] in page.listed["view"]["pages"]


def test_what_ran_in_no_cell_of_the_file_is_said(page: Frontend) -> None:
    (note,) = page.listed["view"]["notes"]  # not: the cells that ran before, as they are saved, and %readiness itself
    assert note.startswith("1 input that ran is not in the file as saved at ")
    assert "([5])" in note


def test_the_result_is_a_widget_and_html_and_text_too(page: Frontend) -> None:
    bundle = page.shown[0]
    assert bundle["application/vnd.jupyter.widget-view+json"]["model_id"] in page.models
    assert bundle["text/plain"].startswith("Readiness of mine.ipynb: ")
    assert "<li>cell [1], line 2: " in bundle["text/html"]
    assert "<script" not in bundle["text/html"]


def test_what_draws_it_comes_along_and_asks_nobody_else(page: Frontend) -> None:
    for name in ("_esm", "_css"):
        assert "nb2prod" in page.listed[name]
        assert "import " not in page.listed[name].replace("It imports nothing", "")
        assert "url(" not in page.listed[name]
    assert "innerHTML" not in page.listed["_esm"]


def test_a_cell_that_runs_changes_what_is_shown(page: Frontend) -> None:
    page.runs("import pandas as pd\nfrom sklearn.linear_model import LinearRegression", "cell-0")
    page.waits(lambda: "star-import" not in names(page))
    assert page.listed["view"]["notes"][0].startswith("cell [1] is checked as run")
    page.runs(CELLS[0][1], "cell-0")
    page.waits(lambda: "star-import" in names(page) and len(page.listed["view"]["notes"]) == 1)


def test_long_checks_tell_how_they_stand_and_what_they_find(page: Frontend) -> None:
    seen: list[Any] = []

    def ended() -> bool:
        states = {each["state"] for each in page.listed["checks"]}
        seen.extend(states)
        return bool(states) and states <= {"passed", "failed", "skipped"}

    page.presses("Run the long checks")
    page.waits(ended)
    assert not [each for each in page.listed["view"]["notes"] if "long checks" in each]
    assert {"waiting", "running"} <= set(seen)
    assert "constant-column" in names(page)
    assert set(page.listed["view"]["pages"]) == {each["code"] for each in page.listed["view"]["findings"]}
    assert all(each["why"] for each in page.listed["checks"] if each["state"] == "skipped")


SLOWLY = """
import time
quickly = LinearRegression.predict
LinearRegression.predict = lambda self, rows: (time.sleep(3), quickly(self, rows))[1]
"""


def test_long_checks_can_be_cancelled(page: Frontend) -> None:
    page.runs(SLOWLY)
    page.presses("Run the long checks")
    page.waits(lambda: any(each["state"] == "running" for each in page.listed["checks"]))
    page.presses("Cancel")
    page.waits(lambda: all(each["state"] in {"passed", "failed", "skipped"} for each in page.listed["checks"]))
    page.waits(lambda: any("stopped" in each["why"] for each in page.listed["checks"]))
    page.runs("later = 1")
    page.waits(lambda: any("as they were before [" in each for each in page.listed["view"]["notes"]))


def test_another_one_takes_its_place(page: Frontend) -> None:
    page.runs("from nb2prod import readiness\nshown = readiness()\nshown")
    assert page.listed["view"]["notebook"] == "mine.ipynb"  # which is the only one
    assert page.shown[-1]["text/plain"].startswith("Readiness of mine.ipynb: ")
    before = int(page.printed.split()[0])
    page.printed = ""
    page.runs(HOOKS)
    assert int(page.printed) == before + 1
    page.runs("shown.close()")
    page.printed = ""
    page.runs(HOOKS)
    assert int(page.printed) == before
    assert [state for state in page.models.values() if state.get("_model_name") == "AnyModel"] == []
    assert page.errors == []


def test_where_nobody_says_which_notebook_it_is_it_asks(tmp_path: Path) -> None:
    notebook = write_notebook(tmp_path / "mine.ipynb", CELLS)
    with frontend(tmp_path) as page:
        page.runs("from nb2prod import readiness\nreadiness()")
        assert 'readiness("path/of/notebook.ipynb")' in page.listed["view"]["problems"][0]
        page.types("Notebook", "not there.ipynb")
        page.presses("Check")
        page.waits(lambda: "no such file" in page.listed["view"]["problems"][0])
        page.types("Notebook", str(notebook))
        page.presses("Check")
        page.waits(lambda: page.listed["view"]["notebook"] == "mine.ipynb")
        assert page.listed["view"]["problems"] == []
        notebook.write_text(json.dumps({"cells": 3}))
        page.presses("Check now")
        page.waits(lambda: page.listed["view"]["problems"] != [])
        assert page.errors == []
