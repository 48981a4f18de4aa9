"""Without the server's part, in Notebook 7, with settings of one's own, and two people in the same notebook."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

pytest.importorskip("playwright.sync_api", reason="there is no playwright: pip install playwright")

from playwright.sync_api import Browser, BrowserContext, Page, expect

from tests.browser.lab import Lab, running_lab
from tests.browser.person import Person, notebook_of, put

CELLS = (("", "import math"), ("data", "rows = [1, 2]"), ("training", "model = sum(rows)"), ("", "model"))
BARE = {
    "nb2prod:bands": {"bands": False, "colours": {"data": "#ffee00", "training": "no colour"}},
}


@pytest.fixture(scope="module")
def bare(extension: None, chromium: Browser, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Lab]:
    """A server that has no part of ours, and settings."""
    with running_lab(tmp_path_factory.mktemp("bare"), BARE, server_part=False) as found:
        yield found


def test_without_the_server_s_part_cells_are_tagged_and_the_rest_is_said(page: Page, bare: Lab) -> None:
    person = Person(page, bare).opens(put(bare, "alone", notebook_of(*CELLS))).opens_sidebar()
    expect(person.sidebar.get_by_role("status").first).to_contain_text("This server has no part of nb2prod")
    expect(person.button("Suggest…")).to_be_disabled()
    expect(person.button("Export…")).to_be_disabled()
    person.selects(3)
    page.keyboard.press("Control+Shift+Digit5")
    person.waits_for_bands(["", "data", "training", "inference"])
    expect(person.group("Inference").get_by_role("listitem")).to_have_count(1)


def test_settings_choose_colours_and_take_the_bands_away(page: Page, bare: Lab) -> None:
    person = Person(page, bare).opens(put(bare, "coloured", notebook_of(*CELLS)))
    band = person.cell(1).locator(".nb2prod-Band")
    expect(band).to_be_hidden()
    page.evaluate("() => document.body.classList.remove('nb2prod-mod-noBands')")
    expect(band).to_have_css("background-color", "rgb(255, 238, 0)")
    expect(band).to_have_css("color", "rgb(0, 0, 0)")  # white could not be read on it
    # what is no colour is left alone
    expect(person.cell(2).locator(".nb2prod-Band")).to_have_css("background-color", "rgb(17, 119, 51)")


def test_notebook_7(person: Person, lab: Lab) -> None:
    page = person.page
    person.opens(put(lab, "seven", notebook_of(*CELLS)), app="notebooks")
    person.selects(3)
    page.keyboard.press("Control+Shift+Digit4")
    person.waits_for_bands(["", "data", "training", "evaluation"])
    person.cell(3).get_by_label("Section of the cell").select_option("inference")
    person.waits_for_bands(["", "data", "training", "inference"])
    person.opens_sidebar()
    expect(person.group("Inference").get_by_role("listitem")).to_have_count(1)
    expect(person.sidebar.get_by_role("img")).to_have_accessible_name(
        "Data gives rows to Training; Training gives model to Inference"
    )
    expect(person.button("Export…")).to_be_enabled()


@pytest.fixture
def shared(extension: None, tmp_path: Path) -> Iterator[Lab]:
    """A server for people who work together."""
    python = os.environ.get("NB2PROD_COLLABORATION_PYTHON", "")
    if not python:
        pytest.skip("NB2PROD_COLLABORATION_PYTHON names no Python of an environment with jupyter-collaboration")
    found = subprocess.run([python, "-c", "import jupyter_collaboration, pydantic"], capture_output=True, text=True)
    if found.returncode:
        pytest.skip(f"{python} has no jupyter-collaboration: {found.stderr.strip().splitlines()[-1]}")
    with running_lab(tmp_path, server_part=False, python=python) as lab:
        yield lab


def test_two_people_in_one_notebook(profile: BrowserContext, shared: Lab) -> None:
    notebook = put(shared, "ours", notebook_of(*CELLS))
    ann, bob = (Person(profile.new_page(), shared).opens(notebook) for _ in range(2))
    assert ann.page.evaluate("() => window.jupyterapp.shell.currentWidget.context.model.collaborative")
    ann.selects(0).runs("nb2prod:tag-cell", section="parameters")
    for each in (ann, bob):
        each.waits_for_bands(["parameters", "data", "training", ""])
    bob.selects(3).runs("nb2prod:tag-cell", section="inference")
    for each in (ann, bob):
        each.waits_for_bands(["parameters", "data", "training", "inference"])
    ann.runs("notebook:undo-cell-action")  # takes back what she did, not what he did
    for each in (ann, bob):
        each.waits_for_bands(["", "data", "training", "inference"])
    bob.opens_sidebar()
    expect(bob.group("Inference").get_by_role("listitem")).to_have_count(1)
    for each in (ann, bob):
        each.page.close()
