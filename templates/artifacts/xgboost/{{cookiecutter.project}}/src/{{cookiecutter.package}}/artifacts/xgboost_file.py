"""XGBoost models in XGBoost's own format."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import xgboost

TYPES = ("Booster", "XGBClassifier", "XGBRegressor", "XGBRanker", "XGBRFClassifier", "XGBRFRegressor")


def save(value: Any, path: Path) -> dict[str, Any]:
    """Write a Booster or one of XGBoost's scikit-learn classes.

    Raises:
        TypeError: if it is something else.
    """
    if type(value).__name__ not in TYPES:
        raise TypeError(f"{type(value).__qualname__} is not one of {', '.join(TYPES)}.")
    value.save_model(path)
    return {"type": type(value).__name__}


def load(path: Path, details: Mapping[str, Any], build: Any = None) -> Any:
    """Return the model."""
    if details["type"] not in TYPES:
        raise TypeError(f"{details['type']} is not one of {', '.join(TYPES)}.")
    model = getattr(xgboost, details["type"])()
    model.load_model(path)
    return model
