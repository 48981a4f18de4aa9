"""The outline and the suggestions: what they show, and what can be done with them, by mouse and by keys."""

from __future__ import annotations

import re

import pytest

pytest.importorskip("playwright.sync_api", reason="there is no playwright: pip install playwright")

from playwright.sync_api import expect

from tests.browser.lab import Lab
from tests.browser.person import Person, put, put_example
from tests.browser.releases import EACH_RELEASE

pytestmark = EACH_RELEASE

CELLS = (
    ("", "import math\n\n\ndef mean(values):\n    return math.fsum(values) / len(values)"),
    ("data", "rows = [1, 2, 3]"),
    ("training", "model = mean(rows)"),
    ("evaluation", "error = abs(model - 2)"),
)


@pytest.fixture
def small(person: Person, lab: Lab) -> Person:
    return person.opens(put(lab, "outlined", CELLS)).opens_sidebar()


def test_from_nothing_to_sections(person: Person, lab: Lab) -> None:
    person.opens(put_example(lab, tagged=False, stem="untagged")).opens_sidebar()
    expect(person.sidebar).to_contain_text("No cell has a section yet")
    nothing = person.bands()
    assert set(nothing) == {""}

    person.button("Suggest…").click()
    suggestions = person.sidebar.get_by_label("Suggestions")
    expect(suggestions.get_by_role("heading")).to_have_text("11 suggestions")
    one = suggestions.get_by_role("listitem").filter(has_text="[12]")
    expect(one).to_contain_text("calls fit on model")
    expect(one.locator("code", has_text="fit")).to_have_text(["model.fit(X_train, y_train)", "fit"])
    expect(one).to_contain_text("97 %")

    person.button("Accept Training for cell [12]").click()
    expect(suggestions.get_by_role("heading")).to_have_text("10 suggestions")
    assert [tags for tags in person.tags() if tags] == ["training"]
    person.button("Do not: Accept Data for cell [3]").click()
    expect(suggestions.get_by_role("heading")).to_have_text("9 suggestions")
    person.button("Accept all").click()
    expect(suggestions).to_have_count(0)
    accepted = person.tags()
    assert accepted.count("data") == 2
    assert set(accepted) == {"", "parameters", "data", "training", "evaluation", "inference"}
    left = person.page.locator(".nb2prod-mod-along")  # what was not accepted comes along all the same
    expect(left).to_have_attribute("aria-description", re.compile(r"^Comes along with Data: cell \[5\] needs raw"))

    # all of what was accepted at once is one step
    person.runs("notebook:undo-cell-action").waits_for_tags(
        [tags if tags == "training" and at == 18 else "" for at, tags in enumerate(accepted)]
    )
    person.runs("notebook:redo-cell-action").waits_for_tags(accepted)


def test_a_model_of_several_is_chosen(person: Person, lab: Lab) -> None:
    cells = (
        ("", "import pandas as pd\nfrom sklearn.linear_model import LinearRegression, Ridge"),
        ("", "table = pd.read_csv('data/diabetes.csv')"),
        ("", "X = table.drop(columns='target')\ny = table['target']"),
        ("", "plain = LinearRegression().fit(X, y)"),
        ("", "ridge = Ridge().fit(X, y)"),
        ("", "ridge.predict(X.head())"),
    )
    person.opens(put(lab, "models", cells)).opens_sidebar()
    person.button("Suggest…").click()
    served = person.sidebar.get_by_label("Model to serve")
    expect(served).to_have_value("ridge@5")
    served.select_option("plain@4")
    expect(person.sidebar.get_by_label("Model to serve")).to_have_value("plain@4")


def test_a_cell_that_comes_along_says_why(small: Person) -> None:
    small.waits_for_bands(["along training", "data", "training", "evaluation"])
    assert "needs mean from it" in small.seen()[0]["words"]
    expect(small.group("No section")).to_contain_text("comes along: cell [3] (Training) needs mean")
    small.cell(0).locator(".nb2prod-Band").hover()
    shown = small.page.evaluate(
        "() => getComputedStyle(document.querySelector('.nb2prod-mod-along > .nb2prod-Band'), '::after').content"
    )
    assert "needs mean from it" in shown
    # skip takes it out, and nothing comes along any more
    small.selects(0).runs("nb2prod:tag-cell", section="skip")
    small.waits_for_bands(["skip", "data", "training", "evaluation"])
    expect(small.group("Skip").locator(".nb2prod-number")).to_have_text(["[1]"])


def test_the_picture_says_what_flows(small: Person) -> None:
    picture = small.picture
    expect(picture).to_have_role("img")
    expect(picture).to_have_accessible_name("Data gives rows to Training; Training gives model to Evaluation")
    expect(small.group("Training")).to_contain_text("rows")
    small.selects(1).runs("nb2prod:tag-cell", section="")
    expect(picture).to_have_accessible_name("Training gives model to Evaluation")


def test_a_click_leads_to_the_cell(small: Person) -> None:
    small.selects(0)
    small.button("[3] model = mean(rows)").click()
    expect(small.cell(2)).to_have_class(re.compile("jp-mod-active"))


def test_a_cell_is_dragged_to_another_section(small: Person) -> None:
    small.waits_for_bands(["along training", "data", "training", "evaluation"])
    with small.in_a_tall_window():  # where both places can be seen
        expect(small.picture).to_be_visible()  # what is below it stays where it is now
        small.settles(small.group("Evaluation"))
        small.drags(small.button("[2] rows = [1, 2, 3]"), small.group("Evaluation"))
    small.waits_for_bands(["along training", "evaluation", "training", "evaluation"])
    expect(small.group("Evaluation").locator(".nb2prod-number")).to_have_text(["[2]", "[4]"])
    small.runs("notebook:undo-cell-action").waits_for_bands(["along training", "data", "training", "evaluation"])


def test_a_cell_is_moved_with_keys_and_keeps_the_focus(small: Person) -> None:
    small.waits_for_bands(["along training", "data", "training", "evaluation"])
    small.button("[2] rows = [1, 2, 3]").focus()
    for section in ("training", "evaluation", "inference", "skip"):
        small.page.keyboard.press("Alt+ArrowDown")
        small.page.wait_for_function(
            "section => document.activeElement?.closest('.nb2prod-Group')?.dataset.nb2prodSection === section",
            arg=section,
        )
    small.page.keyboard.press("Alt+ArrowUp")
    small.waits_for_bands(["along training", "inference", "training", "evaluation"])
    expect(small.sidebar.locator(".nb2prod-SectionGroups [role=status]")).to_have_text("Cell [2] moved to: Inference")


def test_everything_is_done_with_keys_only(person: Person, lab: Lab) -> None:
    person.opens(put_example(lab, tagged=False, stem="by-keys")).opens_sidebar()
    page = person.page
    expect(person.button("Suggest…")).to_be_enabled()  # once the server has said that it has our part
    person.button("Suggest…").focus()
    page.keyboard.press("Enter")
    accept = person.button("Accept all")
    accept.wait_for()
    walked = []
    person.button("Suggest…").focus()
    for _ in range(8):
        walked.append(person.focused())
        if walked[-1] == "Accept all":
            break
        page.keyboard.press("Tab")
    assert walked == ["Suggest…", "Export…", "Accept all"]
    outlined = page.evaluate("() => getComputedStyle(document.activeElement).outlineStyle")
    assert outlined == "solid"
    page.keyboard.press("Enter")
    expect(person.group("Training").get_by_role("listitem")).to_have_count(3)
