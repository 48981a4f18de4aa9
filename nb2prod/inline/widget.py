"""The readiness of the notebook that a kernel runs, as a widget: kept fresh while cells run."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import anywidget
import ipywidgets
import traitlets

from nb2prod.inline.apart import Apart
from nb2prod.inline.as_html import as_html
from nb2prod.inline.as_text import as_text
from nb2prod.inline.checking import Source, look
from nb2prod.inline.controls import Controls, Question
from nb2prod.inline.following import Following
from nb2prod.inline.long_checks import LongChecks, Measuring
from nb2prod.inline.model import View
from nb2prod.inline.refreshing import Refreshing
from nb2prod.inline.shown import shown
from nb2prod.workflows.asked import Asked

STATIC = Path(__file__).parent / "static"


class Listed(anywidget.AnyWidget):
    """What is shown, drawn by ``static/readiness.js``, which sets every text as text."""

    _esm = STATIC / "readiness.js"
    _css = STATIC / "readiness.css"
    view: Any = traitlets.Dict().tag(sync=True)
    checks: Any = traitlets.List().tag(sync=True)
    hidden = traitlets.Int(0).tag(sync=True)
    """How many severities are not shown, the least one first."""
    busy = traitlets.Bool(False).tag(sync=True)


class Readiness(ipywidgets.VBox):  # type: ignore[misc]
    """The findings of a notebook with what can be done about them, until it is closed."""

    def __init__(self, source: Source, measuring: Measuring, shell: Any = None) -> None:
        """Check the notebook once, at once; where there is a kernel's ``shell``, again after each cell that runs."""
        self._source = source
        self._lock = threading.RLock()
        self._asked: Asked | None = None
        self._view = View()
        self._ran_before = 0
        self._data = shown(self._view)
        self._controls = Controls()
        self._question = Question(self.check)
        self._listed = Listed(view=self._data)
        self._long = LongChecks(measuring, self._show)
        self._apart = Apart()
        self._refreshing = Refreshing(self._look)
        self._following = Following(shell, self.refresh) if shell is not None else None
        super().__init__([self._controls, self._question, self._listed])
        self.add_class("nb2prod-inline")
        self._listen()
        try:
            self._look()
        except BaseException:  # interrupted: a view that nobody sees must not go on looking
            self.close()
            raise

    def check(self, path: str) -> None:
        """Check another notebook, or this one, by its path."""
        if path.strip():
            self._source.take(Path(path.strip()))
            self.refresh()

    def refresh(self) -> None:
        """Have the static rules look again, soon, in a thread; costs microseconds."""
        self._refreshing.ask()

    def check_live(self) -> None:
        """Start the long checks, which work with copies of the objects in the kernel."""
        if self._asked is not None and not self._long.running:
            self._ran_before = 0 if self._following is None else len(self._following.ran)
            self._long.start(self._asked)

    def cancel(self) -> None:
        """Stop the long checks."""
        self._long.cancel()

    def wait(self, seconds: float = 60.0) -> bool:
        """Wait until all that was asked for is done, the long checks too, and say whether it is."""
        return self._refreshing.wait(seconds) and self._long.wait(seconds)

    def close(self) -> None:
        """Stop following the kernel, and go from the page."""
        if self._following is not None:
            self._following.close()
        self._refreshing.close()
        self._apart.close()
        self._long.cancel()
        for each in (self._controls, self._question, self._listed):
            each.close()
        super().close()

    @property
    def shown(self) -> dict[str, Any]:
        """What is to be seen, as plain data."""
        return self._data

    def __repr__(self) -> str:
        return as_text(self._data)

    def _repr_mimebundle_(self, **options: Any) -> dict[str, Any]:
        """Return the widget, and for where no widget can be shown, HTML that stands alone, and text."""
        found: dict[str, Any] = super()._repr_mimebundle_(**options) or {}
        return {**found, "text/plain": as_text(self._data), "text/html": as_html(self._data)}

    def _listen(self) -> None:
        self._controls.again.on_click(lambda _: self.refresh())
        self._controls.live.on_click(lambda _: self.check_live())
        self._controls.cancel.on_click(lambda _: self.cancel())
        # in the page alone: it works while the kernel does not
        self._link = ipywidgets.jslink((self._controls.least, "index"), (self._listed, "hidden"))

    def _look(self) -> None:
        """Have the static rules look, in a process of their own, in whatever thread."""
        self._listed.busy = True
        ran, own = ([], set()) if self._following is None else (self._following.ran, self._following.own)
        try:
            found, asked = look(self._source, ran, own, self._apart.looked_at)
        except Exception as error:  # a bug of ours must neither end the following nor be passed over
            found, asked = View(problems=(f"this is a bug of nb2prod: {type(error).__name__}: {error}",)), None
        try:
            with self._lock:
                self._view, self._asked = found, asked
                self._show()
        finally:
            self._listed.busy = False

    def _show(self) -> None:
        """Bring what is known to the page, in whatever thread."""
        with self._lock:
            found = (*self._view.found, *self._long.found)
            view = replace(
                self._view,
                found=found,
                checks=self._long.checks,
                notes=(*self._view.notes, *self._notes()),
                pages={**(self._view.pages or {}), **self._long.pages},
            )
            self._data = shown(view)
            self._listed.view = {name: each for name, each in self._data.items() if name != "checks"}
            self._listed.checks = self._data["checks"]
            self._controls.follow(self._asked is not None, self._long.running)
            self._question.layout.display = "none" if self._asked is not None else None

    def _notes(self) -> Iterator[str]:
        """Yield what to know of the long checks."""
        if self._long.problem:
            yield f"the long checks cannot be made: {self._long.problem}"
        ran = [] if self._following is None else self._following.ran[self._ran_before :]
        if self._long.checks and ran:
            yield f"the long checks show the objects as they were before [{ran[0].count}] ran"
