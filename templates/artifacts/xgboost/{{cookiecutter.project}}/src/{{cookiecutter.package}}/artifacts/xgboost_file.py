"""XGBoost models in XGBoost's own format."""

from __future__ import annotations

import math
from collections.abc import Mapping
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import xgboost

TYPES = (
    "Booster",
    "XGBClassifier",
    "XGBRegressor",
    "XGBRanker",
    "XGBRFClassifier",
    "XGBRFRegressor",
)
SETTINGS = ("missing", "enable_categorical")
"""What scikit-learn's classes use to predict and do not write into the file."""


def save(value: Any, path: Path) -> dict[str, Any]:
    """Write a Booster or one of XGBoost's scikit-learn classes.

    Raises:
        TypeError: if it is something else.
    """
    kind = type(value).__name__
    if kind not in TYPES:
        raise TypeError(f"{kind} is not one of {', '.join(TYPES)}.")
    with TemporaryDirectory() as folder:  # XGBoost takes the format from the file's name
        named = Path(folder, "model.ubj")
        value.save_model(named)
        path.write_bytes(named.read_bytes())
    settings = {name: getattr(value, name) for name in SETTINGS if hasattr(value, name)}
    return {"type": kind, "settings": {name: known(value) for name, value in settings.items()}}


def load(path: Path, details: Mapping[str, Any], build: Any = None) -> Any:
    """Return the model."""
    if details["type"] not in TYPES:
        raise TypeError(f"{details['type']} is not one of {', '.join(TYPES)}.")
    model = getattr(xgboost, details["type"])()
    model.load_model(bytearray(path.read_bytes()))
    for name, value in details["settings"].items():
        setattr(model, name, math.nan if value is None else value)
    return model


def known(value: Any) -> Any:
    """Return a setting as JSON has it: null for NaN."""
    return None if isinstance(value, float) and math.isnan(value) else value
