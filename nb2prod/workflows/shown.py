"""Plain data for people, or for programs that show it to them, to the same without what nobody is to see in it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from nb2prod.errors import Problem
from nb2prod.notebook.model import Notebook
from nb2prod.rules.secret_texts import harmless, values_in


def shown(value: Any, secrets: Sequence[str] = ()) -> Any:
    """Return what is made of mappings, lists, texts and numbers with ``***`` for each secret and for personal data.

    ``secrets`` are those of the notebook that it tells of, see :func:`secrets_of`.
    """
    return _shown(value, secrets, {})


def secrets_of(notebook: Notebook) -> Sequence[str]:
    """Return the secrets that a notebook's code holds, which go wherever they stand."""
    return values_in(cell.source for cell in notebook.cells)


def problem_shown(problem: Problem, secrets: Sequence[str] = ()) -> Problem:
    """Return a problem that shows none, even where it shows a piece of the notebook that has one."""
    return Problem(*(harmless(each, secrets) for each in (problem.what, problem.where, problem.remedy)))


def _shown(value: Any, secrets: Sequence[str], known: dict[str, str]) -> Any:
    if isinstance(value, str):
        if value not in known:
            known[value] = harmless(value, secrets)
        return known[value]
    if isinstance(value, Mapping):
        return {name: _shown(each, secrets, known) for name, each in value.items()}
    return [_shown(each, secrets, known) for each in value] if isinstance(value, list | tuple) else value
