"""Values go in; Python source comes out that gives exactly them, whatever the notebook has named so, or a refusal."""

from __future__ import annotations

import math
import pathlib
from collections.abc import Callable, Mapping
from datetime import UTC, date, datetime, time, timedelta, timezone
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

DEEPEST = 60
"""Levels of lists in lists: Python's parser takes 200 brackets, of which some values need three a level."""
LONGEST_DECIMAL = 4_000
"""Digits beyond which a whole number is written in hexadecimal: Python reads no more than 4,300 decimal ones."""
COMMENT = "# Parameters"
"""What the cell begins with that papermill injects."""


class Unwritable(ValueError):
    """No source gives this value back; the text says what it is."""


def injected_source(parameters: Mapping[str, Any]) -> str:
    """Return the source of the cell that sets the parameters. Raises ``Unwritable``."""
    lines = [f"{name} = {source_of(value)}" for name, value in parameters.items()]
    return "\n".join([COMMENT, *lines]) + "\n"


def source_of(value: Any, depth: int = 0) -> str:
    """Return an expression that gives ``value``: equal, of the same type, at every depth. Raises ``Unwritable``.

    Modules are imported without binding a name: a notebook's ``from datetime import datetime`` stays what it is.
    """
    if depth > DEEPEST:
        raise Unwritable("what is nested too deeply, or contains itself")
    write = WRITERS.get(type(value))
    if write is None:
        raise Unwritable(f"a value of type {_name(type(value))}")
    return write(value, lambda inner: source_of(inner, depth + 1))


_Inner = Callable[[Any], str]


def _name(kind: type) -> str:
    return kind.__qualname__ if kind.__module__ == "builtins" else f"{kind.__module__}.{kind.__qualname__}"


def _int(value: int, inner: _Inner) -> str:
    return repr(value) if value.bit_length() < LONGEST_DECIMAL * 3 else hex(value)


def _float(value: float, inner: _Inner) -> str:
    return repr(value) if math.isfinite(value) else f'float("{value}")'


def _sequence(opening: str, closing: str) -> Callable[[Any, _Inner], str]:
    return lambda value, inner: opening + ", ".join(map(inner, value)) + closing


def _tuple(value: tuple[Any, ...], inner: _Inner) -> str:
    return "(" + ", ".join(map(inner, value)) + ("," if len(value) == 1 else "") + ")"


def _set(value: set[Any], inner: _Inner) -> str:
    return "{" + ", ".join(sorted(map(inner, value))) + "}" if value else "set()"


def _frozenset(value: frozenset[Any], inner: _Inner) -> str:
    return f"frozenset({_set(set(value), inner) if value else ''})"


def _dict(value: dict[Any, Any], inner: _Inner) -> str:
    return "{" + ", ".join(f"{inner(key)}: {inner(each)}" for key, each in value.items()) + "}"


def _call(module: str, what: str, *arguments: str) -> str:
    return f'__import__("{module}").{what}({", ".join(arguments)})'


def _timedelta(value: timedelta, inner: _Inner) -> str:
    return _call("datetime", "timedelta", *map(repr, (value.days, value.seconds, value.microseconds)))


def _time(value: time, inner: _Inner) -> str:
    parts = (value.hour, value.minute, value.second, value.microsecond)
    return _call("datetime", "time", *map(repr, parts), *_zone_and_fold(value, inner))


def _datetime(value: datetime, inner: _Inner) -> str:
    parts = (value.year, value.month, value.day, value.hour, value.minute, value.second, value.microsecond)
    return _call("datetime", "datetime", *map(repr, parts), *_zone_and_fold(value, inner))


def _zone_and_fold(value: time | datetime, inner: _Inner) -> list[str]:
    zone = [] if value.tzinfo is None else [f"tzinfo={inner(value.tzinfo)}"]
    return [*zone, f"fold={value.fold}"] if value.fold else zone


def _timezone(value: timezone, inner: _Inner) -> str:
    if value is UTC:
        return '__import__("datetime").timezone.utc'
    offset, *name = value.__getinitargs__()  # type: ignore[attr-defined]  # what pickle asks, and the only way to the name
    return _call("datetime", "timezone", inner(offset), *map(inner, name))


def _zone(value: ZoneInfo, inner: _Inner) -> str:
    if value.key is None:
        raise Unwritable("a time zone without a name")
    return _call("zoneinfo", "ZoneInfo", repr(value.key))


def _path(value: pathlib.PurePath, inner: _Inner) -> str:
    if type(value)(str(value)) != value:  # as for PureWindowsPath("//a/")
        raise Unwritable("a path that is not what its text says")
    kind = "Path" if isinstance(value, pathlib.Path) else type(value).__name__
    return _call("pathlib", kind, repr(str(value)))


def _complex(value: complex, inner: _Inner) -> str:
    return f"complex({inner(value.real)}, {inner(value.imag)})"


def _plain(value: Any, inner: _Inner) -> str:
    return repr(value)


def _date(value: date, inner: _Inner) -> str:
    return _call("datetime", "date", *map(repr, (value.year, value.month, value.day)))


def _decimal(value: Decimal, inner: _Inner) -> str:
    return _call("decimal", "Decimal", repr(str(value)))


WRITERS: Mapping[type, Callable[[Any, _Inner], str]] = {
    type(None): _plain,
    bool: _plain,
    str: _plain,
    bytes: _plain,
    int: _int,
    float: _float,
    complex: _complex,
    list: _sequence("[", "]"),
    tuple: _tuple,
    set: _set,
    frozenset: _frozenset,
    dict: _dict,
    date: _date,
    datetime: _datetime,
    time: _time,
    timedelta: _timedelta,
    timezone: _timezone,
    ZoneInfo: _zone,
    Decimal: _decimal,
    type(pathlib.Path()): _path,
    pathlib.PurePosixPath: _path,
    pathlib.PureWindowsPath: _path,
}
"""By exact type: what is more than that, such as a number of NumPy or a ``namedtuple``, would come back as less."""
