"""What somebody has set for the rules, to values of the types that these have, or to what is wrong with it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import fields
from difflib import get_close_matches
from functools import cache
from typing import Any, get_type_hints

from nb2prod.errors import Problem
from nb2prod.rules.settings import Range, Settings


@cache
def setting_types() -> Mapping[str, Any]:
    """Return the type of each setting of the rules."""
    hints = get_type_hints(Settings)
    return {each.name: hints[each.name] for each in fields(Settings)}


@cache
def _ranges() -> Mapping[str, Range]:
    """Return what each setting may be."""
    hints = get_type_hints(Settings, include_extras=True)
    return {each.name: hints[each.name].__metadata__[0] for each in fields(Settings)}


def typed_settings(given: Mapping[str, Any], where: str) -> tuple[dict[str, Any], list[Problem]]:
    """Return settings by their names, and a problem for each that there is not, or that is no such thing or amount."""
    values: dict[str, Any] = {}
    problems: list[Problem] = []
    types = setting_types()
    for key, value in given.items():
        name = str(key).replace("-", "_")
        if name not in types:
            problems.append(unknown(str(key), types, where))
            continue
        try:
            values[name] = _typed(value, types[name], _ranges()[name])
        except ValueError as error:
            remedy = f"the default is {getattr(Settings(), name):g}"
            problems.append(Problem(f"`{key}` has to be {error}, and is {value!r:.60}", where, remedy))
    return values, problems


def unknown(key: str, known: Iterable[str], where: str) -> Problem:
    """Return the problem of a key that there is not, with the nearest one."""
    names = sorted(each.replace("_", "-") for each in known)
    near = get_close_matches(key.replace("_", "-").lower(), names, n=1, cutoff=0.5)
    remedy = f"did you mean `{near[0]}`?" if near else f"there are {', '.join(names)}"
    return Problem(f"there is no setting `{key}`", where, remedy)


def from_text(text: str, name: str) -> Any:
    """Return what a text, as of an environment variable, stands for: a value for ``typed_settings``."""
    for number in (int, float):
        try:
            return number(text)
        except ValueError:
            continue
    return text


def _typed(value: Any, kind: type, allowed: Range) -> Any:
    """Return the value; raise ``ValueError`` with what it has to be."""
    fitting = isinstance(value, int if kind is int else int | float) and not isinstance(value, bool)
    if not fitting or value not in allowed:
        raise ValueError(f"{'a whole number' if kind is int else 'a number'} {allowed}")
    return kind(value)
