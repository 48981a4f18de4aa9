"""Values to text and back, exactly, as every database takes it."""

from __future__ import annotations

import json
from typing import Any

from nb2prod.errors import Problem, UsageError
from nb2prod.runs.parameters.recording import from_json, in_json
from nb2prod.runs.parameters.writing import Unwritable


def text_of(value: Any) -> str:
    """Return the text of whatever a parameter may be: JSON in ASCII, without the character 0.

    Raises ``UsageError`` for anything else.
    """
    try:
        return json.dumps(in_json(value), allow_nan=False, separators=(",", ":"))
    except Unwritable as error:
        remedy = "give numbers, texts, dates, paths, or lists and objects of these"
        raise UsageError(Problem(f"{error} cannot be recorded", "a parameter", remedy)) from None


def value_of(text: str) -> Any:
    """Return the value that :func:`text_of` made ``text`` of; nothing is run."""
    return from_json(json.loads(text))
