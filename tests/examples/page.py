"""The page at ``/`` in Chromium, light and dark: the form is filled in from the notebook's rows, the answer is read."""

from __future__ import annotations

import json

from playwright.sync_api import Page, expect

from tests.browser.pictures import browsing
from tests.browser.service_form import answered, fill, watched
from tests.examples.example import Example, How

ROWS = 3
SCHEMES = ("light", "dark")
PATIENCE = 60_000
"""Milliseconds for an answer or an explanation: the machine may have other things to do."""


def page(example: Example, how: How) -> str:
    """Ask rows with different answers, have the last one explained, and write a picture of each scheme."""
    places = different(example)
    how.pictures.mkdir(parents=True, exist_ok=True)
    expect.set_options(timeout=PATIENCE)
    with example.serving() as port, browsing() as browser:
        for scheme in SCHEMES:
            with watched(browser, color_scheme=scheme) as opened:
                opened.goto(f"http://127.0.0.1:{port}/")
                for place in places:
                    _ask(opened, example, place)
                bars = _explained(opened)
                wide = opened.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
                assert wide == 0, f"the page is {wide} pixels wider than its window"
                opened.screenshot(path=how.pictures / f"{example.repository.name}-{scheme}.png", full_page=True)
    return f"{len(places)} answers equal, light and dark, {bars} bars; no error, no other host"


def different(example: Example) -> list[int]:
    """Return the places of rows with different answers, as far as there are any, those with all values first."""
    whole = sorted(range(len(example.requests)), key=lambda place: "null" in json.dumps(example.requests[place]))
    firsts = {json.dumps(example.responses[place]): place for place in reversed(whole)}
    return list(firsts.values())[::-1][:ROWS]


def _ask(page: Page, example: Example, place: int) -> None:
    fill(page, example.requests[place])
    page.get_by_role("button", name="Ask").click()
    expect(page.locator("#answer")).to_be_visible()
    expect(page.locator("#problem")).to_be_hidden()
    example.agree([answered(page, example.responses[place])], [place])


def _explained(page: Page) -> int:
    """Ask why, and return how many bars came."""
    page.get_by_role("button", name="Why?").click()
    expect(page.locator("#why")).to_be_enabled()
    expect(page.locator("#problem")).to_be_hidden()
    expect(page.locator(".bars").first).to_be_visible()
    return page.locator(".bars .added").count()
