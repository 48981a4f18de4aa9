"""Sections by toolbar, menu, palette and keys; what happens to cells happens to their bands and to the outline."""

from __future__ import annotations

import pytest

pytest.importorskip("playwright.sync_api", reason="there is no playwright: pip install playwright")

from playwright.sync_api import expect

from tests.browser.lab import Lab
from tests.browser.person import Person, put
from tests.browser.releases import EACH_RELEASE

pytestmark = EACH_RELEASE
STEP = 600
"""Milliseconds after which JupyterLab takes what happens for another step to undo."""

CELLS = (
    ("", "import math"),
    ("data", "rows = [1, 2, 3]"),
    ("training", "def mean(values):\n    return sum(values) / len(values)\n\nmodel = mean(rows)"),
    ("", "rows[:2]"),
    ("evaluation", "error = abs(model - 2)"),
)


@pytest.fixture
def small(person: Person, lab: Lab) -> Person:
    return person.opens(put(lab, "small", CELLS))


def test_a_picker_in_the_toolbar_of_the_cell(small: Person) -> None:
    small.selects(0)
    picker = small.cell(0).get_by_label("Section of the cell")
    expect(picker).to_have_value("")
    picker.select_option("parameters")
    small.waits_for_bands(["parameters", "data", "training", "", "evaluation"])
    expect(picker).to_have_value("parameters")
    picker.select_option("")
    small.waits_for_bands(["", "data", "training", "", "evaluation"])


def test_the_context_menu(small: Person) -> None:
    small.cell(3).locator(".jp-InputPrompt").click(button="right")
    small.page.locator('.lm-Menu-item[data-type="submenu"]', has_text="Section").hover()
    small.page.locator(".lm-Menu-item", has_text="Inference").click()
    small.waits_for_bands(["", "data", "training", "inference", "evaluation"])


def test_the_palette(small: Person) -> None:
    small.selects(3).opens_palette()
    small.page.locator(".lm-CommandPalette-input:visible").fill("section of the selected skip")
    small.page.locator(".lm-CommandPalette-item", has_text="Skip").click()
    small.waits_for_bands(["", "data", "training", "skip", "evaluation"])


@pytest.mark.parametrize("mode", ["command", "edit"])
def test_keys(small: Person, mode: str) -> None:
    before = small.page.evaluate("() => window.jupyterapp.shell.leftCollapsed")
    small.selects(3, mode=mode)
    small.page.wait_for_timeout(100)
    for key, section in enumerate(("parameters", "data", "training", "evaluation", "inference", "skip", ""), 1):
        small.page.keyboard.press(f"Control+Shift+Digit{key}")
        small.waits_for_bands(["", "data", "training", section, "evaluation"])
    source = small.page.evaluate(
        "() => window.jupyterapp.shell.currentWidget.content.widgets[3].model.sharedModel.getSource()"
    )
    assert source == "rows[:2]"
    assert small.page.evaluate("() => window.jupyterapp.shell.leftCollapsed") == before


def test_no_key_of_ours_is_another_s_too(small: Person) -> None:
    clashes = small.page.evaluate(
        """() => {
          const all = window.jupyterapp.commands.keyBindings;
          const ours = all.filter(each => each.command.startsWith('nb2prod:'));
          return ours.filter(our => all.some(
            other => !other.command.startsWith('nb2prod:') && other.keys.join() === our.keys.join())).length
            + (ours.length ? 0 : 1000);
        }"""
    )
    assert clashes == 0


def test_several_cells_in_one_step_back_and_forth(small: Person) -> None:
    before = ["", "data", "training", "", "evaluation"]
    after = ["skip", "skip", "skip", "skip", "evaluation"]
    small.selects(0, 3)
    small.page.keyboard.press("Control+Shift+Digit6")
    small.waits_for_bands(after)
    small.runs("notebook:undo-cell-action").waits_for_bands(before)
    small.runs("notebook:redo-cell-action").waits_for_bands(after)


def test_what_happens_to_a_cell_happens_to_its_band(small: Person) -> None:
    small.opens_sidebar()
    small.selects(1).runs("notebook:move-cell-down").waits_for_bands(["", "training", "data", "", "evaluation"])
    small.selects(2).runs("notebook:copy-cell").runs("notebook:paste-cell-below")
    small.waits_for_bands(["", "training", "data", "data", "", "evaluation"])
    small.page.wait_for_timeout(STEP)
    small.selects(3).runs("notebook:delete-cell").waits_for_bands(["", "training", "data", "", "evaluation"])
    small.runs("notebook:undo-cell-action").waits_for_bands(["", "training", "data", "data", "", "evaluation"])
    small.runs("notebook:redo-cell-action").waits_for_bands(["", "training", "data", "", "evaluation"])
    small.selects(1, 2).runs("notebook:merge-cells").waits_for_bands(["", "data", "", "evaluation"])  # the active one's
    small.selects(3).runs("notebook:change-cell-to-markdown").waits_for_bands(["", "data", "", ""])
    assert small.tags()[3] == "evaluation"  # kept for when it is code again
    small.selects(3).runs("notebook:change-cell-to-code").waits_for_bands(["", "data", "", "evaluation"])
    expect(small.group("Evaluation").locator(".nb2prod-number")).to_have_text(["[4]"])
    outline = small.outline()
    assert (outline["Training"], outline["Evaluation"], outline["Data"]) == ([], ["[4]"], ["[2]"])


def test_both_halves_of_a_cell_that_is_split_keep_its_section(small: Person) -> None:
    small.selects(2, mode="edit")
    small.page.keyboard.press("Control+Home")
    small.page.keyboard.press("ArrowDown")
    small.page.keyboard.press("ArrowDown")
    small.runs("notebook:split-cell-at-cursor")
    small.waits_for_bands(["", "data", "training", "training", "", "evaluation"])


def test_markdown_has_no_section(small: Person) -> None:
    small.selects(3).runs("notebook:change-cell-to-markdown")
    small.runs("nb2prod:tag-cell", section="data").waits_for_bands(["", "data", "training", "", "evaluation"])
    assert small.tags()[3] == ""


def test_a_comment_names_the_section_too_and_is_followed(small: Person) -> None:
    small.selects(3, mode="edit")
    small.page.keyboard.press("Control+Home")
    small.page.keyboard.type("# nb2prod: skip\n")
    small.waits_for_bands(["", "data", "training", "skip", "evaluation"])


def test_what_a_save_writes_is_what_the_command_line_reads(small: Person, lab: Lab) -> None:
    from nb2prod.analysis.cells import describe_cells
    from nb2prod.analysis.dataflow import analyse
    from nb2prod.notebook.read import read_notebook

    small.selects(0).runs("nb2prod:tag-cell", section="parameters")
    small.waits_for_bands(["parameters", "data", "training", "", "evaluation"])
    with small.page.expect_response(lambda answer: answer.request.method == "PUT" and "small.ipynb" in answer.url):
        small.runs("docmanager:save")
    notebook = read_notebook(lab.root / "small.ipynb")
    sections = [str(cell.cell.section or "") for cell in describe_cells(notebook, analyse(notebook))]
    assert sections == ["parameters", "data", "training", "", "evaluation"]
