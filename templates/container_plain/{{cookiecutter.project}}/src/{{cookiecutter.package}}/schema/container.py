"""Requests reach ``predict`` as Python's own values."""

from __future__ import annotations

from typing import Any


def hold(value: Any, dtype: Any) -> Any:
    """Return the value as it is."""
    return value
