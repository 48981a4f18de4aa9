"""Rows of values go in; what tells them apart comes out."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from nb2prod.sweeps.model import Row


def exact(value: Any) -> str:
    """Return a text that is the same for the same value of the same type only: ``1``, ``1.0`` and ``True`` differ."""
    if isinstance(value, Mapping):
        inside = ",".join(f"{exact(key)}:{exact(each)}" for key, each in value.items())
        return f"{type(value).__name__}{{{inside}}}"
    if isinstance(value, list | tuple):
        return f"{type(value).__name__}[{','.join(map(exact, value))}]"
    return f"{type(value).__name__}({value!r})"


def key_of(row: Row, names: Iterable[str]) -> tuple[str, ...]:
    """Return what runs that agree on ``names`` have in common."""
    return tuple(exact(row[name]) for name in names)
