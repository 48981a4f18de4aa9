"""Answers with fewer digits: what is left out, nobody can copy the model by."""

from __future__ import annotations

from typing import Any


def rounded(value: Any, digits: int) -> Any:
    """Return a JSON value, its numbers with a fraction held to so many significant digits."""
    if isinstance(value, float):
        return float(f"{value:.{digits}g}")
    if isinstance(value, list):
        return [rounded(each, digits) for each in value]
    if isinstance(value, dict):
        return {name: rounded(each, digits) for name, each in value.items()}
    return value
