"""Train the model."""

from __future__ import annotations

import numpy as np

from .parameters import Parameters


def train(parameters: Parameters, data: np.ndarray) -> tuple[np.ndarray, dict[tuple[str, bool], float]]:
    """Return the coefficients and the factors by country and time."""
    return np.polyfit(data[:, 0], data[:, 1], 1), {("de", True): 1.0, ("fr", False): 0.5}
