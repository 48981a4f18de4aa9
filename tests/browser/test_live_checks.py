"""Looks at the objects of running kernels: what is found stays with its notebook, and goes with an edit."""

from __future__ import annotations

import json
import re
import time
import urllib.request

import pytest

pytest.importorskip("playwright.sync_api", reason="there is no playwright: pip install playwright")

from playwright.sync_api import Locator, expect

from tests.browser.lab import Lab
from tests.browser.person import LOADED, Person, put
from tests.browser.releases import EACH_RELEASE

pytestmark = [pytest.mark.slow, EACH_RELEASE]
LONG = 150_000
"""Milliseconds that kernels and checks may take on a busy machine."""

DATA = """import pandas as pd
from sklearn.linear_model import LogisticRegression

data = pd.DataFrame({{"a": range(60), "{column}": 1, "y": [0] * 30 + [1] * 30}})"""
FIT = """X, y = data.drop(columns="y"), data["y"]
model = LogisticRegression().fit(X, y)"""
ASK = "answer = model.predict(X[:2])"
IDLE = "() => window.jupyterapp.shell.currentWidget.sessionContext.session?.kernel?.status === 'idle'"
EDIT = "text => window.jupyterapp.shell.currentWidget.content.widgets[1].model.sharedModel.setSource(text)"


def _cells(column: str) -> tuple[tuple[str, str], ...]:
    """Return a notebook in which only the objects show that a column has one value."""
    return (("data", DATA.format(column=column)), ("training", FIT), ("inference", ASK))


def _goes_to(person: Person, notebook: str) -> None:
    """Show a notebook beside those that are open."""
    person.runs("docmanager:open", path=notebook)
    is_shown = "path => window.jupyterapp.shell.currentWidget?.context?.path === path"
    person.page.wait_for_function(is_shown, arg=notebook)
    person.page.wait_for_function(LOADED)


def _has_run(person: Person) -> None:
    prompts = person.page.locator(".jp-NotebookPanel:not(.lm-mod-hidden) .jp-InputPrompt")
    person.page.wait_for_function(IDLE, timeout=LONG)  # before, JupyterLab asks which kernel to start
    person.runs("notebook:run-all-cells")
    expect(prompts.nth(2)).to_have_text(re.compile(r"\[\d+\]:"), timeout=LONG)


def _constant(person: Person) -> Locator:
    """Return what the panel says of columns with one value."""
    return person.page.locator("#nb2prod-findings").get_by_role("listitem").filter(has_text="live, NB323")


def _wait_for_jobs(lab: Lab) -> None:
    """Wait, without a look at the page, until the server has no job that runs."""
    request = urllib.request.Request(f"{lab.url}/nb2prod/api/v1/jobs", headers={"Authorization": f"token {lab.token}"})
    deadline = time.monotonic() + LONG / 1000
    while time.monotonic() < deadline:
        with urllib.request.urlopen(request, timeout=20) as answer:
            if all(each["state"] != "running" for each in json.load(answer)["jobs"]):
                return
        time.sleep(0.2)
    raise AssertionError("a job never ended")


def test_two_notebooks_that_are_checked_at_once(person: Person, lab: Lab) -> None:
    first, second = put(lab, "looked", _cells("country")), put(lab, "looked_too", _cells("planet"))
    person.opens(first).opens_sidebar().runs("nb2prod:show-findings")
    _has_run(person)
    _goes_to(person, second)
    _has_run(person)

    _goes_to(person, first)
    person.button("Check live").click()
    expect(person.button("Check live")).to_be_disabled()
    _goes_to(person, second)
    expect(person.button("Check live")).to_be_enabled()
    person.button("Check live").click()
    _wait_for_jobs(lab)
    expect(_constant(person)).to_have_count(1)
    expect(_constant(person)).to_contain_text("planet")

    _goes_to(person, first)
    expect(_constant(person)).to_have_count(1)
    expect(_constant(person)).to_contain_text("country")
    person.page.evaluate(EDIT, "# other")
    expect(_constant(person)).to_have_count(0)
    _goes_to(person, second)
    expect(_constant(person)).to_contain_text("planet")


def test_an_edit_while_the_kernel_is_looked_at(person: Person, lab: Lab) -> None:
    person.opens(put(lab, "edited", _cells("country"))).opens_sidebar().runs("nb2prod:show-findings")
    _has_run(person)
    person.button("Check live").click()
    expect(person.button("Check live")).to_be_disabled()
    person.page.evaluate(EDIT, "# other")
    course = person.page.locator("#nb2prod-findings").get_by_text("Looked at the kernel")
    expect(course).to_be_visible(timeout=LONG)
    expect(_constant(person)).to_have_count(0)
