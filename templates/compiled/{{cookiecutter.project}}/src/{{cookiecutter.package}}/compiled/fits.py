"""Whether a value is of the type that a dataclass says its field has."""

from __future__ import annotations

from dataclasses import fields
from functools import cache
from types import UnionType
from typing import Any, Union, get_args, get_origin, get_type_hints


@cache
def hints(kind: type) -> dict[str, Any]:
    """Return the types of a dataclass's fields."""
    known = get_type_hints(kind)
    return {field.name: known[field.name] for field in fields(kind)}


def fits(value: Any, hint: Any) -> bool:
    """Say whether a value is of a type; lists and dicts are looked through."""
    origin = get_origin(hint)
    if hint is Any:
        return True
    if hint is None or hint is type(None):
        return value is None
    if origin in (Union, UnionType):
        return any(fits(value, option) for option in get_args(hint))
    if origin is list:
        return isinstance(value, list) and all(fits(item, get_args(hint)[0]) for item in value)
    if origin is dict:
        kinds = get_args(hint)
        return isinstance(value, dict) and all(
            fits(k, kinds[0]) and fits(v, kinds[1]) for k, v in value.items()
        )
    if hint is float:
        return type(value) in (float, int)
    if hint in (int, str, bool, bytes):
        return type(value) is hint
    return isinstance(value, hint)
