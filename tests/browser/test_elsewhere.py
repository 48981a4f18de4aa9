"""Without the server's part, in Notebook 7, with settings of one's own, and two people in the same notebook."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

pytest.importorskip("playwright.sync_api", reason="there is no playwright: pip install playwright")

from playwright.sync_api import BrowserContext, expect

from tests.browser.lab import Lab, running_lab
from tests.browser.person import Person, put
from tests.browser.releases import ALONE, EACH_RELEASE, environment

CELLS = (("", "import math"), ("data", "rows = [1, 2]"), ("training", "model = sum(rows)"), ("", "model"))
IN_ONE_ALONE = pytest.mark.parametrize("lab", [ALONE], indirect=True)


@IN_ONE_ALONE
def test_without_the_server_s_part_cells_are_tagged_and_the_rest_is_said(person: Person, lab: Lab) -> None:
    person.opens(put(lab, "alone", CELLS)).opens_sidebar()
    expect(person.sidebar.get_by_role("status").first).to_contain_text("This server has no part of nb2prod")
    for button in (person.button("Suggest…"), person.button("Export…")):
        expect(button).to_be_disabled()
        expect(button).to_have_attribute("title", "This server has no part of nb2prod")
    for command in ("nb2prod:suggest-sections", "nb2prod:export-notebook"):  # as a key of somebody's own would
        person.runs(command)
    person.page.wait_for_timeout(300)
    expect(person.sidebar.get_by_role("alert")).to_have_count(0)
    expect(person.page.locator(".jp-Dialog")).to_have_count(0)
    person.selects(3)
    person.page.keyboard.press("Control+Shift+Digit5")
    person.waits_for_bands(["", "data", "training", "inference"])
    expect(person.group("Inference").get_by_role("listitem")).to_have_count(1)


@IN_ONE_ALONE
def test_settings_choose_colours_and_take_the_bands_away(person: Person, lab: Lab) -> None:
    person.opens(put(lab, "coloured", CELLS))
    band = person.cell(1).locator(".nb2prod-Band")
    expect(band).to_be_hidden()
    person.page.evaluate("() => document.body.classList.remove('nb2prod-mod-noBands')")
    expect(band).to_have_css("background-color", "rgb(255, 238, 0)")
    expect(band).to_have_css("color", "rgb(0, 0, 0)")  # white could not be read on it
    # what is no colour is left alone
    expect(person.cell(2).locator(".nb2prod-Band")).to_have_css("background-color", "rgb(17, 119, 51)")


@EACH_RELEASE
def test_notebook_7(person: Person, lab: Lab) -> None:
    person.opens(put(lab, "seven", CELLS), app="notebooks")
    person.selects(3)
    person.page.keyboard.press("Control+Shift+Digit4")
    person.waits_for_bands(["", "data", "training", "evaluation"])
    person.cell(3).get_by_label("Section of the cell").select_option("inference")
    person.waits_for_bands(["", "data", "training", "inference"])
    person.opens_sidebar()
    expect(person.group("Inference").get_by_role("listitem")).to_have_count(1)
    expect(person.picture).to_have_accessible_name("Data gives rows to Training; Training gives model to Inference")
    expect(person.button("Export…")).to_be_enabled()


@pytest.fixture
def shared(extension: None, tmp_path: Path) -> Iterator[Lab]:
    """A server for people who work together."""
    python = environment("NB2PROD_COLLABORATION_PYTHON", "jupyter-collaboration", "make collaboration")
    with running_lab(tmp_path, server_part=False, python=python) as lab:
        yield lab


def test_two_people_in_one_notebook(profile: BrowserContext, shared: Lab) -> None:
    notebook = put(shared, "ours", CELLS)
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
