"""What stands between a notebook and production: the badge, the marks in the editor, and the panel."""

from __future__ import annotations

import re

import pytest

pytest.importorskip("playwright.sync_api", reason="there is no playwright: pip install playwright")

from playwright.sync_api import Locator, expect

from tests.browser.lab import Lab
from tests.browser.person import Person, put
from tests.browser.releases import EACH_RELEASE

pytestmark = EACH_RELEASE

CELLS = (
    ("", "import math"),
    ("data", "rows = [1, 2, 3]"),
    ("training", "model = math.fsum(rows)\nroot = math.sqrt(model)"),
    ("evaluation", "error = abs(model - 2)"),
)
STAR = "from math import *"
SOURCE = "at => window.jupyterapp.shell.currentWidget.content.widgets[at].model.sharedModel.getSource()"
IGNORED = """() => window.jupyterapp.shell.currentWidget.content.widgets[0].model.sharedModel
  .getMetadata('nb2prod')?.ignore ?? []"""


@pytest.fixture
def ready(person: Person, lab: Lab) -> Person:
    person.opens(put(lab, "ready", CELLS)).opens_sidebar()
    person.runs("nb2prod:show-findings")
    expect(_panel(person)).to_be_visible()
    return person


def _panel(person: Person) -> Locator:
    return person.page.locator("#nb2prod-findings")


def _badge(person: Person) -> Locator:
    return person.page.get_by_role("button", name=re.compile("^Readiness: "))


def _star(person: Person) -> Locator:
    """Return what is found where everything is imported."""
    return _panel(person).get_by_role("listitem").filter(has_text="NB107")


def _types(person: Person, text: str, at: int = 0) -> None:
    """Replace a cell's text, as somebody who types."""
    person.selects(at, mode="edit")
    person.page.wait_for_function("() => document.activeElement?.closest('.cm-content')")
    person.page.keyboard.press("Control+a")
    person.page.keyboard.type(text)


def test_from_an_edit_to_its_finding_and_back(ready: Person) -> None:
    page, panel = ready.page, _panel(ready)
    expect(_star(ready)).to_have_count(0)
    _types(ready, f"# maths\n{STAR}\nimport math")
    expect(_star(ready)).to_contain_text("cell [1], line 2")
    expect(ready.cell(0).locator(".nb2prod-Mark")).to_have_text(STAR)
    expect(_badge(ready)).to_have_accessible_name(re.compile("advice"))

    ready.selects(3)
    _star(ready).get_by_role("button", name="cell [1], line 2", exact=True).click()
    expect(ready.cell(0)).to_have_class(re.compile("jp-mod-active"))
    page.wait_for_function("() => document.activeElement?.closest('.cm-content')")
    page.keyboard.type("#")  # the cursor is where the finding is
    page.wait_for_function(f"([at, text]) => ({SOURCE})(at) === text", arg=[0, f"# maths\n#{STAR}\nimport math"])
    expect(_star(ready)).to_have_count(0)
    page.keyboard.press("Backspace")

    _star(ready).get_by_role("button", name=re.compile("^Explain")).click()
    page_of_it = panel.get_by_role("region", name="What NB107 is about")
    expect(page_of_it.get_by_role("heading", name=re.compile("What it does"))).to_be_visible()
    expect(page_of_it.locator("pre").first).to_contain_text("import *")
    page_of_it.get_by_role("button", name="Close").click()
    expect(page_of_it).to_have_count(0)


def test_a_fix_is_shown_applied_and_undone(ready: Person) -> None:
    _types(ready, STAR)
    _types(ready, "model = fsum(rows)\nroot = sqrt(model)", at=2)
    _star(ready).get_by_role("button", name=re.compile("^Fix")).click()
    preview = _panel(ready).get_by_role("group", name="What the fix changes")
    expect(preview.locator(".nb2prod-mod-new")).to_have_text(re.compile(r"\+from math import fsum, sqrt"))
    assert ready.page.evaluate(SOURCE, 0) == STAR  # nothing has changed yet
    preview.get_by_role("button", name="Apply").click()
    expect(_star(ready)).to_have_count(0)
    assert ready.page.evaluate(SOURCE, 0) == "from math import fsum, sqrt"
    ready.selects(0).runs("notebook:undo-cell-action")
    expect(_star(ready)).to_have_count(1)
    assert ready.page.evaluate(SOURCE, 0) == STAR


def test_a_finding_is_ignored_and_taken_back_with_keys_only(ready: Person) -> None:
    page, panel = ready.page, _panel(ready)
    _types(ready, STAR)
    place = _star(ready).get_by_role("button", name="cell [1], line 1", exact=True)
    place.focus()
    walked = []
    for _ in range(4):
        walked.append(ready.focused())
        if walked[-1].startswith("Ignore"):
            break
        page.keyboard.press("Tab")
    at = "NB107 at cell [1], line 1"
    assert walked == ["cell [1], line 1", f"Explain {at}", f"Ignore {at}"]  # no fix: no name is used
    page.keyboard.press("Enter")
    expect(_star(ready).get_by_role("button", name=f"Ignore {at}")).to_have_count(0)
    expect(ready.cell(0).locator(".nb2prod-Mark")).to_have_count(0)
    assert page.evaluate(IGNORED) == ["NB107"]

    summary = panel.locator("summary", has_text="Ignored (1)")
    summary.focus()
    page.keyboard.press("Enter")
    panel.get_by_role("button", name="Take back: NB107 at cell [1]").focus()
    page.keyboard.press("Enter")
    expect(place).to_be_visible()
    assert page.evaluate(IGNORED) == []


def test_the_score_says_what_would_raise_it(ready: Person) -> None:
    panel = _panel(ready)
    score = panel.locator(".nb2prod-Score > summary")
    expect(score).to_have_text(re.compile(r"ML Test Score\s*0 of 7"))
    score.click()
    panel.locator("summary", has_text="Monitoring").click()
    raised = panel.locator(".nb2prod-ScoreTest:visible .nb2prod-remedy")
    expect(raised.first).to_be_visible()
    _types(ready, STAR)
    expect(_star(ready)).to_be_visible()
    expect(raised.first).to_be_visible()  # what is open stays open


def test_the_badge_opens_the_panel(person: Person, lab: Lab) -> None:
    person.opens(put(lab, "badged", ((None, STAR), *CELLS[1:])))
    expect(_badge(person)).to_have_accessible_name(re.compile("advice"))
    _badge(person).click()
    expect(_star(person)).to_be_visible()
    expect(person.cell(0).locator(".nb2prod-Mark")).to_have_text(STAR)
