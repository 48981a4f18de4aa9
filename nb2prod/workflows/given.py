"""Parameters as people give them go in; values that the notebook, and what is made of it, can have come out."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from nb2prod.errors import Problem, UsageError
from nb2prod.notebook.model import Notebook
from nb2prod.notebook.read import document_of, draft_of, text_of
from nb2prod.runs.parameters.checking import checked_parameters
from nb2prod.runs.parameters.declaring import declared
from nb2prod.runs.parameters.typed import parameters_from


def given_parameters(notebook: Path, given: Iterable[tuple[str, str]], file: Path | None) -> dict[str, Any]:
    """Return the parameters that somebody typed, and those of a YAML file, by the types that the notebook declares."""
    return parameters_from(given, file, declared(draft_of(document_of(text_of(notebook), notebook), notebook)))


def exported_parameters(notebook: Notebook, parameters: Mapping[str, Any]) -> dict[str, Any]:
    """Return the values that the notebook will have, if a repository can have them for defaults.

    Raises ``UsageError`` with everything that is wrong with them.
    """
    if not parameters:
        return {}
    values = checked_parameters(notebook, parameters)
    remedy = "Have the notebook make it from a text or a number that is its parameter."
    problems = [
        Problem(f"a repository cannot have a {type(value).__name__} for a setting", f"parameter {name!r}", remedy)
        for name, value in values.items()
        if not _setting(value)
    ]
    if problems:
        raise UsageError(problems)
    return values


def _setting(value: Any) -> bool:
    """Say whether files and environments have such values."""
    if isinstance(value, list):
        return all(map(_setting, value))
    if isinstance(value, dict):
        return all(type(key) is str and _setting(each) for key, each in value.items())
    return value is None or type(value) in (bool, int, float, str)
