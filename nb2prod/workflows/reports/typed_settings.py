"""What somebody has set for the rules, to values of the types that these have, or to what is wrong with it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import fields
from difflib import get_close_matches
from functools import cache
from types import UnionType
from typing import Any, get_args, get_origin, get_type_hints

from nb2prod.errors import Problem
from nb2prod.rules.settings import Settings


@cache
def setting_types() -> Mapping[str, Any]:
    """Return the type of each setting of the rules."""
    hints = get_type_hints(Settings)
    return {each.name: hints[each.name] for each in fields(Settings)}


def typed_settings(given: Mapping[str, Any], where: str) -> tuple[dict[str, Any], list[Problem]]:
    """Return settings by their names, and a problem for each that there is not or that is of another type."""
    values: dict[str, Any] = {}
    problems: list[Problem] = []
    types = setting_types()
    for key, value in given.items():
        name = str(key).replace("-", "_")
        if name not in types:
            problems.append(unknown(str(key), types, where))
            continue
        try:
            values[name] = _typed(value, types[name])
        except ValueError as error:
            problems.append(Problem(f"`{key}` has to be {error}, and is {value!r:.60}", where, "correct it"))
    return values, problems


def unknown(key: str, known: Iterable[str], where: str) -> Problem:
    """Return the problem of a key that there is not, with the nearest one."""
    names = sorted(each.replace("_", "-") for each in known)
    near = get_close_matches(key.replace("_", "-").lower(), names, n=1, cutoff=0.5)
    remedy = f"did you mean `{near[0]}`?" if near else f"there are {', '.join(names)}"
    return Problem(f"there is no setting `{key}`", where, remedy)


def from_text(text: str, name: str) -> Any:
    """Return what a text, as of an environment variable, stands for: a value for ``typed_settings``."""
    kind = _plain(setting_types()[name])
    if kind is bool and text.lower() in {"true", "1", "yes", "false", "0", "no"}:
        return text.lower() in {"true", "1", "yes"}
    if get_origin(kind) is tuple:
        return [part.strip() for part in text.split(",") if part.strip()]
    for number in (int, float) if kind in (int, float) else ():
        try:
            return number(text)
        except ValueError:
            continue
    return text


def _plain(kind: Any) -> Any:
    """Return the type that a value has where it is not ``None``."""
    if get_origin(kind) is UnionType:
        return next(each for each in get_args(kind) if each is not type(None))
    return kind


def _typed(value: Any, kind: Any) -> Any:
    """Return the value; raise ``ValueError`` with what it has to be."""
    kind = _plain(kind)
    if kind is bool and isinstance(value, bool):
        return value
    if kind is int and isinstance(value, int) and not isinstance(value, bool):
        return value
    if kind is float and isinstance(value, int | float) and not isinstance(value, bool):
        return float(value)
    if kind is str and isinstance(value, str):
        return value
    if get_origin(kind) is tuple and isinstance(value, list) and all(isinstance(each, str) for each in value):
        return tuple(value)
    names = {bool: "true or false", int: "a whole number", float: "a number", str: "a text"}
    raise ValueError(names.get(kind, "a list of texts"))
