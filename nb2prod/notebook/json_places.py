"""Where in a JSON text each value stands, so that one can be changed and every other byte stays."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass, field

_SPACE = re.compile(r"[ \t\r\n]*")
_DECODER = json.JSONDecoder()


@dataclass(frozen=True)
class Place:
    """One value in a text."""

    start: int
    end: int
    members: dict[str, Place] = field(default_factory=dict)
    """Of an object: key to value."""
    keys: dict[str, int] = field(default_factory=dict)
    """Of an object: key to where it starts."""
    elements: tuple[Place, ...] = ()
    """Of an array."""


def find_places(text: str, depth: int) -> Place:
    """Return the place of the value that ``text`` consists of, with what it holds down to ``depth``.

    Raises ``ValueError`` where the text is no JSON.
    """
    return _value(text, _skip(text, 0), depth)


def _value(text: str, start: int, depth: int) -> Place:
    if depth > 0 and text[start] == "{":
        return _object(text, start, depth)
    if depth > 0 and text[start] == "[":
        return _array(text, start, depth)
    return Place(start, _DECODER.raw_decode(text, start)[1])


def _object(text: str, start: int, depth: int) -> Place:
    members: dict[str, Place] = {}
    keys: dict[str, int] = {}
    at = _skip(text, start + 1)
    while text[at] != "}":
        if text[at] == ",":
            at = _skip(text, at + 1)
        key, end = _DECODER.raw_decode(text, at)
        keys[key] = at
        at = _skip(text, end)
        if text[at] != ":":
            raise ValueError(f"no colon at {at}")
        members[key] = _value(text, _skip(text, at + 1), depth - 1)
        at = _skip(text, members[key].end)
    return Place(start, at + 1, members, keys)


def _array(text: str, start: int, depth: int) -> Place:
    elements: list[Place] = []
    at = _skip(text, start + 1)
    while text[at] != "]":
        if text[at] == ",":
            at = _skip(text, at + 1)
        elements.append(_value(text, at, depth - 1))
        at = _skip(text, elements[-1].end)
    return Place(start, at + 1, elements=tuple(elements))


def _skip(text: str, at: int) -> int:
    found = _SPACE.match(text, at)
    at = found.end() if found else at
    if at >= len(text):
        raise ValueError("the text ends too early")
    return at
