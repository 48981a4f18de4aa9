"""Lists and dicts that hold fitted objects, as one encoder for each column or one model for each fold, as plain data."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from .registry import Unknown, compiles, part, stored
from .stand_in import StandIn

PLAIN = (str, int, float, bool, type(None))


@stored
@dataclass(frozen=True, eq=False)
class Held(StandIn):
    """``content`` is the list or the dict, with stand-ins in place of fitted objects."""

    content: Any


def opened(stand_in: StandIn) -> Any:
    """Return what inference code is handed: a list or a dict itself, else the stand-in."""
    return stand_in.content if type(stand_in) is Held else stand_in


@compiles("builtins.list", "builtins.dict")
def held(fitted: Any) -> Held:
    """Return a list or a dict of fitted objects."""
    content, found = standing(fitted)
    if not found:
        raise Unknown("Nothing in it is a fitted object.")
    return Held(names=None, width=0, content=content)


def standing(value: Any) -> tuple[Any, int]:
    """Return a value with stand-ins in place of fitted objects, and how many these are.

    Raises:
        Unknown: if there is something else in it that is not plain.
    """
    if type(value) in PLAIN:
        return value, 0
    if type(value) is list:
        parts = [standing(item) for item in value]
        return [part for part, _ in parts], sum(count for _, count in parts)
    if type(value) is dict and all(type(key) in PLAIN for key in value):
        items, count = standing(list(value.values()))
        return dict(zip(value, items, strict=True)), count
    return part(value), 1
