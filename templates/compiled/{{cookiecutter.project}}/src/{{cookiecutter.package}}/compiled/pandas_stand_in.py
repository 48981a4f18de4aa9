"""What ``pd`` is to the light code: the part of pandas that is known for tables of one row."""

from __future__ import annotations

from typing import Any

from .not_light import NotLight


def __getattr__(name: str) -> Any:
    if name.startswith("__"):
        raise AttributeError(name)
    raise NotLight(f"pandas.{name}")
