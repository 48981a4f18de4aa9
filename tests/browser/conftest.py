"""One server and one Chromium for all these tests, and a fresh page for each.

They live as long as the tests here run and no longer: the browser has an event loop in this thread, and other tests
want one of their own.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tests.browser.lab import BUILT, FLAGS, Lab, running_lab
from tests.browser.person import Person

if TYPE_CHECKING:
    from playwright.sync_api import Browser, BrowserContext, Page

OURS = "nb2prod"
"""What stands in the errors that are our business: JupyterLab has some of its own."""
SIZE = {"width": 1280, "height": 860}


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
        pytest.skip("the JupyterLab extension is not built: make lab, or jlpm build in labextension/")


@pytest.fixture(scope="package")
def lab(extension: None, chromium: Browser, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Lab]:
    """A server that all tests share."""
    with running_lab(tmp_path_factory.mktemp("lab")) as found:
        yield found


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
    errors: list[str] = []
    page.on("pageerror", lambda error: errors.append(error.stack or str(error)))
    page.on("console", lambda said: errors.append(said.text) if said.type == "error" else None)
    yield page
    page.close()
    assert [error for error in errors if OURS in error and "Failed to load resource" not in error] == []


@pytest.fixture
def person(page: Page, lab: Lab) -> Person:
    """Somebody before the page, and the server that all tests share."""
    return Person(page, lab)
