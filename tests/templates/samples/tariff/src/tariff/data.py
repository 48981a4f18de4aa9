"""Load the calls."""

from __future__ import annotations

import numpy as np

from .parameters import Parameters


def load_data(parameters: Parameters) -> np.ndarray:
    """Return minutes and prices."""
    minutes = np.arange(1.0, 41.0)
    return np.column_stack([minutes, 0.25 * minutes + 3])
