"""What the extension leaves undone while a notebook is being opened, and does once it is there."""

from __future__ import annotations

import re

import pytest

pytest.importorskip("playwright.sync_api", reason="there is no playwright: pip install playwright")

from playwright.sync_api import Request, expect

from tests.browser.lab import Lab
from tests.browser.person import Person, put
from tests.browser.releases import EACH_RELEASE

pytestmark = EACH_RELEASE

CELLS = (("data", "rows = [1, 2, 3]"), ("training", "model = sum(rows)"), ("evaluation", "from math import *"))
BADGE = re.compile(r"^Readiness: .*\d")
OURS = "/nb2prod/api/v1/"
UNPAINTED = """async path => {
  const sleep = time => new Promise(done => setTimeout(done, time));
  const app = window.jupyterapp, draw = window.requestAnimationFrame, held = [];
  const here = () => app.shell.currentWidget?.context;
  window.requestAnimationFrame = work => held.push(work);
  try {
    void app.commands.execute('docmanager:open', { path });
    while (here()?.path !== path) { await sleep(10); }
    await here().ready;
    await sleep(500);
  } finally {
    window.requestAnimationFrame = draw;
    held.forEach(work => draw(work));
  }
}"""
"""Opens a notebook while no frame is drawn; returns half a second after it is loaded, and frames are drawn again."""


def test_nothing_is_asked_before_the_notebook_is_painted(person: Person, lab: Lab) -> None:
    person.opens(put(lab, "before", CELLS))
    expect(person.page.get_by_role("button", name=BADGE)).to_be_visible()
    path = put(lab, "opening", CELLS)
    asked: list[str] = []

    def hear(request: Request) -> None:
        if OURS in request.url:
            asked.append(request.url.partition(OURS)[2].partition("?")[0])

    person.page.on("request", hear)
    person.page.evaluate(UNPAINTED, path)
    assert asked == []

    opened = person.page.locator(".jp-NotebookPanel:visible")
    expect(opened.get_by_role("button", name=BADGE)).to_be_visible()
    expect(opened.locator(".nb2prod-mod-section")).to_have_count(len(CELLS))
    while "outline" not in asked:
        person.page.wait_for_timeout(100)
    # nothing for the panel of the runs, which nobody sees
    assert set(asked) == {"findings", "outline"}
    person.page.remove_listener("request", hear)
