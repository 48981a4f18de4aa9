"""The page of a service in a browser: a person fills in the form, is told what is wrong, and gets an answer."""

from __future__ import annotations

import json
import os
import re
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from http.client import HTTPConnection
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect

from nb2prod.render import render
from tests.browser.service_form import fill, watched
from tests.templates.sample import finish, plan_of


@pytest.fixture(scope="module")
def repository(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a repository whose records are rows of a table."""
    return finish(render(plan_of("churn"), tmp_path_factory.mktemp("page")))


@contextmanager
def served(repository: Path, **settings: str) -> Iterator[str]:
    """Start the service as a process of its own and give its address."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    environment = {**os.environ, "PYTHONPATH": str(repository / "src"), "PORT": str(port), "LOG_LEVEL": "error"}
    command = [sys.executable, "-m", f"{repository.name}.service"]
    process = subprocess.Popen(command, cwd=repository, env={**environment, **settings})
    try:
        until = time.monotonic() + 60
        while not answers(port):
            assert process.poll() is None and time.monotonic() < until
            time.sleep(0.1)
        yield f"http://127.0.0.1:{port}/"
    finally:
        process.terminate()
        process.wait(timeout=30)


def answers(port: int) -> bool:
    connection = HTTPConnection("127.0.0.1", port, timeout=30)
    try:
        connection.request("GET", "/readyz")
        return connection.getresponse().status == 200
    except OSError:
        return False
    finally:
        connection.close()


@pytest.fixture(scope="module")
def address(repository: Path) -> Iterator[str]:
    with served(repository) as address:
        yield address


@pytest.fixture
def page(chromium: Browser) -> Iterator[Page]:
    """Return a page that has met no error, and asked no other host, when the test is over."""
    with watched(chromium) as page:
        yield page


def rows(repository: Path) -> tuple[list[Any], list[Any]]:
    folder = repository / "tests/parity"
    requests, responses = (json.loads((folder / f"{each}.json").read_text()) for each in ("requests", "responses"))
    return requests, responses


def test_the_form_gets_the_notebooks_answers(page: Page, address: str, repository: Path) -> None:
    page.goto(address)
    for record, response in list(zip(*rows(repository), strict=True))[:3]:
        fill(page, record)
        page.get_by_role("button", name="Ask").click()
        expect(page.locator("#prediction")).to_contain_text(said(response))
        expect(page.locator("#problem")).to_be_hidden()


def said(response: Any) -> str:
    """Return what the page says of an answer, or of its first value."""
    value = next(iter(response.values())) if isinstance(response, dict) else response
    return str(value).lower() if isinstance(value, bool) else str(value)


def test_what_is_wrong_is_said_beside_the_field(page: Page, address: str, repository: Path) -> None:
    page.goto(address)
    schema = json.loads((repository / "src/churn/schema.json").read_text())["request"]
    number = next(field for field in schema["fields"] if field["type"] in ("number", "integer"))
    control = page.get_by_label(number["name"], exact=True)
    control.fill("many")
    page.get_by_role("button", name="Ask").click()
    expect(control).to_have_attribute("aria-invalid", "true")
    expect(page.locator("#answer")).to_be_hidden()
    box = control.locator("..").locator(".wrong")
    expect(box).to_contain_text("must be a")


def test_what_the_model_has_never_seen_is_said_beside_the_field(page: Page, address: str, repository: Path) -> None:
    page.goto(address)
    fill(page, {**rows(repository)[0][0], "age": 99})
    page.get_by_role("button", name="Ask").click()
    expect(page.locator("#answer")).to_be_visible()
    box = page.get_by_label("age", exact=True).locator("..").locator(".wrong")
    expect(box).to_have_text("This is beyond what the model has seen.")
    fill(page, rows(repository)[0][0])
    page.get_by_role("button", name="Ask").click()
    expect(box).to_have_text("")


def test_a_key_is_asked_for_where_one_is_needed(page: Page, repository: Path, tmp_path: Path) -> None:
    settings = {"AUTH": "keys", "API_KEYS_FILE": str(tmp_path / "keys.json")}
    make = [sys.executable, "-m", "churn.service.keys", "add", "somebody"]
    environment = {**os.environ, "PYTHONPATH": str(repository / "src"), **settings}
    key = subprocess.run(
        make, env=environment, cwd=repository, capture_output=True, text=True, check=True
    ).stdout.strip()
    with served(repository, **settings) as address:
        page.goto(address)
        expect(page.get_by_role("button", name="Ask")).to_be_hidden()
        page.get_by_label("Your key").fill("wrong")
        page.get_by_role("button", name="Go on").click()
        expect(page.locator("#problem")).to_contain_text("A valid key")
        page.get_by_label("Your key").fill(key)
        page.get_by_role("button", name="Go on").click()
        page.get_by_role("button", name="Ask").click()
        expect(page.locator("#answer")).to_be_visible()
        assert key not in page.content() and key not in page.url


def test_an_answer_is_explained_by_bars(page: Page, address: str, repository: Path) -> None:
    page.goto(address)
    record = rows(repository)[0][0]
    fill(page, record)
    page.get_by_role("button", name="Ask").click()
    page.get_by_role("button", name="Why?").click()
    bars = page.locator(".bars").first
    expect(bars.locator(".name")).to_have_count(len(record))
    expect(bars.locator(".of")).to_contain_text("on average")
    numbers = [float(text.replace("\u2212", "-")) for text in bars.locator(".added").all_inner_texts()]
    assert numbers == sorted(numbers, key=abs, reverse=True)
    widths = [box["width"] for box in (part.bounding_box() for part in bars.locator(".track span").all()) if box]
    assert widths == sorted(widths, reverse=True) and widths[0] > 20
    page.get_by_role("button", name="Ask").click()
    expect(page.get_by_role("button", name="Why?")).to_be_visible()
    expect(page.locator(".bars")).to_have_count(0)


@pytest.mark.parametrize(("asks", "sure"), [("100", False), ("20000", True)], ids=["few mixes", "all mixes"])
def test_how_far_bars_may_be_off_is_said(page: Page, repository: Path, asks: str, sure: bool) -> None:
    with served(repository, EXPLAIN_ASKS=asks, EXPLAIN_SECONDS="60") as address:
        page.goto(address)
        page.get_by_role("button", name="Ask").click()
        page.get_by_role("button", name="Why?").click()
        words = page.locator(".bars .of").first
        expect(words).to_contain_text("on average.")
        said = re.search(r"A bar may be off by (\S+)\.$", words.inner_text())
        assert (said is None) == sure
        assert sure or float(said[1]) > 0


@pytest.mark.parametrize(("kind", "start"), [("table", "on average"), ("text", "without any word")])
def test_where_bars_start_is_said(page: Page, address: str, kind: str, start: str) -> None:
    page.goto(address)
    expect(page.get_by_role("button", name="Ask")).to_be_visible()
    shown = "{of: 'chance', value: 0.75, base: 0.5, contributions: [{name: 'a', contribution: 0.25}]}"
    said = page.evaluate(
        f"kind => {{ request.kind = kind; return bars({shown}).querySelector('.of').textContent; }}", kind
    )
    assert said == f"chance: 0.75, from 0.5 {start}."


def test_what_is_off_by_less_than_the_digits_show_is_not_said(page: Page, address: str) -> None:
    page.goto(address)
    said = (
        "([error, ...more]) => doubt([{ standard_error: error }, ...more.map(each => ({ standard_error: each }))], 70)"
    )
    assert page.evaluate(said, [1e-14, 2e-15]) == page.evaluate("() => doubt([{}, {}], 70)") == ""
    assert page.evaluate(said, [0.1234, 0.01]) == " A bar may be off by 0.12."
    assert page.evaluate(said, [0.1234, None]) == " How far a bar may be off is not known."


def test_links_lead_to_what_else_there_is_to_look_at(page: Page, address: str) -> None:
    page.goto(address)
    links = page.locator("footer a")
    expect(links.last).to_have_text("Drift")  # nobody has computed what matters to this model
    links.last.click()
    expect(page).to_have_url(f"{address}drift")
    expect(page.get_by_text("make train")).to_be_visible()


def test_without_explanations_there_is_no_button(page: Page, repository: Path) -> None:
    with served(repository, EXPLAIN="false") as address:
        page.goto(address)
        page.get_by_role("button", name="Ask").click()
        expect(page.locator("#answer")).to_be_visible()
        expect(page.get_by_role("button", name="Why?")).to_be_hidden()


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_it_can_be_read_in_the_light_and_in_the_dark(chromium: Browser, address: str, scheme: str) -> None:
    context = chromium.new_context(color_scheme=scheme)  # type: ignore[arg-type]
    try:
        page = context.new_page()
        page.goto(address)
        page.get_by_role("button", name="Ask").click()
        expect(page.locator("#answer")).to_be_visible()
        page.get_by_role("button", name="Why?").click()
        expect(page.locator(".bars").first).to_be_visible()
        for place in ("body", "#answer", "#version", "#ask", ".bars .of", ".bars .added"):
            assert contrast(page, place) >= 4.5, place
        folder = os.environ.get("NB2PROD_PICTURES")
        if folder:
            page.screenshot(path=f"{folder}/service-page-{scheme}.png", full_page=True)
    finally:
        context.close()


CONTRAST = """
place => {
  const light = text => {
    const [r, g, b] = text.match(/[\\d.]+/g).map(Number).map(c => c / 255)
      .map(c => (c <= 0.04045 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4));
    return 0.2126 * r + 0.7152 * g + 0.0722 * b;
  };
  const element = document.querySelector(place);
  let behind = element;
  while (getComputedStyle(behind).backgroundColor === 'rgba(0, 0, 0, 0)') behind = behind.parentElement;
  const two = [getComputedStyle(element).color, getComputedStyle(behind).backgroundColor];
  const [bright, dark] = two.map(light).sort((a, b) => b - a);
  return (bright + 0.05) / (dark + 0.05);
}
"""


def contrast(page: Page, place: str) -> float:
    """Return the contrast of a place's text, as WCAG 2.2 defines it; 4.5 is asked of ordinary text."""
    return float(page.evaluate(CONTRAST, place))
