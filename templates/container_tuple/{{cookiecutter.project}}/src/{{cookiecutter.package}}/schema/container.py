"""Requests reach ``predict`` as tuples."""

from __future__ import annotations

from typing import Any


def hold(value: Any, dtype: Any) -> Any:
    """Return tuples for lists, all the way down."""
    return tuple(hold(item, dtype) for item in value) if isinstance(value, list) else value
