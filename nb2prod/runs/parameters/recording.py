"""Values go in; JSON comes out that says exactly which they were, and the other way round."""

from __future__ import annotations

import math
from typing import Any

from nb2prod.runs.parameters.literals import value_of
from nb2prod.runs.parameters.writing import source_of

PYTHON = "$python"
"""The key of an object that stands for a value which JSON does not know; its value is Python source."""


def in_json(value: Any) -> Any:
    """Return the value as JSON has it. What JSON does not know, such as a date, a tuple, ``nan`` or a key that is no
    text, becomes ``{"$python": "..."}``. Raises ``Unwritable``."""
    if value is None or type(value) in (bool, str):
        return value if type(value) is not str or _is_text(value) else {PYTHON: source_of(value)}
    if type(value) is int and value.bit_length() < 64:
        return value
    if type(value) is float and math.isfinite(value):
        return value
    if type(value) is list:
        source_of(value)  # refuses a list that contains itself
        return [in_json(each) for each in value]
    if type(value) is dict and PYTHON not in value and all(type(key) is str and _is_text(key) for key in value):
        source_of(value)
        return {key: in_json(each) for key, each in value.items()}
    return {PYTHON: source_of(value)}


def from_json(said: Any) -> Any:
    """Return the value that :func:`in_json` was given. Runs nothing; raises ``HasToBeRun`` for what it never says."""
    if isinstance(said, list):
        return [from_json(each) for each in said]
    if isinstance(said, dict):
        if set(said) == {PYTHON}:
            return value_of(said[PYTHON])
        return {key: from_json(each) for key, each in said.items()}
    return said


def _is_text(text: str) -> bool:
    try:
        text.encode("utf-8")
    except UnicodeEncodeError:
        return False
    return True
