"""What a service says of drift, as a person sees it: which columns have changed, and by how much."""

from __future__ import annotations

import json
import os
import time
from collections.abc import Iterator
from http.client import HTTPConnection
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Browser, expect

from nb2prod.render import render
from tests.browser.test_page import contrast, served
from tests.templates.sample import finish, plan_of, run_in
from tests.templates.test_drift import more_customers

RECORDS = 300


@pytest.fixture(scope="module")
def repository(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a repository that knows of enough rows to tell drift by."""
    made = finish(render(plan_of("churn"), tmp_path_factory.mktemp("drift")))
    more_customers(made, 0)
    for module in ("churn.pipeline", "churn.service.drift.making"):
        assert run_in(made, "-m", module).returncode == 0
    return made


def sent(address: str, method: str, path: str, body: Any = None) -> Any:
    connection = HTTPConnection(urlsplit(address).netloc, timeout=30)
    try:
        text = None if body is None else json.dumps(body)
        connection.request(method, path, text, {"content-type": "application/json"})
        answer = connection.getresponse()
        assert answer.status == 200, answer.read()
        return json.loads(answer.read())
    finally:
        connection.close()


@pytest.fixture(scope="module")
def address(repository: Path) -> Iterator[str]:
    """Return the address of a service that older people ask than before, some of whom do not tell their plan."""
    records = json.loads((repository / "tests/parity/requests.json").read_text())
    older = [
        {**each, "age": each["age"] + 15, "plan": None if n % 3 else each["plan"]} for n, each in enumerate(records)
    ]
    with served(repository, DRIFT_MOST="100000") as address:
        for start in range(0, RECORDS, len(older)):
            sent(address, "POST", "/predict", {"records": older[: RECORDS - start]})
        until = time.monotonic() + 60
        while sent(address, "GET", "/drift")["state"] != "drift":
            assert time.monotonic() < until
            time.sleep(0.2)
        yield address


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_a_person_sees_what_has_drifted(chromium: Browser, address: str, scheme: str) -> None:
    context = chromium.new_context(color_scheme=scheme)  # type: ignore[arg-type]
    page = context.new_page()
    said: list[str] = []
    asked: list[str] = []
    page.on("console", lambda message: said.append(message.text))
    page.on("request", lambda request: asked.append(request.url))
    try:
        page.goto(f"{address}drift")
        expect(page.get_by_role("heading", level=1)).to_have_text("Drift")
        drifted = page.locator("article", has=page.locator(".drifted"))
        names = drifted.locator("h3").all_inner_texts()
        assert {"age drifted", "plan drifted"} <= set(names)
        expect(page.locator("article").filter(has_text="income").locator(".drifted")).to_have_count(0)
        plot = drifted.filter(has_text="plan").get_by_role("img", name="Shares of plan")
        before, now = plot.locator("rect.before").last, plot.locator("rect.now").last
        assert (now.bounding_box() or {})["height"] > 1.5 * (before.bounding_box() or {})["height"]
        for place in ("h1", ".why", ".soft", ".drifted", ".ends"):
            assert contrast(page, place) >= 4.5, place
        folder = os.environ.get("NB2PROD_PICTURES")
        if folder:
            page.screenshot(path=f"{folder}/service-drift-{scheme}.png", full_page=True)
    finally:
        context.close()
    assert all(url.startswith(address) for url in asked), asked
    assert not said


def test_it_fits_on_a_telephone(chromium: Browser, address: str) -> None:
    page = chromium.new_page(viewport={"width": 360, "height": 640})
    try:
        page.goto(f"{address}drift")
        assert page.evaluate("document.documentElement.scrollWidth") <= 360
    finally:
        page.close()
