"""Values to text and back, exactly: JSON, with an object of one ``$`` key for what JSON has no word for."""

from __future__ import annotations

import json
import math
from collections.abc import Callable
from datetime import UTC, date, datetime, time, timedelta, timezone
from pathlib import Path, PurePath
from typing import Any

from nb2prod.errors import Problem, UsageError

SAFE_INT = 10**300
"""Python refuses to write or read longer decimal numbers than 4300 digits; from here on they are hexadecimal."""


def text_of(value: Any) -> str:
    """Return the text of a value: None, bool, int, float, str, list, dict, tuple, date, datetime, time, Path, nested.

    Raises ``UsageError`` for anything else.
    """
    try:
        return json.dumps(_told(value), allow_nan=False, separators=(",", ":"))
    except RecursionError:
        raise UsageError(Problem("is nested too deeply to be recorded", "a parameter")) from None


def value_of(text: str) -> Any:
    """Return the value that :func:`text_of` made ``text`` of."""
    return json.loads(text, object_hook=_read)


def _told(value: Any) -> Any:
    if value is None or type(value) in (bool, str):
        return value
    for kind, tell in _TELL:
        if type(value) is kind or (kind is PurePath and isinstance(value, PurePath)):
            return tell(value)
    what = f"a value of type {type(value).__name__} cannot be recorded"
    raise UsageError(Problem(what, "a parameter", "give numbers, texts, dates, paths, or lists and objects of these"))


def _told_dict(value: dict[Any, Any]) -> Any:
    if all(type(key) is str and not key.startswith("$") for key in value):
        return {key: _told(each) for key, each in value.items()}
    return {"$dict": [[_told(key), _told(each)] for key, each in value.items()]}


def _told_datetime(value: datetime) -> Any:
    if value.tzinfo is not None and not isinstance(value.tzinfo, timezone):
        what = f"the time zone {value.tzinfo} cannot be recorded"
        raise UsageError(Problem(what, "a parameter", "give the time with its distance to UTC, as +01:00"))
    return {"$datetime": [value.isoformat(), value.fold]}


_TELL: tuple[tuple[type, Callable[[Any], Any]], ...] = (
    (int, lambda value: value if abs(value) < SAFE_INT else {"$int": hex(value)}),
    (float, lambda value: value if math.isfinite(value) else {"$float": str(value)}),
    (list, lambda value: [_told(each) for each in value]),
    (tuple, lambda value: {"$tuple": [_told(each) for each in value]}),
    (dict, _told_dict),
    (datetime, _told_datetime),
    (date, lambda value: {"$date": value.isoformat()}),
    (time, lambda value: {"$time": [value.replace(tzinfo=None).isoformat(), value.fold, _offset(value)]}),
    (PurePath, lambda value: {"$path": str(value)}),
)


def _offset(value: time) -> float | None:
    if value.tzinfo is None:
        return None
    if not isinstance(value.tzinfo, timezone):
        raise UsageError(Problem(f"the time zone {value.tzinfo} cannot be recorded", "a parameter"))
    return value.tzinfo.utcoffset(None).total_seconds()


def _zone(offset: float) -> timezone:
    return timezone(timedelta(seconds=offset)) if offset else UTC


def _read(found: dict[str, Any]) -> Any:
    if len(found) != 1:
        return found
    ((key, value),) = found.items()
    return _READ[key](value) if key in _READ else found


_READ: dict[str, Callable[[Any], Any]] = {
    "$int": lambda text: int(text, 16),
    "$float": float,
    "$tuple": tuple,
    "$dict": dict,
    "$datetime": lambda told: datetime.fromisoformat(told[0]).replace(fold=told[1]),
    "$date": date.fromisoformat,
    "$time": lambda told: time.fromisoformat(told[0]).replace(
        fold=told[1], tzinfo=None if told[2] is None else _zone(told[2])
    ),
    "$path": Path,
}
