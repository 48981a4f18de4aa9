"""Evaluate the model."""

from __future__ import annotations

import numpy as np


def evaluate(data: np.ndarray, coefficients: np.ndarray) -> dict[str, float]:
    """Return the largest error."""
    return {"error": float(abs(np.polyval(coefficients, data[:, 0]) - data[:, 1]).max())}
