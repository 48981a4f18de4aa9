"""What a person does in JupyterLab, and what they see there."""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from tests.browser.lab import HERE, Lab
from tests.making import Cells, as_notebook

if TYPE_CHECKING:
    from playwright.sync_api import Locator, Page

LOADED = """() => {
  const context = window.jupyterapp?.shell.currentWidget?.context;
  return context?.isReady && (context.model.collaborative || !context.model.sharedModel.canUndo());
}"""
"""Cells show before that. Until then a save is ignored, and an undo takes back the whole load."""

SEEN = """() => window.jupyterapp.shell.currentWidget.content.widgets.map(cell => ({
  id: cell.model.id,
  type: cell.model.type,
  tags: cell.model.sharedModel.getMetadata('tags') ?? [],
  band: cell.node.querySelector(':scope > .nb2prod-Band')
    ? (cell.hasClass('nb2prod-mod-section') ? '' : 'along ') + cell.node.dataset.nb2prodSection : '',
  words: cell.node.getAttribute('aria-description') ?? '',
}))"""


def put_example(lab: Lab, name: str = "churn", tagged: bool = True, stem: str = "") -> str:
    """Copy an example and its data to where the server sees it; return the name of the notebook."""
    examples = HERE / "example_notebooks"
    shutil.copytree(examples / "data", lab.root / "data", dirs_exist_ok=True)
    notebook = json.loads((examples / f"{name}.ipynb").read_text())
    if not tagged:
        for cell in notebook["cells"]:
            cell["metadata"].pop("tags", None)
    return _write(lab, stem or name, notebook)


def put(lab: Lab, stem: str, cells: Cells) -> str:
    """Write a notebook of these cells, each with a tag or none, to where the server sees it; return its name."""
    return _write(lab, stem, as_notebook(cells))


def _write(lab: Lab, stem: str, notebook: dict[str, Any]) -> str:
    (lab.root / f"{stem}.ipynb").write_text(json.dumps(notebook))
    return f"{stem}.ipynb"


OPEN = """async path => {
  const app = window.jupyterapp;
  for (const dialog of document.querySelectorAll('.jp-Dialog')) {
    dialog.querySelector('.jp-Dialog-footer .jp-mod-reject, .jp-Dialog-footer .jp-mod-accept').click();
  }
  for (const widget of [...app.shell.widgets('main')]) {
    if (widget.context) { widget.context.model.dirty = false; }
    widget.dispose();
  }
  app.shell.collapseLeft();
  await app.commands.execute('docmanager:open', { path });
}"""
"""Closes all that is open, without saving it, and opens a notebook."""


class Person:
    """Somebody before a page."""

    def __init__(self, page: Page, lab: Lab) -> None:
        self.page = page
        self.lab = lab

    def opens(self, notebook: str, app: str = "lab/tree") -> Person:
        """Open a notebook and wait until it can be worked with; all others are closed."""
        if app.startswith("lab") and self.page.url.startswith(f"{self.lab.url}/lab"):
            self.page.evaluate(OPEN, notebook)
        else:
            self.page.goto(self.lab.address(notebook, app))
        return self.waits()

    def reloads(self) -> Person:
        """Reload the page."""
        self.page.reload()
        return self.waits()

    def leaves(self) -> Person:
        """Leave JupyterLab: what is opened next is opened in a page that is loaded anew."""
        self.page.goto("about:blank")
        return self

    def waits(self) -> Person:
        """Wait until the notebook is there."""
        self.page.locator("#jupyterlab-splash").wait_for(state="detached")
        self.page.locator(".jp-Notebook .jp-Cell").first.wait_for()
        self.page.wait_for_function(LOADED)
        return self

    def opens_palette(self) -> Person:
        """Open the command palette (Ctrl+Shift+C, which Chromium keeps for itself); it closes where the page takes the
        focus away while it is still loading."""
        for _ in range(5):
            self.runs("apputils:activate-command-palette")
            try:
                self.page.locator(".lm-CommandPalette-input:visible").wait_for(timeout=3000)
                self.page.wait_for_timeout(200)
                if self.page.locator(".lm-CommandPalette-input:visible").count():
                    return self
            except Exception:
                continue
        raise AssertionError("the palette does not stay open")

    def runs(self, command: str, **args: Any) -> Person:
        """Run a command of JupyterLab's, as its menus do."""
        self.page.evaluate(
            "([c, a]) => { void window.jupyterapp.commands.execute(c, a); return null; }", [command, args]
        )
        return self

    def opens_sidebar(self) -> Person:
        """Show the sidebar."""
        self.runs("nb2prod:open-panel")
        self.sidebar.wait_for()
        return self

    def selects(self, first: int, last: int | None = None, mode: str = "command") -> Person:
        """Select cells by their places among all cells."""
        self.page.evaluate(
            """([first, last, mode]) => {
              const notebook = window.jupyterapp.shell.currentWidget.content;
              notebook.deselectAll();
              notebook.activeCellIndex = first;
              if (last !== null) { notebook.extendContiguousSelectionTo(last); }
              notebook.mode = mode;
            }""",
            [first, last, mode],
        )
        self.page.evaluate("() => window.jupyterapp.shell.currentWidget.content.activate()")
        return self

    @property
    def sidebar(self) -> Locator:
        """The sidebar."""
        return self.page.locator("#nb2prod-sidebar")

    def cell(self, at: int) -> Locator:
        """Return a cell by its place among all cells."""
        return self.page.locator(f'.jp-Notebook .jp-Cell[data-windowed-list-index="{at}"]')

    def group(self, name: str) -> Locator:
        """Return a section of the outline by its name."""
        return self.sidebar.get_by_role("group", name=name, exact=True)

    def settles(self, place: Locator) -> Person:
        """Wait until a place stays where it is for a while."""
        before = None
        for _ in range(50):
            now = place.bounding_box()
            if now is not None and now == before:
                return self
            before = now
            self.page.wait_for_timeout(300)
        raise AssertionError(f"it does not stay where it is: {before}")

    @contextmanager
    def in_a_tall_window(self) -> Iterator[None]:
        """Have a window that is so high that the panels of the sidebar need not be scrolled."""
        before = self.page.viewport_size
        assert before is not None
        self.page.set_viewport_size({**before, "height": 2 * before["height"]})
        yield
        self.page.set_viewport_size(before)

    def drags(self, what: Locator, to: Locator) -> Person:
        """Drag something and drop it, as a hand does: a browser takes one move alone for no move over the place."""
        what.hover()
        self.page.mouse.down()
        to.hover()
        to.hover()
        self.page.mouse.up()
        return self

    @property
    def picture(self) -> Locator:
        """The picture of what flows."""
        return self.sidebar.locator(".nb2prod-FlowPicture")

    def button(self, name: str, exact: bool = True) -> Locator:
        """Return a button of the sidebar."""
        return self.sidebar.get_by_role("button", name=name, exact=exact)

    def seen(self) -> list[dict[str, Any]]:
        """Return of each cell what it is tagged with and which band it has."""
        found = self.page.evaluate(SEEN)
        assert isinstance(found, list)
        return found

    def bands(self) -> list[str]:
        """Return the sections that the bands show; those that come along with ``along`` before."""
        return [cell["band"] for cell in self.seen()]

    def tags(self) -> list[str]:
        """Return the tags of each cell, as one text."""
        return [" ".join(cell["tags"]) for cell in self.seen()]

    def waits_for_bands(self, expected: list[str]) -> Person:
        """Wait until the bands are these."""
        return self._waits_for("cell.band", expected)

    def waits_for_tags(self, expected: list[str]) -> Person:
        """Wait until the cells have these tags."""
        return self._waits_for("cell.tags.join(' ')", expected)

    def _waits_for(self, what: str, expected: list[str]) -> Person:
        script = f"expected => JSON.stringify(({SEEN})().map(cell => {what})) === JSON.stringify(expected)"
        try:
            self.page.wait_for_function(script, arg=expected, timeout=8000)
        except Exception:
            raise AssertionError(f"not {expected}; bands: {self.bands()}; tags: {self.tags()}") from None
        return self

    def outline(self) -> dict[str, list[str]]:
        """Return the cells of each section, as the outline has them."""
        found = self.page.evaluate(
            """() => Object.fromEntries([...document.querySelectorAll('.nb2prod-Group')].map(group => [
              group.getAttribute('aria-label'),
              [...group.querySelectorAll('.nb2prod-number')].map(each => each.textContent)]))"""
        )
        assert isinstance(found, dict)
        return found

    def focused(self) -> str:
        """Return the name of what has the focus."""
        script = "() => document.activeElement.getAttribute('aria-label') ?? document.activeElement.textContent"
        return str(self.page.evaluate(script))
