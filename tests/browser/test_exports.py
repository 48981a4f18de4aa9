"""Exports from the browser: stages, a reload and a server's restart on the way, the proof, again, cancelled, failed."""

from __future__ import annotations

import time

import pytest

pytest.importorskip("playwright.sync_api", reason="there is no playwright: pip install playwright")

from playwright.sync_api import Locator, expect

from tests.browser.lab import Lab
from tests.browser.person import Person, put, put_example
from tests.browser.releases import EACH_RELEASE

pytestmark = pytest.mark.slow
LONG = 150_000
"""Milliseconds that an export may take on a busy machine."""

DATA = "from sklearn.linear_model import LinearRegression\n\nX, y = [[1.0], [2.0], [3.0]], [1.0, 2.0, 3.0]"
FIT = "model = LinearRegression().fit(X, y)"
ASK = "answer = model.predict([[4.0]])"


def exports(person: Person, verify: str = "fast") -> Locator:
    """Fill in the form and start; return what the panel shows of the newest export."""
    person.runs("nb2prod:export-notebook")
    form = person.page.locator(".nb2prod-ExportForm")
    form.get_by_label("Prove").select_option(verify)
    person.page.get_by_role("button", name="Export", exact=True).click()
    form.wait_for(state="detached")
    path = person.page.evaluate("() => window.jupyterapp.shell.currentWidget.context.path")
    expect(newest(person).locator("h4")).to_have_attribute("title", path)  # and not the one before
    return newest(person)


def newest(person: Person) -> Locator:
    return person.sidebar.locator(".nb2prod-Job").first


@EACH_RELEASE
def test_the_proof_after_a_reload_and_a_row_to_try(person: Person, lab: Lab) -> None:
    person.opens(put_example(lab, stem="leave")).opens_sidebar()
    job = exports(person)
    expect(job.locator(".nb2prod-state")).to_have_text("running")
    expect(job.locator(".nb2prod-mod-now")).to_contain_text("Run it", timeout=LONG)
    assert job.bounding_box()["height"] > 100  # type: ignore[index]

    person.reloads().opens_sidebar()
    job = newest(person)
    expect(job.locator(".nb2prod-state")).to_have_text("running")
    expect(job.get_by_label("The proof")).to_be_visible(timeout=LONG)
    expect(job.locator(".nb2prod-state")).to_have_text("done")
    expect(job.get_by_role("row", name="Answers as the notebook")).to_contain_text("✓ 188 of 188 rows equal")
    expect(job.locator(".nb2prod-mod-done")).to_have_count(8)
    assert (lab.root / "leave" / "src" / "leave" / "training.py").is_file()

    job.get_by_role("button", name="Try it").click()
    service = newest(person)
    expect(service.locator("h4")).to_contain_text("Service leave")
    service.get_by_role("button", name="Ask").click(timeout=LONG)
    expect(service.locator(".nb2prod-answer code")).to_have_text('"leave alone"')
    service.get_by_label("MonthlyCharges").fill("much")
    service.get_by_role("button", name="Ask").click()
    expect(service.locator(".nb2prod-warning")).to_contain_text("The service refuses it (HTTP 422)")
    service.get_by_role("button", name="Stop").click()
    expect(service.locator(".nb2prod-state")).to_have_text("stopped", timeout=LONG)

    person.sidebar.get_by_role("button", name="Open", exact=True).click()
    expect(person.page.locator(".jp-DirListing-item", has_text="Makefile")).to_be_visible()
    person.opens_sidebar()
    person.sidebar.get_by_role("button", name="Terminal").click()
    expect(person.page.locator(".jp-Terminal")).to_be_visible()


def test_a_server_that_is_away_meanwhile_and_an_export_again(person: Person, lab: Lab) -> None:
    cells = (
        ("parameters", "depth = 4"),
        ("data", DATA),
        ("training", f"import time\n\ntime.sleep(depth)\n{FIT}"),
        ("inference", ASK),
    )
    person.opens(put(lab, "away", cells)).opens_sidebar()
    job = exports(person)
    expect(job).to_contain_text("cell 3 of 4", timeout=LONG)
    lab.stop()
    time.sleep(1)
    lab.start()
    expect(job.get_by_label("The proof")).to_be_visible(timeout=LONG)
    expect(job.locator(".nb2prod-state")).to_have_text("done")

    # again, with another value; JupyterLab has told of the server that was gone, so the page is a new one
    person.leaves().opens("away.ipynb").opens_sidebar()
    person.page.evaluate(
        """() => {
          const cells = window.jupyterapp.shell.currentWidget.content.model.sharedModel.cells;
          cells[0].setSource('depth = 0');
        }"""
    )
    jobs = person.sidebar.locator(".nb2prod-Job")
    expect(jobs.first).to_be_attached()
    before = jobs.count()
    job = exports(person)
    expect(jobs).to_have_count(before + 1)
    expect(job.get_by_label("The proof")).to_be_visible(timeout=LONG)
    expect(job.locator(".nb2prod-state")).to_have_text("done")
    settings = (lab.root / "away" / "src" / "away" / "parameters.py").read_text()
    assert "depth: int = 0" in settings, settings
    job.get_by_text("What this export has changed").click()
    expect(job.locator(".nb2prod-mod-new", has_text="depth: int = 0")).to_be_visible()
    job.get_by_role("button", name="Forget").click()
    expect(jobs).to_have_count(before)


@EACH_RELEASE
def test_from_notebook_7(person: Person, lab: Lab) -> None:
    cells = (("data", DATA), ("", FIT), ("inference", ASK))
    person.opens(put(lab, "seventh", cells), app="notebooks")
    person.selects(1)
    person.page.keyboard.press("Control+Shift+Digit3")
    person.waits_for_bands(["data", "training", "inference"]).opens_sidebar()
    job = exports(person, "none")
    expect(job.locator(".nb2prod-state")).to_have_text("done", timeout=LONG)
    expect(job.locator(".nb2prod-place")).to_have_text("seventh")
    assert (lab.root / "seventh" / "src" / "seventh" / "training.py").is_file()


def test_one_that_is_cancelled_leaves_nothing(person: Person, lab: Lab) -> None:
    cells = (("data", DATA), ("training", f"import time\n\ntime.sleep(60)\n{FIT}"), ("inference", ASK))
    person.opens(put(lab, "slow", cells)).opens_sidebar()
    job = exports(person)
    expect(job).to_contain_text("cell 2 of 3", timeout=LONG)
    expect(job.get_by_label("Cells")).to_have_attribute("max", "3")
    job.get_by_role("button", name="Cancel").click()
    expect(job.locator(".nb2prod-state")).to_have_text("cancelled", timeout=LONG)
    assert not (lab.root / "slow").exists()


def test_one_that_fails_says_where_and_what_to_do(person: Person, lab: Lab) -> None:
    cells = (("data", DATA), ("training", f"X = X / 0\n{FIT}"), ("inference", ASK))
    person.opens(put(lab, "broken", cells)).opens_sidebar()
    job = exports(person)
    expect(job.locator(".nb2prod-state")).to_have_text("stopped", timeout=LONG)
    expect(job.get_by_role("alert")).to_contain_text("cell [2]")
    expect(job.get_by_role("alert")).to_contain_text("TypeError")
    expect(job.locator(".nb2prod-mod-stop")).to_contain_text("Run it")


def test_the_running_kernel_is_asked_where_it_is_as_good_as_a_run(person: Person, lab: Lab) -> None:
    cells = (("data", DATA), ("training", f"print('once')\n{FIT}"), ("inference", ASK))
    person.opens(put(lab, "live", cells)).opens_sidebar()
    prompts = person.page.locator(".jp-Notebook .jp-InputPrompt")

    person.runs("nb2prod:export-notebook")
    form = person.page.locator(".nb2prod-ExportForm")
    form.get_by_text("Why not from the running kernel").click()
    expect(form.get_by_role("listitem")).to_contain_text(["the kernel: nothing has run in it yet"])
    assert form.get_by_role("option", name="the running kernel").is_disabled()
    person.page.get_by_role("button", name="Cancel", exact=True).click()

    person.runs("notebook:run-all-cells")
    expect(prompts.nth(2)).to_have_text("[3]:", timeout=LONG)
    person.runs("nb2prod:export-notebook")
    expect(form.locator("option[disabled]")).to_have_count(0)
    form.get_by_label("Evidence").select_option(label="the running kernel as it is, without a run")
    form.get_by_label("Prove").select_option("none")
    person.page.get_by_role("button", name="Export", exact=True).click()
    job = newest(person)
    expect(job.locator("h4")).to_contain_text("live.ipynb")  # and not one of another test
    expect(job).to_contain_text("Ask the running kernel")
    expect(job.locator(".nb2prod-state")).to_have_text("done", timeout=LONG)
    assert (lab.root / "live" / "src" / "live" / "training.py").is_file()
    person.runs("notebook:run-all-cells")  # the kernel counts on as if nobody had asked
    expect(prompts.nth(2)).to_have_text("[6]:", timeout=LONG)
