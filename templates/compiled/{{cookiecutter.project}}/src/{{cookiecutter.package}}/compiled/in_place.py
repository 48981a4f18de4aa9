"""What the light code has in place of something of a library, found by its full name."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

T = TypeVar("T")
IN_PLACE: dict[str, Any] = {}


def in_place_of(name: str) -> Callable[[T], T]:
    """Register what stands for something of a library, such as ``xgboost.DMatrix``."""

    def register(own: T) -> T:
        IN_PLACE[name] = own
        return own

    return register
