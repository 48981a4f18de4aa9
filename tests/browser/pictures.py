"""Draws the pictures of the documents: ``make screenshots``, which is ``python -m tests.browser.pictures FOLDER``."""

from __future__ import annotations

import io
import os
import re
import shutil
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import cast

from PIL import Image
from playwright.sync_api import Browser, Page, sync_playwright

from tests.browser.lab import FLAGS, running_lab
from tests.browser.person import Person, put, put_example

SIZE = (1280, 800)
TALL = 1000
TALLEST = 1260
COLOURS = 256
"""As many as a picture of a page needs; files stay small."""
DARK = {"@jupyterlab/apputils-extension:themes": {"theme": "JupyterLab Dark"}}
LONG = 240_000
FIT = "from sklearn.linear_model import LinearRegression\n\nmodel = LinearRegression().fit(rows / 0, [1.0, 2.0])"
ALONG = (
    ("", "def snake_case(name):\n    return name.strip().lower().replace(' ', '_')"),
    ("data", "import pandas as pd\n\nraw = pd.read_csv('data/churn.csv')\nrows = raw.rename(columns=snake_case)"),
    ("training", "rate = rows.churn.eq('Yes').mean()"),
    ("inference", "rate > 0.25"),
)

LEAKY = (
    ("markdown", "# Who will pay?"),
    (None, "import numpy as np\nimport pandas as pd\nfrom sklearn.linear_model import LogisticRegression\n"
           "from sklearn.model_selection import train_test_split"),
    ("data", "rng = np.random.default_rng()\nX = pd.DataFrame(rng.random((600, 3)), columns=['age', 'sum', 'late'])\n"
             "X['customer_id'] = range(600)\nX['day'] = rng.integers(0, 60, 600) + np.arange(600) // 10\n"
             "y = (X.late + rng.random(600) > 1).astype(int)"),
    ("training", "X_train, X_test, y_train, y_test = train_test_split(X, y, shuffle=False)\n"
                 "model = LogisticRegression().fit(X_train, y_train)"),
    ("evaluation", "accuracy = model.score(X_test, y_test)"),
    ("inference", "sample = X_test.head(5)\nprediction = model.predict(sample)"),
    (None, "%load_ext nb2prod"),
    (None, "%readiness"),
)  # fmt: skip
"""A notebook in which there is something to be found, statically and by its objects."""


SWEPT = (
    ("parameters", "learning_rate: float = 0.1\ndepth = 3"),
    ("data", "import time\n\ntime.sleep(2)"),
    ("evaluation", "time.sleep(2)\nr2 = 0.96 - (learning_rate - 0.12) ** 2 * 3 - (depth - 4) ** 2 / 40"),
)
CALLING = """import nb2prod

swept = nb2prod.sweep(
    "sales.ipynb",
    {"learning_rate": [0.01, 0.05, 0.1, 0.3], "depth": range(2, 5)},
    metric="r2",
    maximize=True,
)"""

DRAFT = (
    ("", "import pandas as pd\nfrom sklearn.linear_model import LinearRegression\nfrom math import *"),
    ("data", "rows = pd.read_csv('data/diabetes.csv').sample(200)\nX = rows.drop(columns='target')\ny = rows.target"),
    ("training", "model = LinearRegression().fit(X, y)"),
    ("evaluation", "error = sqrt(((model.predict(X) - y) ** 2).mean())\nerror"),
    ("inference", "sample = X.head(5)\nprediction = model.predict(sample)"),
)


TUNED = (
    ("", "from typing import Literal\n\nimport pandas as pd\nfrom sklearn.ensemble import GradientBoostingRegressor\n"
         "from sklearn.model_selection import train_test_split"),
    ("parameters", "depth: int = 3  # of each tree\nlearning_rate = 0.1\n"
                   "loss: Literal['squared_error', 'huber'] = 'squared_error'  # what is made small"),
    ("data", "rows = pd.read_csv('data/diabetes.csv').dropna()\ny = rows.pop('progression')\n"
             "X_train, X_test, y_train, y_test = train_test_split(rows, y, random_state=0)"),
    ("training", "model = GradientBoostingRegressor(max_depth=depth, learning_rate=learning_rate, loss=loss,\n"
                 "                                  random_state=0).fit(X_train, y_train)"),
    ("evaluation", "r2 = model.score(X_test, y_test)"),
    ("inference", "sample = X_test.head(5)\nprediction = model.predict(sample)"),
)  # fmt: skip
"""A notebook with something to vary."""


def in_few_colours(picture: Image.Image) -> Image.Image:
    """Return a picture in its most frequent colours, which stay as they are: only the edges of letters change."""
    found = sorted(picture.getcolors(SIZE[0] * TALLEST) or [], reverse=True)[:COLOURS]
    palette = Image.new("P", (1, 1))
    palette.putpalette([part for _, colour in found for part in cast("tuple[int, ...]", colour)])
    return picture.quantize(palette=palette, dither=Image.Dither.NONE)


class Pictures:
    """Somebody with a camera."""

    def __init__(self, page: Page, folder: Path, mark: str = "") -> None:
        self.page = page
        self.folder = folder
        self.mark = mark

    def take(self, name: str) -> None:
        """Write a picture of the page."""
        self.page.wait_for_timeout(400)
        taken = self.page.screenshot(animations="disabled", caret="hide")
        with Image.open(io.BytesIO(taken)) as picture:
            few = in_few_colours(picture.convert("RGB"))
        few.save(self.folder / f"{name}{self.mark}.png", optimize=True)
        print(self.folder / f"{name}{self.mark}.png", file=sys.stderr)


@contextmanager
def browsing() -> Iterator[Browser]:
    """Run a browser."""
    found = os.environ.get("NB2PROD_CHROMIUM") or shutil.which("chromium")
    if found is None:
        raise SystemExit("there is no chromium: apt-get install chromium, or say where it is in NB2PROD_CHROMIUM")
    with sync_playwright() as tool:
        browser = tool.chromium.launch(executable_path=found, chromium_sandbox=os.geteuid() != 0, args=FLAGS)
        yield browser
        browser.close()


def tagging(person: Person, pictures: Pictures) -> None:
    """Draw the way from no tags to all of them."""
    person.opens(put_example(person.lab, tagged=False, stem="churn")).opens_sidebar()
    pictures.page.wait_for_timeout(1500)
    pictures.take("first")
    person.button("Suggest…").click()
    person.button("Accept all").wait_for()
    pictures.take("suggestions")
    person.button("Accept all").click()
    person.picture.wait_for()
    person.selects(5)
    pictures.page.wait_for_timeout(1500)
    pictures.take("sections")


def readiness(person: Person, pictures: Pictures) -> None:
    """Draw what stands between a notebook and production, with what would mend a part of it."""
    page = pictures.page
    person.opens(put(person.lab, "draft", DRAFT)).opens_sidebar().runs("nb2prod:show-findings")
    sections = page.locator(".lm-AccordionPanel-title", has_text="Sections")
    page.set_viewport_size({"width": page.viewport_size["width"], "height": TALL})  # type: ignore[index]
    sections.click()
    found = page.locator(".nb2prod-Finding").filter(has_text="NB107")
    found.get_by_role("button", name=re.compile("^Fix")).click()
    found.get_by_role("button", name="Apply").wait_for()
    pictures.take("readiness")
    sections.click()
    page.set_viewport_size({"width": page.viewport_size["width"], "height": SIZE[1]})  # type: ignore[index]


def exporting(person: Person, pictures: Pictures, verify: str) -> None:
    """Draw the form, an export on its way, and the proof."""
    page = pictures.page
    person.runs("nb2prod:export-notebook")
    page.locator(".nb2prod-ExportForm").wait_for()
    pictures.take("form")
    page.locator(".nb2prod-ExportForm").get_by_label("Prove").select_option(verify)
    page.get_by_role("button", name="Export", exact=True).click()
    page.get_by_text(re.compile("cell ([6-9]|1[0-9]) of")).wait_for(timeout=LONG)
    pictures.take("running")
    person.sidebar.get_by_label("The proof").wait_for(timeout=LONG)
    pictures.take("proof")


def _widen(page: Page, width: int) -> None:
    """Drag the edge of the sidebar until it is so wide, in pixels."""
    box = page.locator("#nb2prod-sidebar").bounding_box()
    assert box is not None
    edge, height = box["x"] + box["width"] + 1, box["y"] + box["height"] / 2
    page.mouse.move(edge, height)
    page.mouse.down()
    page.mouse.move(box["x"] + width, height, steps=5)
    page.mouse.up()


def sweeping(person: Person, pictures: Pictures) -> None:
    """Draw a sweep that is done, with its plot, and one of its runs."""
    page = pictures.page
    put_example(person.lab)  # for its data
    person.opens(put(person.lab, f"tuned{pictures.mark}", TUNED)).opens_sidebar().runs("nb2prod:show-runs")
    page.set_viewport_size({"width": page.viewport_size["width"], "height": TALLEST})  # type: ignore[index]
    _widen(page, 430)
    panel = page.locator(".nb2prod-RunsPanel")
    panel.get_by_label("Sweep", exact=True).check()
    for name, values in (("depth", "1..4"), ("learning_rate", "0.05, 0.1, 0.2")):
        panel.get_by_role("group", name=name).get_by_label("vary").check()
        panel.get_by_label(f"values of {name}").fill(values)
    page.get_by_text("Sweep, 12 runs").click()
    page.wait_for_function(
        "() => document.querySelectorAll('.nb2prod-Runs [data-nb2prod-status=succeeded]').length === 12", timeout=LONG
    )
    page.locator(".lm-AccordionPanel-title", has_text="Sections").click()
    rows = panel.locator(".nb2prod-Runs tbody tr")
    for at in (0, 4):
        rows.nth(at).get_by_role("checkbox").check()
    panel.get_by_role("button", name="Compare").click()
    panel.get_by_label("Two runs compared").wait_for()
    pictures.take("runs")
    page.locator(".lm-AccordionPanel-title", has_text="Sections").click()
    _widen(page, 250)
    page.set_viewport_size({"width": page.viewport_size["width"], "height": SIZE[1]})  # type: ignore[index]


def failing(person: Person, pictures: Pictures) -> None:
    """Draw an export that stops, and cells that come along."""
    cells = (("data", "rows = [[1.0], [2.0]]"), ("training", FIT), ("inference", "model.predict(rows[:1])"))
    person.opens(put(person.lab, "broken", cells)).opens_sidebar()
    person.runs("nb2prod:export-notebook")
    pictures.page.get_by_role("button", name="Export", exact=True).click()
    person.sidebar.get_by_role("alert").wait_for(timeout=LONG)
    pictures.take("failed")
    person.opens(put(person.lab, "along", ALONG)).opens_sidebar()
    person.group("No section").get_by_text("comes along").wait_for()
    person.cell(0).locator(".nb2prod-Band").hover()
    pictures.take("along")


def inline(person: Person, pictures: Pictures) -> None:
    """Draw readiness inside a notebook, after its long checks."""
    page = pictures.page
    person.opens(put(person.lab, f"payers{pictures.mark}", LEAKY))
    page.wait_for_function(
        "() => window.jupyterapp.shell.currentWidget.sessionContext.session?.kernel?.status === 'idle'"
    )
    person.runs("notebook:run-all-cells")
    shown = page.locator(".nb2prod-Readiness")
    shown.get_by_text("default_rng").first.wait_for()
    page.get_by_role("button", name="Run the long checks").click()
    shown.locator("figure").first.wait_for(timeout=LONG)
    page.wait_for_function(
        "() => !document.querySelector('.nb2prod-Readiness .check:is([data-state=waiting], [data-state=running])')",
        timeout=LONG,
    )
    page.set_viewport_size({"width": SIZE[0], "height": TALL})
    person.selects(7)
    page.locator(".jp-Notebook .jp-Cell").last.locator(".jp-InputArea").evaluate("each => each.scrollIntoView()")
    pictures.take("inline")
    page.set_viewport_size({"width": SIZE[0], "height": SIZE[1]})


def calling(person: Person, pictures: Pictures) -> None:
    """Draw a sweep that is called from a cell, on its way and at its end."""
    page = pictures.page
    put(person.lab, "sales", SWEPT)
    person.opens(put(person.lab, f"tuning{pictures.mark}", ((None, CALLING),)))
    page.wait_for_function(
        "() => window.jupyterapp.shell.currentWidget.sessionContext.session?.kernel?.status === 'idle'"
    )
    page.set_viewport_size({"width": 1000, "height": 420})
    person.runs("application:toggle-left-area").runs("notebook:run-all-cells")
    shown = page.locator(".nb2prod-Going")
    shown.locator(".best").wait_for(timeout=LONG)
    shown.get_by_role("listitem").nth(1).wait_for()
    pictures.take("sweep")
    page.locator(".jp-OutputArea-output img").wait_for(timeout=LONG)
    person.runs("application:toggle-left-area")
    page.set_viewport_size({"width": SIZE[0], "height": SIZE[1]})


def alone(browser: Browser, folder: Path, size: tuple[int, int], home: Path, mark: str = "") -> None:
    """Draw what is seen where the server has no part of ours."""
    with running_lab(home, DARK if mark.endswith("-dark") else None, server_part=False) as lab:
        page = browser.new_page(viewport={"width": size[0], "height": size[1]})
        Person(page, lab).opens(put_example(lab)).opens_sidebar()
        Pictures(page, folder, mark).take("alone")


def main(folder: Path, everything: bool) -> None:
    """Draw what the documents show; with ``everything``, each state in both themes and two widths."""
    folder.mkdir(parents=True, exist_ok=True)
    with browsing() as browser, tempfile.TemporaryDirectory() as scratch:
        for dark in (False, True):
            home = Path(scratch, str(dark))
            home.mkdir()
            with running_lab(home, DARK if dark else None) as lab:
                for width in (1280, 1024) if everything else (1280,):
                    mark = (f"-{width}" if everything else "") + ("-dark" if dark else "")
                    page = browser.new_page(viewport={"width": width, "height": SIZE[1]})
                    person, pictures = Person(page, lab), Pictures(page, folder, mark)
                    if dark and not everything:
                        person.opens(put_example(lab)).opens_sidebar().selects(5)
                        person.picture.wait_for()
                        pictures.take("sections")
                        inline(person, pictures)
                        continue
                    readiness(person, pictures)
                    tagging(person, pictures)
                    exporting(person, pictures, "fast" if everything else "full")
                    sweeping(person, pictures)
                    inline(person, pictures)
                    calling(person, pictures)
                    if everything:
                        failing(person, pictures)
            if everything:
                home = Path(scratch, f"{dark}-alone")
                home.mkdir()
                alone(browser, folder, SIZE, home, "-dark" if dark else "")


if __name__ == "__main__":
    main(Path(sys.argv[1]), "--all" in sys.argv)
