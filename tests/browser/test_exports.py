"""Exports from the browser: stages, a reload and a server's restart on the way, the proof, again, cancelled, failed."""

from __future__ import annotations

import re
import time

import pytest

pytest.importorskip("playwright.sync_api", reason="there is no playwright: pip install playwright")

from playwright.sync_api import Locator, expect

from tests.browser.lab import Lab
from tests.browser.person import Person, notebook_of, put, put_example

pytestmark = pytest.mark.slow
LONG = 150_000
"""Milliseconds that an export may take on a busy machine."""

DATA = "from sklearn.linear_model import LinearRegression\n\nX, y = [[1.0], [2.0], [3.0]], [1.0, 2.0, 3.0]"
FIT = "model = LinearRegression().fit(X, y)"
ASK = "answer = model.predict([[4.0]])"


def exports(person: Person, verify: str = "fast") -> Locator:
    """Fill in the form and start; return what the panel shows of the newest export."""
    person.runs("nb2prod:export-notebook")
    form = person.page.locator(".nb2prod-ExportForm")
    form.get_by_label("Prove").select_option(verify)
    person.page.get_by_role("button", name="Export", exact=True).click()
    form.wait_for(state="detached")
    return newest(person)


def newest(person: Person) -> Locator:
    return person.sidebar.locator(".nb2prod-Job").first


def test_export_and_all_that_may_happen_on_the_way(person: Person, lab: Lab) -> None:
    person.opens(put_example(lab, stem="leave")).opens_sidebar()
    job = exports(person)
    expect(job.locator(".nb2prod-state")).to_have_text("running")
    expect(job.locator(".nb2prod-mod-now")).to_contain_text("Run it", timeout=LONG)
    assert job.bounding_box()["height"] > 100  # type: ignore[index]

    person.reloads().opens_sidebar()
    job = newest(person)
    expect(job.locator(".nb2prod-state")).to_have_text("running")

    lab.stop()
    time.sleep(1)
    lab.start()
    expect(job.get_by_label("The proof")).to_be_visible(timeout=LONG)
    expect(job.locator(".nb2prod-state")).to_have_text("done")
    expect(job.get_by_role("row", name="Answers as the notebook")).to_contain_text("✓ 188 of 188 rows equal")
    expect(job.locator(".nb2prod-mod-done")).to_have_count(8)
    assert (lab.root / "leave" / "src" / "leave" / "training.py").is_file()

    lost = person.page.get_by_role("button", name="Close", exact=True).or_(
        person.page.locator(".jp-Dialog-button.jp-mod-accept")
    )
    for _ in range(lost.count()):  # JupyterLab has told of the server that was gone
        lost.first.click()
    job.get_by_role("button", name="Open", exact=True).click()
    expect(person.page.locator(".jp-DirListing-item", has_text="Makefile")).to_be_visible()
    person.opens_sidebar()
    job.get_by_role("button", name="Terminal").click()
    expect(person.page.locator(".jp-Terminal")).to_be_visible()
    person.opens("leave.ipynb").opens_sidebar()

    # again, with another value
    person.page.evaluate(
        """() => {
          const cells = window.jupyterapp.shell.currentWidget.content.model.sharedModel.cells;
          const cell = cells.find(cell => cell.getSource().includes('max_depth = 4'));
          cell.setSource(cell.getSource().replace('max_depth = 4', 'max_depth = 3'));
        }"""
    )
    job = exports(person)
    expect(person.sidebar.locator(".nb2prod-Job")).to_have_count(2)
    expect(job.get_by_label("The proof")).to_be_visible(timeout=LONG)
    expect(job.locator(".nb2prod-state")).to_have_text("done")
    settings = (lab.root / "leave" / "src" / "leave" / "parameters.py").read_text()
    assert re.search(r"max_depth: int = Field\(\s*default=3\b", settings), settings
    person.button("Forget").first.click()
    expect(person.sidebar.locator(".nb2prod-Job")).to_have_count(1)


def test_one_that_is_cancelled_leaves_nothing(person: Person, lab: Lab) -> None:
    cells = (("data", DATA), ("training", f"import time\n\ntime.sleep(60)\n{FIT}"), ("inference", ASK))
    person.opens(put(lab, "slow", notebook_of(*cells))).opens_sidebar()
    job = exports(person)
    expect(job).to_contain_text("cell 2 of 3", timeout=LONG)
    expect(job.get_by_label("Cells")).to_have_attribute("max", "3")
    job.get_by_role("button", name="Cancel").click()
    expect(job.locator(".nb2prod-state")).to_have_text("cancelled", timeout=LONG)
    assert not (lab.root / "slow").exists()


def test_one_that_fails_says_where_and_what_to_do(person: Person, lab: Lab) -> None:
    cells = (("data", DATA), ("training", f"X = X / 0\n{FIT}"), ("inference", ASK))
    person.opens(put(lab, "broken", notebook_of(*cells))).opens_sidebar()
    job = exports(person)
    expect(job.locator(".nb2prod-state")).to_have_text("stopped", timeout=LONG)
    expect(job.get_by_role("alert")).to_contain_text("cell [2]")
    expect(job.get_by_role("alert")).to_contain_text("TypeError")
    expect(job.locator(".nb2prod-mod-stop")).to_contain_text("Run it")
