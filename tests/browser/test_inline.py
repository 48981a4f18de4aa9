"""Readiness inside the notebook: what ``%readiness`` shows in JupyterLab, kept fresh, by mouse and by keys."""

from __future__ import annotations

import json
import re
from itertools import count
from typing import TYPE_CHECKING, Any

import pytest

from tests.browser.person import Person, put
from tests.browser.pictures import LEAKY

if TYPE_CHECKING:
    from playwright.sync_api import Locator

NUMBERS = count(1)
IDLE = "() => window.jupyterapp.shell.currentWidget.sessionContext.session?.kernel?.status === 'idle'"
HOSTILE = "<img src=x onerror=\"document.title = 'taken'\">"
PLANTED = f"""
from nb2prod import readiness
from nb2prod.rules.model import *
text = {HOSTILE!r}
picture = {{"kind": "bars", "title": text, "bars": [{{"label": text, "value": 1, "note": text}}]}}
view = readiness()
view._long.found = (Found(Rule("NB999", text, Severity.ERROR), Finding(text, remedy=text, picture=picture)),)
view._show()
view
"""
SLOWLY = """
import time
quickly = LogisticRegression.predict
LogisticRegression.predict = lambda self, rows: (time.sleep(4), quickly(self, rows))[1]
"""
CONTRAST = """root => {
  const channel = value => { const c = value / 255; return c <= 0.03928 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4; };
  const parse = text => text.match(/[\\d.]+/g).map(Number);
  const light = ([r, g, b]) => 0.2126 * channel(r) + 0.7152 * channel(g) + 0.0722 * channel(b);
  const behind = element => {
    for (let each = element; each; each = each.parentElement) {
      const colour = parse(getComputedStyle(each).backgroundColor);
      if (colour.length === 3 || colour[3] > 0.99) { return colour; }
    }
    return [255, 255, 255];
  };
  const found = [];
  for (const each of root.querySelectorAll('*')) {
    const own = [...each.childNodes].some(node => node.nodeType === Node.TEXT_NODE && node.textContent.trim());
    if (!own || !each.checkVisibility()) { continue; }
    const style = getComputedStyle(each);
    const written = each.namespaceURI.includes('svg') ? style.fill : style.color;
    const [one, two] = [light(parse(written)), light(behind(each))];
    const ratio = (Math.max(one, two) + 0.05) / (Math.min(one, two) + 0.05);
    if (ratio < 4.5) { found.push([each.textContent.slice(0, 40), written, ratio]); }
  }
  return found;
}"""
"""Texts of too little contrast: below 4.5 to 1 (WCAG 2.2, 1.4.3)."""


@pytest.fixture
def before(person: Person) -> Locator:
    """The list that somebody has before them who ran a notebook and then ``%readiness``."""
    person.opens(put(person.lab, f"leaky-{next(NUMBERS)}", LEAKY))  # JupyterLab keeps the kernel of each notebook
    person.page.wait_for_function(IDLE)
    person.runs("notebook:run-all-cells")
    shown = person.page.locator(".nb2prod-Readiness")
    shown.get_by_text("default_rng").first.wait_for()
    return shown


def checks(shown: Locator) -> dict[str, str]:
    """Return the states of the long checks by their titles."""
    found = shown.locator(".check").evaluate_all(
        "rows => rows.map(row => [row.children[1].textContent, row.dataset.state])"
    )
    return dict(found)


def test_findings_are_seen_explained_and_chosen_by_severity(person: Person, before: Locator) -> None:
    from playwright.sync_api import expect

    expect(before).to_have_attribute("aria-label", re.compile(r"Readiness of leaky-\d+\.ipynb"))
    warning = before.get_by_role("list", name="Warnings").get_by_role("listitem").filter(has_text="default_rng")
    expect(warning.first).to_contain_text("cell [2], line 1")
    explain = warning.first.locator("summary")
    explain.focus()
    person.page.keyboard.press("Enter")
    expect(warning.first.locator(".page")).to_contain_text("## Why is this bad")
    person.page.get_by_label("Show", exact=True).select_option("errors")
    expect(before.get_by_role("list", name="Warnings")).to_be_hidden()
    person.page.get_by_label("Show", exact=True).select_option("all findings")
    expect(before.get_by_role("list", name="Warnings")).to_be_visible()


def test_with_the_extension_it_goes_to_cells_and_shows_fixes(person: Person, before: Locator) -> None:
    from playwright.sync_api import expect

    row = before.locator(".finding").filter(has_text="default_rng")
    row.get_by_role("button", name="cell [2], line 1", exact=True).click()
    person.page.wait_for_function("() => window.jupyterapp.shell.currentWidget.content.activeCellIndex === 2")
    assert person.page.evaluate("() => window.jupyterapp.shell.currentWidget.content.mode") == "edit"
    row.get_by_role("button", name="Fix").click()
    dialog = person.page.locator(".jp-Dialog")
    expect(dialog).to_contain_text("Fix NB201")
    dialog.get_by_role("button", name="Apply").click()
    expect(dialog).to_have_count(0)
    sources = (
        "() => [...window.jupyterapp.shell.currentWidget.content.model.cells].map(each => each.sharedModel.source)"
    )
    assert not [each for each in person.page.evaluate(sources) if "default_rng()" in each]


def test_it_is_fresh_after_a_cell_has_run_and_keeps_what_is_open(person: Person, before: Locator) -> None:
    from playwright.sync_api import expect

    row = before.locator(".finding").filter(has_text="default_rng")
    person.page.get_by_role("button", name="Run the long checks").click()
    kept = before.locator(".finding").filter(has_text="has another value in each row")
    kept.locator("summary").click()
    person.page.evaluate(
        """() => {
          const cell = window.jupyterapp.shell.currentWidget.content.model.cells.get(2).sharedModel;
          cell.setSource(cell.getSource().replace('default_rng()', 'default_rng(0)'));
        }"""
    )
    expect(row).to_have_count(1)
    person.selects(2)
    person.runs("notebook:run-cell")
    expect(row).to_have_count(0)
    expect(before.locator(".notes")).to_contain_text("cell [2] is checked as run")
    expect(kept.locator(".page")).to_be_visible()


def test_long_checks_show_how_far_they_are_and_what_they_find(person: Person, before: Locator) -> None:
    from playwright.sync_api import expect

    person.page.evaluate(
        """() => { window.seen = new Set(); new MutationObserver(() => {
          document.querySelectorAll('.nb2prod-Readiness .check').forEach(row => window.seen.add(row.dataset.state));
        }).observe(document.body, { subtree: true, childList: true, attributes: true }); }"""
    )
    person.page.get_by_role("button", name="Run the long checks").click()
    expect(before.get_by_text("has another value in each row")).to_be_visible(timeout=60_000)
    expect(before.locator(".check[data-state=waiting], .check[data-state=running]")).to_have_count(0, timeout=90_000)
    found = checks(before)
    assert found["Identifier feature"] == "failed"
    assert found["Too few rows"] == "passed"
    assert set(person.page.evaluate("() => [...window.seen]")) >= {"waiting", "running", "passed", "failed"}
    figure = before.locator("figure svg").first
    expect(figure).to_have_attribute("role", "img")
    assert figure.get_attribute("aria-label")


def test_long_checks_are_cancelled(person: Person, before: Locator) -> None:
    from playwright.sync_api import expect

    person.page.evaluate(
        """source => window.jupyterapp.shell.currentWidget.sessionContext.session.kernel
          .requestExecute({ code: source }).done.then(() => null)""",
        SLOWLY,
    )
    person.page.get_by_role("button", name="Run the long checks").click()
    expect(before.locator(".check progress").first).to_be_visible(timeout=30_000)
    person.page.get_by_role("button", name="Cancel").click()
    expect(before.get_by_text("stopped before").first).to_be_visible(timeout=5_000)
    expect(person.page.get_by_role("button", name="Run the long checks")).to_be_enabled()


def test_what_a_notebook_says_stays_text(person: Person) -> None:
    from playwright.sync_api import expect

    person.opens(put(person.lab, "hostile", ((None, "import os"), (None, PLANTED))))
    person.page.wait_for_function(IDLE)
    person.runs("notebook:run-all-cells")
    expect(person.page.locator(".nb2prod-Readiness .what").first).to_have_text(HOSTILE)
    expect(person.page.locator(".nb2prod-Readiness figcaption")).to_contain_text(HOSTILE)
    person.page.locator(".nb2prod-Readiness .finding summary").first.click()
    assert person.page.locator(".nb2prod-Readiness img").count() == 0
    assert person.page.title() != "taken"


@pytest.mark.parametrize("theme", ["JupyterLab Light", "JupyterLab Dark"])
def test_texts_have_contrast_in_both_themes(person: Person, before: Locator, theme: str) -> None:
    person.runs("apputils:change-theme", theme=theme)
    try:
        dark = str("Dark" in theme).lower()
        person.page.locator(f".nb2prod-Readiness[data-dark={dark}]").wait_for()
        for each in before.locator("summary").all():
            if each.is_visible():
                each.click()
        before.locator("details.group:not([open]) > summary").evaluate_all("all => all.forEach(each => each.click())")
        assert before.evaluate(CONTRAST) == []
    finally:
        person.runs("apputils:change-theme", theme="JupyterLab Light")


def test_a_saved_notebook_has_the_list_for_those_who_show_no_widgets(person: Person, before: Locator) -> None:
    person.page.evaluate("() => window.jupyterapp.shell.currentWidget.context.save()")
    name = str(person.page.evaluate("() => window.jupyterapp.shell.currentWidget.context.path"))
    saved: dict[str, Any] = json.loads((person.lab.root / name).read_text())
    (output,) = saved["cells"][-1]["outputs"]
    html = "".join(output["data"]["text/html"])
    assert "default_rng" in html
    assert "<script" not in html
    assert f"Readiness of {name}" in "".join(output["data"]["text/plain"])
