"""What people need who see little, hear the page, or use no mouse: contrast, names, roles, focus, little motion."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import pytest

pytest.importorskip("playwright.sync_api", reason="there is no playwright: pip install playwright")

from playwright.sync_api import expect

from tests.browser.lab import Lab
from tests.browser.person import Person, put, put_example

ALL = (
    ("", "import math\n\n\ndef mean(values):\n    return math.fsum(values) / len(values)"),
    ("parameters", "depth = 3"),
    ("data", "rows = [1, 2, 3, depth]"),
    ("training", "model = mean(rows)"),
    ("evaluation", "error = abs(model - 2)"),
    ("inference", "model + depth"),
    ("skip", "print(1)"),
    ("", "rows"),
)

CONTRASTS = """() => {
  const canvas = document.createElement('canvas').getContext('2d', {willReadFrequently: true});
  const pixel = colours => {
    canvas.clearRect(0, 0, 1, 1);
    for (const colour of colours) { canvas.fillStyle = colour; canvas.fillRect(0, 0, 1, 1); }
    return [...canvas.getImageData(0, 0, 1, 1).data].slice(0, 3);
  };
  const light = rgb => rgb
    .map(value => value / 255)
    .map(share => share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4)
    .reduce((sum, share, at) => sum + share * [0.2126, 0.7152, 0.0722][at], 0);
  const behind = node => {
    const found = [];
    for (let each = node; each; each = each.parentElement) {
      found.unshift(getComputedStyle(each).backgroundColor);
    }
    return ['#fff', ...found];
  };
  const ratio = (front, back) => {
    const [a, b] = [light(pixel([...back, front])), light(pixel(back))];
    return (Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05);
  };
  const found = [];
  const roots = ['#nb2prod-sidebar', '.nb2prod-Band', '.nb2prod-SectionPicker', '.nb2prod-ExportForm',
    '.nb2prod-Badge'];
  for (const root of document.querySelectorAll(roots.join())) {
    for (const node of [root, ...root.querySelectorAll('*')]) {
      const says = [...node.childNodes].some(child => child.nodeType === 3 && child.textContent.trim());
      if (!says || !node.checkVisibility() || node.closest(':disabled, title, .nb2prod-heard')) { continue; }
      const style = getComputedStyle(node);
      const front = node instanceof SVGElement ? style.fill : style.color;
      found.push([Math.round(ratio(front, behind(node)) * 100) / 100, node.className?.baseVal ?? node.className,
        node.textContent.trim().slice(0, 40)]);
    }
  }
  return found;
}"""

NAMELESS = """() => [...document.querySelectorAll(
  '#nb2prod-sidebar :is(button, input, select, summary, a, svg[role], [tabindex]), .nb2prod-SectionPicker select')]
  .filter(node => !(node.getAttribute('aria-label') || node.textContent.trim() || node.labels?.length))
  .map(node => node.outerHTML.slice(0, 120))"""


@pytest.fixture(params=["Light", "Dark"])
def theme(person: Person, lab: Lab, request: pytest.FixtureRequest) -> Iterator[str]:
    """A theme, which is that of the page until the test has ended."""
    chosen = str(request.param)
    person.opens(put_example(lab, tagged=False, stem="read-first"))
    wears(person, chosen)
    yield chosen
    wears(person, "Light")


def wears(person: Person, theme: str) -> None:
    """Have the page wear a theme."""
    person.page.wait_for_function("() => document.body.dataset.jpThemeLight")  # the one that it begins with
    person.runs("apputils:change-theme", theme=f"JupyterLab {theme}")
    person.page.wait_for_function(
        "isLight => document.body.dataset.jpThemeLight === isLight", arg=str(theme == "Light").lower()
    )


def test_all_text_can_be_read(person: Person, lab: Lab, theme: str) -> None:
    page = person.opens_sidebar().page
    expect(person.sidebar).to_contain_text("No cell has a section yet")
    found: list[Any] = page.evaluate(CONTRASTS)
    person.button("Suggest…").click()
    person.button("Accept all").wait_for()
    found += page.evaluate(CONTRASTS)
    assert page.evaluate(NAMELESS) == []

    person.opens(put(lab, "read", ALL)).opens_sidebar()
    expect(person.group("No section")).to_contain_text("comes along")
    person.waits_for_bands(["along training", "parameters", "data", "training", "evaluation", "inference", "skip", ""])
    found += page.evaluate(CONTRASTS)
    assert page.evaluate(NAMELESS) == []
    person.runs("nb2prod:show-findings")
    page.locator("#nb2prod-findings").get_by_role("button", name=re.compile("^Explain")).first.click()
    page.locator(".nb2prod-Page h2").first.wait_for()
    found += page.evaluate(CONTRASTS)
    assert page.evaluate(NAMELESS) == []
    person.runs("nb2prod:show-runs")
    form = page.get_by_label("Run with parameters")
    form.get_by_label("Sweep", exact=True).check()
    form.get_by_label("vary").check()
    form.get_by_label("values of depth").fill("1,x")
    expect(form.get_by_role("status")).not_to_have_text("")
    found += page.evaluate(CONTRASTS)
    assert page.evaluate(NAMELESS) == []
    person.runs("nb2prod:export-notebook")
    page.locator(".nb2prod-ExportForm").wait_for()
    found += page.evaluate(CONTRASTS)
    assert len(found) > 100
    assert [each for each in found if each[0] < 4.5] == []


def test_headings_and_lists_are_what_they_look_like(person: Person, lab: Lab) -> None:
    person.opens(put(lab, "structure", ALL)).opens_sidebar()
    levels = person.page.evaluate(
        "() => [...document.querySelectorAll('#nb2prod-sidebar :is(h1,h2,h3,h4,h5,h6)')].map(h => h.tagName)"
    )
    assert set(levels) == {"H3", "H4"}
    assert levels[0] == "H3"  # the panel, and its sections below it
    expect(person.group("Data").get_by_role("heading", level=4)).to_contain_text("Data")
    expect(person.group("Data").get_by_role("list").get_by_role("listitem")).to_have_count(1)
    small = person.page.evaluate(
        """() => [...document.querySelectorAll('#nb2prod-sidebar button')]
          .map(node => node.getBoundingClientRect())
          .filter(box => box.height && (box.height < 24 || box.width < 24)).length"""
    )
    assert small == 0


def test_a_band_takes_nothing_away(person: Person, lab: Lab) -> None:
    """It lies on neither JupyterLab's collapser nor the prompt, on a cell of one line and on one that is collapsed."""
    person.opens(put(lab, "narrow", ALL))
    person.selects(2).runs("notebook:hide-cell-code")
    over = """at => {
      const cell = window.jupyterapp.shell.currentWidget.content.widgets[at].node;
      const band = cell.querySelector('.nb2prod-Band').getBoundingClientRect();
      const others = [...cell.querySelectorAll('.jp-Collapser-child, .jp-InputArea-editor, .jp-Placeholder-content')]
        .map(node => node.getBoundingClientRect()).filter(box => box.width && box.height);
      return [band.height, others.filter(box => box.left < band.right && box.right > band.left
        && box.top < band.bottom && box.bottom > band.top).length];
    }"""
    for at in (1, 2, 3):
        height, covered = person.page.evaluate(over, at)
        assert height >= 16
        assert covered == 0


def test_nothing_moves_where_people_want_little_motion(person: Person, lab: Lab) -> None:
    person.page.emulate_media(reduced_motion="reduce")
    person.opens(put(lab, "still", ALL)).opens_sidebar()
    moving = person.page.evaluate(
        """() => [...document.querySelectorAll('.nb2prod-OutlinePanel *')].filter(node => {
          const style = getComputedStyle(node);
          return style.animationName !== 'none' || parseFloat(style.transitionDuration) > 0;
        }).length"""
    )
    person.page.emulate_media(reduced_motion="no-preference")
    assert moving == 0
