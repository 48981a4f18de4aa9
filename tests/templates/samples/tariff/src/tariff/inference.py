"""Predict."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np


class Price(NamedTuple):
    """A price, and how it came about."""

    amount: float
    factor: float
    note: str | None


def predict(
    minutes: float,
    country: str,
    peak: bool,
    *,
    coefficients: np.ndarray,
    factors: dict[tuple[str, bool], float],
) -> Price:
    """Return the price of one call."""
    factor = factors[country, peak]
    return Price(np.polyval(coefficients, minutes) * factor, factor, None)
