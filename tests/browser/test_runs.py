"""Runs from the browser: asked for by type, refused beside the field, made, swept, seen again, compared, exported."""

from __future__ import annotations

import pytest

pytest.importorskip("playwright.sync_api", reason="there is no playwright: pip install playwright")

from playwright.sync_api import Locator, expect

from tests.browser.lab import Lab
from tests.browser.person import Person, put
from tests.browser.releases import EACH_RELEASE

pytestmark = pytest.mark.slow
LONG = 90_000
"""Milliseconds that a run may take on a busy machine."""

PARAMETERS = """\
import datetime
import time
from typing import Literal, Optional

depth: int = 2  # of the trees
rate = 0.5
kind: Literal["small", "large"] = "small"  # what is made
is_fast = True
until: datetime.date = datetime.date(2024, 1, 31)
names = ["a", "b"]
limit: Optional[int] = None
pause = 0.0"""
CELLS = (
    ("parameters", PARAMETERS),
    ("data", "time.sleep(pause)\nprint(depth, kind, until, names, limit)\nrows = [[1.0], [2.0]]"),
    ("training", "weight = depth * rate"),
    ("evaluation", "score = weight * 2"),
    ("inference", "row = {'x': 1.0}\nanswer = row['x'] * weight"),
)


@pytest.fixture
def panel(person: Person) -> Locator:
    """The panel, once the notebook is open."""
    return person.sidebar.locator(".nb2prod-RunsPanel")


def shows(person: Person, lab: Lab, stem: str) -> Person:
    """Open a notebook of its own and the panel of its runs."""
    person.opens(put(lab, stem, CELLS)).opens_sidebar().runs("nb2prod:show-runs")
    expect(person.sidebar.get_by_label("Run with parameters")).to_be_visible()
    return person


def rows(panel: Locator) -> Locator:
    return panel.locator(".nb2prod-Runs tbody tr")


def runs(panel: Locator, count: int) -> None:
    """Run what the form has, and wait until so many runs have succeeded."""
    panel.locator("button[type=submit]").click()
    expect(panel.locator('[data-nb2prod-status="succeeded"]')).to_have_count(count, timeout=LONG)


@EACH_RELEASE
def test_a_run_by_types_is_refused_beside_the_field_made_and_opened(person: Person, lab: Lab, panel: Locator) -> None:
    shows(person, lab, "typed")
    depth = panel.get_by_label("depth", exact=True).locator("input")
    expect(depth).to_have_attribute("type", "number")
    expect(depth).to_have_value("2")
    expect(panel.get_by_role("group", name="depth")).to_contain_text("of the trees")
    expect(panel.get_by_role("combobox", name="kind")).to_have_value("small")
    expect(panel.get_by_role("checkbox", name="is_fast")).to_be_checked()
    expect(panel.locator("#nb2prod-run-until")).to_have_attribute("type", "date")
    expect(panel.locator("textarea#nb2prod-run-names")).to_have_value('["a", "b"]')
    expect(panel.locator("#nb2prod-run-limit")).to_have_attribute("placeholder", "null")

    depth.fill("2.5")
    expect(panel.get_by_role("group", name="depth").get_by_role("status")).to_contain_text("int")
    expect(depth).to_have_attribute("aria-invalid", "true")
    expect(panel.get_by_role("button", name="Run", exact=True)).to_be_disabled()
    depth.fill("4")
    expect(panel.get_by_role("group", name="depth").get_by_role("status")).to_have_text("")
    panel.get_by_role("combobox", name="kind").select_option("large")
    panel.locator("#nb2prod-run-until").fill("2025-02-28")
    panel.locator("#nb2prod-run-limit").fill("7")
    panel.locator("#nb2prod-run-names").fill("[c, 1]")
    expect(panel.get_by_role("button", name="Run", exact=True)).to_be_enabled()
    runs(panel, 1)
    row = rows(panel).first
    expect(row).to_contain_text("succeeded")
    expect(row).to_contain_text("4")

    row.get_by_role("checkbox").check()
    details = panel.get_by_role("region", name="Run ")
    expect(panel.locator(".nb2prod-Facts")).to_contain_text("score")
    expect(details.first).to_be_visible()
    panel.get_by_role("button", name="Open", exact=True).click()
    shown = person.page.locator(".jp-NotebookPanel:not(.lm-mod-hidden) .jp-OutputArea-output", has_text="2025-02-28")
    expect(shown).to_contain_text("4 large 2025-02-28 ['c', 1] 7")
    expect(rows(panel)).to_have_count(1), "the panel stays with the notebook that was run"


def test_a_sweep_goes_on_while_the_page_is_reloaded_and_is_plotted(person: Person, lab: Lab, panel: Locator) -> None:
    shows(person, lab, "swept")
    panel.get_by_label("Sweep", exact=True).check()
    expect(panel.locator("button[type=submit]")).to_be_disabled()
    panel.get_by_role("group", name="depth").get_by_label("vary").check()
    panel.get_by_label("values of depth").fill("1..x")
    expect(panel.get_by_role("group", name="depth").get_by_role("status")).not_to_have_text("")
    panel.get_by_label("values of depth").fill("1..3")
    panel.get_by_role("group", name="rate").get_by_label("vary").check()
    panel.get_by_label("values of rate").fill("0.1, 0.2")
    panel.locator("#nb2prod-run-pause").fill("1.5")
    panel.get_by_text("Metric, number of runs, workers").click()
    panel.get_by_label("Metric", exact=True).fill("score")
    panel.get_by_label("Runs at once").fill("1")
    expect(panel.locator("button[type=submit]")).to_have_text("Sweep, 6 runs")
    panel.locator("button[type=submit]").click()
    expect(rows(panel)).to_have_count(6, timeout=LONG)

    person.reloads().opens_sidebar().runs("nb2prod:show-runs")
    expect(rows(panel)).to_have_count(6)
    expect(panel.locator('[data-nb2prod-status="succeeded"]')).to_have_count(6, timeout=LONG)
    expect(panel.get_by_label("How far it is")).to_have_count(0)
    headings = panel.locator(".nb2prod-Runs thead").inner_text().split()
    assert {"depth", "rate", "score"} <= set(headings)
    assert "kind" not in headings
    circles = panel.locator(".nb2prod-RunsPlot circle")
    expect(circles).to_have_count(6)
    expect(panel.locator(".nb2prod-RunsPlot polyline")).to_have_count(2)
    panel.get_by_label("Parameter of the plot").select_option("rate")
    expect(panel.locator(".nb2prod-RunsPlot polyline")).to_have_count(3)

    rows(panel).nth(0).get_by_role("checkbox").check()
    rows(panel).nth(5).get_by_role("checkbox").check()
    panel.get_by_role("button", name="Compare").click()
    compared = panel.get_by_label("Two runs compared")
    expect(compared.get_by_role("row").filter(has_text="score")).to_contain_text("+1")
    expect(compared.get_by_role("row").filter(has_text="depth")).to_contain_text("3")
    compared.get_by_text("Cell [2] shows something else").click()
    expect(compared.locator("pre")).to_contain_text("+3 small")


def test_a_run_that_is_cancelled_is_interrupted_and_one_that_fails_says_where(
    person: Person, lab: Lab, panel: Locator
) -> None:
    shows(person, lab, "ended")
    panel.locator("#nb2prod-run-pause").fill("60")
    expect(panel.locator("button[type=submit]")).to_be_enabled()
    panel.locator("button[type=submit]").click()
    expect(rows(panel).first).to_contain_text("cell 2 of 5", timeout=LONG)
    panel.get_by_role("button", name="Cancel").click()
    expect(rows(panel).first).to_contain_text("interrupted", timeout=LONG)
    panel.locator("#nb2prod-run-pause").fill("-1")
    expect(panel.locator("button[type=submit]")).to_be_enabled()
    panel.locator("button[type=submit]").click()
    expect(rows(panel).first).to_contain_text("failed", timeout=LONG)
    rows(panel).first.get_by_role("checkbox").check()
    expect(panel.locator(".nb2prod-Chosen .nb2prod-warning")).to_contain_text(
        "cell [2]: ValueError: sleep length must be non-negative"
    )


def test_a_run_is_exported_with_its_parameters(person: Person, lab: Lab, panel: Locator) -> None:
    shows(person, lab, "chosen")
    panel.get_by_label("depth", exact=True).locator("input").fill("5")
    panel.locator("#nb2prod-run-rate").fill("0.25")
    runs(panel, 1)
    panel.get_by_role("button", name="Defaults").click()
    expect(panel.get_by_label("depth", exact=True).locator("input")).to_have_value("2")
    rows(panel).first.get_by_role("checkbox").check()
    panel.get_by_role("button", name="Export…").click()
    form = person.page.locator(".nb2prod-ExportForm")
    expect(form.get_by_label("depth")).to_have_value("5")
    expect(form.get_by_label("rate")).to_have_value("0.25")
    person.page.locator(".jp-Dialog").get_by_role("button", name="Cancel", exact=True).click()

    panel.get_by_label("Keep what an export needs").check()
    runs(panel, 2)
    rows(panel).nth(1).get_by_role("checkbox").uncheck()
    rows(panel).first.get_by_role("checkbox").check()
    panel.get_by_role("button", name="Export…").click()
    expect(form).to_contain_text("is taken as it was")
    expect(form.get_by_label("depth")).to_have_count(0)
    form.get_by_label("Prove").select_option("none")
    person.page.get_by_role("button", name="Export", exact=True).click()
    job = person.sidebar.locator(".nb2prod-Job").first
    expect(job.locator(".nb2prod-state")).to_have_text("done", timeout=LONG)
