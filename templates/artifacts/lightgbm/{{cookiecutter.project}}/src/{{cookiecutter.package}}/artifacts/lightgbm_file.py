"""LightGBM Boosters in LightGBM's own text format; its scikit-learn classes through skops."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import lightgbm

from . import sklearn_file


def save(value: Any, path: Path) -> dict[str, Any]:
    """Write the model: all trees, and how many of them prediction uses."""
    if not isinstance(value, lightgbm.Booster):
        return {"format": "skops", **sklearn_file.save(value, path)}
    path.write_text(value.model_to_string(num_iteration=-1), encoding="utf-8", newline="\n")
    return {"format": "text", "best_iteration": value.best_iteration}


def load(path: Path, details: Mapping[str, Any], build: Any = None) -> Any:
    """Return the model."""
    if details["format"] == "skops":
        return sklearn_file.load(path, details)
    booster = lightgbm.Booster(model_str=path.read_text(encoding="utf-8"))
    booster.best_iteration = details["best_iteration"]
    return booster
