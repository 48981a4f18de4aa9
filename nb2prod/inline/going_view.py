"""How a run or a sweep stands, as a widget that is drawn while its cell runs, and what it leaves in the notebook."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import anywidget
import IPython.display
import traitlets

from nb2prod.inline.going import DONE, STOPPED, Going
from nb2prod.inline.going_texts import as_html, as_text
from nb2prod.workflows.model import Progress
from nb2prod.workflows.sweeping.model import Happened

STATIC = Path(__file__).parent / "static"
_display: Callable[..., Any] = IPython.display.display
OFTEN = 0.1
"""Seconds between two messages to the page: thousands of small runs must not flood it."""
WIDGET = "application/vnd.jupyter.widget-view+json"


class Drawn(anywidget.AnyWidget):
    """What is drawn by ``static/going.js``, which sets every text as text and has the button that stops."""

    _esm = STATIC / "going.js"
    _css = STATIC / "going.css"
    view: Any = traitlets.Dict().tag(sync=True)


class GoingView:
    """The view of one run or sweep, from when it has begun until it is over."""

    def __init__(self, title: str, unit: str) -> None:
        self.going = Going(title, unit)
        self._lock = threading.Lock()
        self._fresh, self._over = threading.Event(), threading.Event()
        self._drawn: Drawn | None = None
        self._place: Any = None
        self._sender = threading.Thread(target=self._send, daemon=True)

    def at_cell(self, progress: Progress) -> None:
        """Show how far a run is, in whatever thread."""
        self._take(self.going.at_cell, progress)

    def after(self, happened: Happened) -> None:
        """Show what happened in a sweep."""
        self._take(self.going.after, happened)

    def end(self, state: str, notes: Sequence[str] = ()) -> None:
        """Leave in the notebook how it ended, as HTML and text: a widget would be gone with the kernel."""
        if self._drawn is None or self._over.is_set():
            return
        self._over.set()
        self._fresh.set()
        self._sender.join()
        self.going.end(state, notes)
        self._drawn.view = self.going.as_data()
        self._place.update(_bundle(self.going), raw=True)
        self._drawn.close()

    def _take(self, take: Callable[[Any], None], told: Any) -> None:
        with self._lock:
            take(told)
            if self._drawn is None:  # what is refused before it begins has no view
                self._drawn = Drawn(view=self.going.as_data())
                self._place = _display(_bundle(self.going, self._drawn), raw=True, display_id=True)
                self._sender.start()
        self._fresh.set()

    def _send(self) -> None:
        assert self._drawn is not None
        while not self._over.is_set():
            self._fresh.wait()
            self._fresh.clear()
            with self._lock:
                view = self.going.as_data()
            if not self._over.is_set():
                self._drawn.view = view
                self._over.wait(OFTEN)


@contextmanager
def going_on(title: str, unit: str) -> Iterator[GoingView]:
    """Show a view while something goes on; it ends with it, however that ends."""
    view = GoingView(title, unit)
    try:
        yield view
    except BaseException as error:
        view.end(STOPPED, [f"{type(error).__name__}: {error}".strip(": ").splitlines()[0]])
        raise
    view.end(DONE)


def show_plot(data: dict[str, Any], metadata: dict[str, Any]) -> None:
    """Show a picture below the cell."""
    _display(data, raw=True, metadata=metadata)


def _bundle(going: Going, drawn: Drawn | None = None) -> dict[str, Any]:
    view = going.as_data()
    found: dict[str, Any] = {"text/plain": as_text(view), "text/html": as_html(view)}
    if drawn is not None:
        found[WIDGET] = {"version_major": 2, "version_minor": 0, "model_id": drawn.model_id}
    return found
