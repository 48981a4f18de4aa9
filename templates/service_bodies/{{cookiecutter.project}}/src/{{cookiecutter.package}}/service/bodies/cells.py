"""Texts of cells in, values out, typed by the schema; what is no such value stays a text, for the check to name."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from typing import Any

from ...schema import REQUEST

FIELDS: dict[str, dict[str, Any]] = {field["name"]: field for field in REQUEST.get("fields", ())}
NAMES = (*FIELDS, *REQUEST.get("ignored", ()))
WHOLE = re.compile(r"[+-]?[0-9]{1,30}")
NUMBER = re.compile(r"[+-]?([0-9]+\.?[0-9]*|\.[0-9]+)([eE][+-]?[0-9]+)?")
TRUTH = {"true": True, "false": False}


def number(text: str) -> Any:
    """Return a number as JSON has it, in plain digits; what is too large becomes infinite, which the check refuses."""
    if len(text) <= 400 and NUMBER.fullmatch(text):
        return int(text) if WHOLE.fullmatch(text) else float(text)
    return text


def nested(text: str) -> Any:
    """Return a list or an object that is written as JSON."""
    try:
        return json.loads(text)
    except (ValueError, RecursionError):
        return text


TYPES: dict[str, Callable[[str], Any]] = {
    "integer": number,
    "number": number,
    "boolean": lambda text: TRUTH.get(text.lower(), text),
    "string": str,
    "datetime": str,
    "any": lambda text: TRUTH.get(text.lower(), number(text)),
    "array": nested,
    "object": nested,
}


def converter(name: str) -> Callable[[str], Any]:
    """Return what makes a column's cells into values; an empty one is null."""
    convert = TYPES[FIELDS[name]["type"]] if name in FIELDS else str
    return lambda text: convert(text) if text else None
