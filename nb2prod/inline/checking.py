"""A notebook that is found, or given, to what the readiness rules say of it as it ran."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

from nb2prod.inline.model import View
from nb2prod.inline.whereabouts import ASK, colab_document, find_notebook, is_colab
from nb2prod.workflows.as_ran import Document, Ran
from nb2prod.workflows.asked import Asked, Looked

Way = Callable[[Asked], Looked]
"""A notebook, and what ran of it, to what is found."""


class Source:
    """The notebook that the kernel runs, wherever it is kept."""

    def __init__(self, given: Path | None, namespace: Mapping[str, Any], connection: str = "") -> None:
        """Take the path that somebody gave, the user's variables, and the kernel's connection file."""
        self.given: Path | None = None
        self._namespace = namespace
        self._connection = connection
        if given is not None:
            self.take(given)
        self._in_colab = given is None and is_colab(sys.modules)
        # in the main thread and while a cell runs: at other times its page does not answer
        self._handed_over = colab_document(sys.modules) if self._in_colab else None

    def take(self, given: Path) -> None:
        """Take another path; a cell that goes to another folder does not change what it means."""
        self.given = given.expanduser().absolute()

    def notebook(self) -> Path | Document | None:
        """Return where the notebook is kept, or itself; ``None`` where nobody knows which it is."""
        if self.given is None and self._in_colab:
            return self._handed_over
        return self.given or find_notebook(self._namespace, self._connection)


def look(source: Source, ran: Sequence[Ran], own: Iterable[int | None], way: Way) -> tuple[View, Asked | None]:
    """Return what the static rules find, with the notebook that it is about, where it can be read; nothing is run.

    ``way`` is what reads it and looks: here, or elsewhere.
    """
    kept = source.notebook()
    if kept is None:
        return View(problems=(f"This frontend does not say which notebook it runs: {ASK}",)), None
    asked = Asked(kept, tuple(ran), frozenset(own))
    looked = way(asked)
    if looked.problems:
        told = tuple(str(each).replace("\n    ->", ":") for each in looked.problems)
        return View(asked.path.name, problems=told), None
    view = View(asked.path.name, looked.found, looked.cells, score=looked.score, notes=looked.notes, pages=looked.pages)
    return view, asked
