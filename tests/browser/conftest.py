"""One Chromium for all these tests, one server for each release, and before it one page that stays open.

They live as long as the tests here run and no longer: the browser has an event loop in this thread, and other tests
want one of their own. JupyterLab takes seconds to load and a notebook half a second to open, so somebody sits before
the same page in all tests; those that want a page of their own take one.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tests.browser.lab import BUILT, FLAGS, Lab, running_lab
from tests.browser.person import Person
from tests.browser.releases import ALONE, NEWEST, OLDEST, oldest
from tests.labextension.conftest import is_stale

if TYPE_CHECKING:
    from playwright.sync_api import Browser, BrowserContext, Page

OURS = "nb2prod"
"""What stands in the errors that are our business: JupyterLab has some of its own."""
OWN = {"nb2prod:bands": {"bands": False, "colours": {"data": "#ffee00", "training": "no colour"}}}
"""Settings of somebody's own."""
SIZE = {"width": 1280, "height": 860}


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Give each test here a second try, which the summary names: the browser shares the machine with other tests."""
    here = Path(__file__).parent
    for item in items:
        if here in item.path.parents:
            item.add_marker(pytest.mark.flaky(reruns=1))


@pytest.fixture(autouse=True)
def jp_asyncio_loop() -> None:
    """Leave the event loop to the browser; pytest-jupyter would make one and close it."""


@pytest.fixture(autouse=True)
def jp_server_cleanup() -> None:
    """Nothing to clean up: the servers here are processes."""


@pytest.fixture(scope="package")
def chromium() -> Iterator[Browser]:
    """A browser."""
    found = os.environ.get("NB2PROD_CHROMIUM") or shutil.which("chromium") or shutil.which("chromium-browser")
    if found is None:
        pytest.skip("there is no chromium: apt-get install chromium, or say where it is in NB2PROD_CHROMIUM")
    from playwright.sync_api import expect, sync_playwright

    expect.set_options(timeout=20_000)
    with sync_playwright() as tool:
        browser = tool.chromium.launch(executable_path=found, chromium_sandbox=os.geteuid() != 0, args=FLAGS)
        yield browser
        browser.close()


@pytest.fixture(scope="package")
def extension() -> None:
    """Skip where there is no extension to be looked at."""
    from jupyter_core.paths import jupyter_path

    installed = [Path(path, "nb2prod", "package.json") for path in jupyter_path("labextensions")]
    if not any(path.is_file() for path in [BUILT / "package.json", *installed]):
        pytest.skip("the JupyterLab extension is not built: make labextension")
    if (BUILT / "package.json").is_file() and is_stale(BUILT.parent):
        pytest.skip("the JupyterLab extension was built from other sources than those that are here: make labextension")


@pytest.fixture(scope="package")
def labs(
    extension: None, chromium: Browser, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Callable[[str], Lab]]:
    """The servers that all tests share, by their release, each started when it is first asked for."""
    with ExitStack() as running:

        @cache
        def found(release: str) -> Lab:
            python = oldest() if release == OLDEST else ""
            home = tmp_path_factory.mktemp(release)
            settings = OWN if release == ALONE else None
            return running.enter_context(running_lab(home, settings, server_part=release != ALONE, python=python))

        yield found


@pytest.fixture
def lab(labs: Callable[[str], Lab], request: pytest.FixtureRequest) -> Lab:
    """The server of the release that the test is for: the newest, unless it is marked otherwise."""
    return labs(getattr(request, "param", NEWEST))


@pytest.fixture(scope="package")
def profile(chromium: Browser) -> Iterator[BrowserContext]:
    """A browser that has been there before: it need not load JupyterLab anew for each page."""
    context = chromium.new_context(viewport=SIZE)
    context.set_default_timeout(30_000)
    yield context
    context.close()


@pytest.fixture
def page(profile: BrowserContext) -> Iterator[Page]:
    """A page of its own; an error of ours in it fails the test."""
    page = profile.new_page()
    errors = errors_of(page)
    yield page
    page.close()
    assert errors == []


@pytest.fixture(scope="package")
def desks(profile: BrowserContext) -> dict[str, tuple[Page, list[str]]]:
    """The pages that stay open, by the address of their server, each with the errors of ours in it."""
    return {}


@pytest.fixture
def person(
    desks: dict[str, tuple[Page, list[str]]], profile: BrowserContext, lab: Lab, request: pytest.FixtureRequest
) -> Iterator[Person]:
    """Somebody before the page that stays open; an error of ours in it fails the test."""
    if lab.url not in desks:
        new = profile.new_page()
        desks[lab.url] = (new, errors_of(new))
    page, errors = desks[lab.url]
    page.bring_to_front()  # pages behind another one are slow
    before = request.session.testsfailed
    yield Person(page, lab)
    if errors or request.session.testsfailed > before:  # who knows what it left behind
        del desks[lab.url]
        page.close()
    assert errors == []


def errors_of(page: Page) -> list[str]:
    """Return a list that grows by each error in the page that is our business."""
    errors: list[str] = []

    def add(text: str) -> None:
        if OURS in text and "Failed to load resource" not in text:
            errors.append(text)

    page.on("pageerror", lambda error: add(error.stack or str(error)))
    page.on("console", lambda said: add(said.text) if said.type == "error" else None)
    return errors
