"""LightGBM Boosters in LightGBM's own text format."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import lightgbm


def save(value: Any, path: Path) -> dict[str, Any]:
    """Write a Booster: all trees, and how many of them prediction uses.

    Raises:
        TypeError: if it is not a Booster.
    """
    if not isinstance(value, lightgbm.Booster):
        raise TypeError(f"{type(value).__qualname__} is not a lightgbm.Booster.")
    text = value.model_to_string(num_iteration=-1)
    path.write_text(text, encoding="utf-8", newline="\n")
    return {"best_iteration": value.best_iteration}


def load(path: Path, details: Mapping[str, Any], build: Any = None) -> Any:
    """Return the Booster."""
    booster = lightgbm.Booster(model_str=path.read_text(encoding="utf-8"))
    booster.best_iteration = details["best_iteration"]
    return booster
