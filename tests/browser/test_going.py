"""A sweep that is called from a cell, as JupyterLab shows it: how it goes on, a stop by the button, what stays."""

from __future__ import annotations

from itertools import count
from typing import TYPE_CHECKING

from tests.browser.person import Person, put
from tests.browser.test_inline import CONTRAST, IDLE
from tests.making import Cells

if TYPE_CHECKING:
    from playwright.sync_api import Locator

NUMBERS = count(1)
RUN: Cells = [
    ("parameters", "rate: float = 0.1\ndepth = 2\nseconds = 0.0"),
    ("evaluation", "import time\ntime.sleep(seconds)\nscore = 1 - (rate - 0.05) ** 2 * depth"),
]
OUTPUTS = """() => [...window.jupyterapp.shell.currentWidget.content.model.cells].map(
  cell => cell.sharedModel.getSource && (cell.outputs?.toJSON() ?? []).map(each => Object.keys(each.data ?? each)))"""


def called(person: Person, vary: str) -> Locator:
    """Have somebody sweep a notebook from a cell of another one; return where that is shown."""
    number = next(NUMBERS)
    name = put(person.lab, f"swept-{number}", RUN)
    source = f"import nb2prod\nswept = nb2prod.sweep('{name}', {vary}, metric='score', maximize=True, workers=2)"
    person.opens(put(person.lab, f"driver-{number}", [(None, source)]))
    person.page.wait_for_function(IDLE)
    person.runs("notebook:run-all-cells")
    return person.page.locator(".nb2prod-Going")


def test_it_is_seen_going_on_and_what_came_of_it_stays(person: Person) -> None:
    from playwright.sync_api import expect

    shown = called(person, "{'rate': [0.01, 0.05, 0.1], 'seconds': [1.0, 2.0]}")
    expect(shown.get_by_role("list", name="Under way").get_by_role("listitem").first).to_contain_text("cell 2 of 2")
    expect(shown.get_by_role("progressbar")).to_have_attribute("max", "6")
    expect(shown.locator(".best")).to_contain_text("best so far")
    assert person.page.evaluate(CONTRAST, shown.element_handle()) == []
    outputs = person.page.locator(".jp-OutputArea-output")
    expect(outputs.locator("img")).to_be_visible(timeout=60_000)
    expect(outputs.filter(has_text="6 of 6 runs")).to_be_visible()
    expect(shown).to_have_count(0)
    kept = person.page.evaluate(OUTPUTS)[0]
    assert [set(each) for each in kept] == [{"text/plain", "text/html"}, {"text/plain", "image/png"}]


def test_the_button_stops_it(person: Person) -> None:
    from playwright.sync_api import expect

    shown = called(person, "{'rate': [0.1, 0.2], 'seconds': [0.0, 300.0]}")
    expect(shown.get_by_role("status")).to_contain_text("of 4 runs")
    expect(shown.get_by_role("list", name="Under way")).to_contain_text("cell 2 of 2", timeout=60_000)
    shown.get_by_role("button", name="Stop").click()
    outputs = person.page.locator(".jp-OutputArea-output")
    expect(outputs.filter(has_text="are missing: nb2prod.resume(")).to_be_visible(timeout=60_000)
    expect(outputs.filter(has_text="KeyboardInterrupt").first).to_be_visible()
    expect(shown).to_have_count(0)
