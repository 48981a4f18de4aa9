"""Plain data for people, or for programs that show it to them, to the same without what nobody is to see in it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from nb2prod.errors import Problem
from nb2prod.notebook.model import Notebook
from nb2prod.rules.json_texts import json_text
from nb2prod.rules.secret_texts import HIDDEN, find_secrets, harmless, redacted_source, values_in

FOR_PEOPLE = frozenset({"why", "reason", "warnings", "value", "what", "where", "remedy", "missing", "nothing"})
"""Fields that are sentences, or pieces of the notebook as they are shown; programs read the others."""
CODE = "source"
"""The field with code, which goes into a notebook."""


def shown(value: Any, secrets: Sequence[str] = ()) -> Any:
    """Return what is made of mappings, lists, texts and numbers with ``***`` for each secret and for personal data.

    Of a mapping these are the fields in ``FOR_PEOPLE``, and ``CODE``; a section, a state, the name of a variable or
    the id of a cell stays as it is, even where a password is the same word.
    ``secrets`` are those of the notebook that it tells of, see :func:`secrets_of`.
    """
    return _shown(value, secrets, {})


def secrets_of(notebook: Notebook) -> Sequence[str]:
    """Return the secrets that a notebook's code holds, which go wherever they stand."""
    return values_in(cell.source for cell in notebook.cells)


def problem_shown(problem: Problem, secrets: Sequence[str] = ()) -> Problem:
    """Return a problem that shows none, even where it shows a piece of the notebook that has one."""
    return Problem(*(harmless(each, secrets) for each in (problem.what, problem.where, problem.remedy)))


def parameter_shown(name: str, value: str, secrets: Sequence[str] = ()) -> str:
    """Return the literal that a parameter is set to; beside a name that says that it is a secret it is not shown."""
    found = harmless(value, secrets)
    return HIDDEN if find_secrets(f"{name} = {value}", code=True) else str(found)


def is_secret(name: str, value: Any) -> bool:
    """Say whether a value is a secret, or holds one, or stands beside a name that says so."""
    return bool(find_secrets(json_text({name: value}), code=True))


def _shown(value: Any, secrets: Sequence[str], known: dict[str, str]) -> Any:
    if isinstance(value, str):
        if value not in known:
            known[value] = harmless(value, secrets)
        return known[value]
    if isinstance(value, Mapping):
        return {name: _field(value, name, secrets, known) for name in value}
    return [_shown(each, secrets, known) for each in value] if isinstance(value, list | tuple) else value


def _field(of: Mapping[Any, Any], name: Any, secrets: Sequence[str], known: dict[str, str]) -> Any:
    value = of[name]
    if name == CODE and isinstance(value, str):
        return redacted_source(value, secrets)
    if name == "value" and isinstance(value, str) and isinstance(of.get("name"), str):
        return parameter_shown(of["name"], value, secrets)
    return _shown(value, secrets, known) if name in FOR_PEOPLE or not _is_plain(value) else value


def _is_plain(value: Any) -> bool:
    """Say whether there is no field of its own in it."""
    if isinstance(value, list | tuple):
        return all(map(_is_plain, value))
    return not isinstance(value, Mapping)
