"""JSON data to the texts in it, each beside the key that it has; and back, with the texts changed."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

DEEPEST = 100
"""Levels that are walked down; nothing that people look at has as many."""
_ENCODED = re.compile(r"[A-Za-z0-9+/\s]{200,}={0,2}\s*")
"""Arrays and pictures in base64."""


def json_text(value: object) -> str:
    """Return all texts of JSON data, a line ``"key": "text"`` each; arrays and pictures in base64 are none."""
    return "\n".join(_beside(name, text) for name, text in _texts(value, "", DEEPEST))


def rewritten_json(value: object, change: Callable[[str], str]) -> object:
    """Return the data with every text and key changed as ``change`` does it beside the key; the same if none is."""
    text = json_text(value)
    return value if change(text) == text else _rewritten(value, "", change, DEEPEST)


def _texts(value: object, name: str, depth: int) -> Iterator[tuple[str, str]]:
    if isinstance(value, str):
        if not _ENCODED.fullmatch(value):
            yield name, value
    elif isinstance(value, dict) and depth:
        for key, each in value.items():
            if isinstance(each, str | dict | list):
                yield from _texts(each, str(key), depth - 1)
            else:
                yield str(key), ""
    elif isinstance(value, list) and depth:
        for each in value:
            yield from _texts(each, name, depth - 1)


def _beside(name: str, text: str) -> str:
    return f'"{name}": "{text}"' if name else text


def _rewritten(value: object, name: str, change: Callable[[str], str], depth: int) -> object:
    if isinstance(value, str):
        return value if _ENCODED.fullmatch(value) else _changed(value, name, change)
    if isinstance(value, dict) and depth:
        return {change(str(key)): _rewritten(each, str(key), change, depth - 1) for key, each in value.items()}
    if isinstance(value, list) and depth:
        return [_rewritten(each, name, change, depth - 1) for each in value]
    return value


def _changed(text: str, name: str, change: Callable[[str], str]) -> str:
    before, after = (f'"{name}": "', '"') if name else ("", "")
    changed = change(_beside(name, text))
    kept = changed.startswith(before) and changed.endswith(after)
    return changed[len(before) : len(changed) - len(after)] if kept else change(text)
