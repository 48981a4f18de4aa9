"""A notebook that is found, or given, to what the readiness rules say of it as it ran."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

from nb2prod.errors import Nb2ProdError, Problem
from nb2prod.inline.as_ran import as_ran
from nb2prod.inline.model import Document, Ran, View
from nb2prod.inline.whereabouts import ASK, colab_document, find_notebook, is_colab, saved_document
from nb2prod.workflows.looking import Looked, looked_at

Way = Callable[[Mapping[str, Any], Path], Looked]
"""A notebook and its place to what is found."""


class Source:
    """The notebook that the kernel runs, wherever it is kept."""

    def __init__(self, given: Path | None, namespace: Mapping[str, Any], connection: str = "") -> None:
        """Take the path that somebody gave, the user's variables, and the kernel's connection file."""
        self.given = given
        self._namespace = namespace
        self._connection = connection
        self._in_colab = given is None and is_colab(sys.modules)
        # in the main thread and while a cell runs: at other times its page does not answer
        self._handed_over = colab_document(sys.modules) if self._in_colab else None

    def document(self) -> Document | None:
        """Return the notebook as it is kept, ``None`` where nobody knows which. Raises ``UnusableInput``."""
        if self.given is None and self._in_colab:
            return self._handed_over
        path = self.given or find_notebook(self._namespace, self._connection)
        return None if path is None else saved_document(path)


def look(
    source: Source, ran: Sequence[Ran], own: Iterable[int | None] = (), way: Way = looked_at
) -> tuple[View, Document | None]:
    """Return what the static rules find, with the notebook as it ran; nothing is run.

    ``way`` is what looks: here, or elsewhere.
    """
    try:
        kept = source.document()
    except Nb2ProdError as error:
        name = "" if source.given is None else source.given.name
        return View(name, problems=_told(error.problems)), None
    if kept is None:
        return View(problems=(f"This frontend does not say which notebook it runs: {ASK}",)), None
    document = as_ran(kept, ran, own)
    looked = way(document.content, document.path)
    if looked.problems:
        return View(document.path.name, problems=_told(looked.problems)), None
    return View(document.path.name, looked.found, looked.cells, score=looked.score, notes=document.notes), document


def _told(problems: Iterable[Problem]) -> tuple[str, ...]:
    return tuple(str(each).replace("\n    ->", ":") for each in problems)
