"""A notebook or an exported repository goes in; its ML Test Score comes out."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from nb2prod.errors import Problem, UsageError
from nb2prod.notebook.model import Notebook
from nb2prod.notebook.read import draft_of, read_document
from nb2prod.score.as_data import as_dict, score_of
from nb2prod.score.repositories import is_repository, known_of
from nb2prod.score.scoring import scored
from nb2prod.workflows.shown import secrets_of, shown


def score(path: Path) -> dict[str, Any]:
    """Return the scores of a notebook or a repository as plain data; nothing is run.

    Of a notebook there is what is established, ``now``, and what an export is expected to establish, ``if_exported``;
    of a repository the former alone. Raises ``UsageError`` where ``path`` is neither, ``UnusableInput`` where it cannot
    be read.
    """
    if path.is_dir():
        if not is_repository(path):
            what = "is no repository that nb2prod has exported"
            raise UsageError(Problem(what, str(path), "name a notebook, or the folder of an export"))
        known, problems = known_of(path)
        now = as_dict(scored(known))
        said = shown({"now": now, "problems": [each.as_dict() for each in problems]})
        return {"kind": "repository", "path": str(path), **said}
    if not path.exists():
        raise UsageError(Problem("no such file or folder", str(path), "name a notebook, or the folder of an export"))
    return {"kind": "notebook", "path": str(path), **score_of_notebook(draft_of(read_document(path), path))}


def score_of_notebook(notebook: Notebook) -> dict[str, Any]:
    """Return the scores of a draft, see ``score_of``, without the secrets that a piece of it may hold."""
    found: dict[str, Any] = shown(score_of(notebook), secrets_of(notebook))
    return found
