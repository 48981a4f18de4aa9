"""What each part adds on average over the orders in which parts may be put in."""

from __future__ import annotations

from math import factorial

import numpy as np
from numpy.typing import NDArray

Numbers = NDArray[np.float64]


def all_orders(along: Numbers, count: int) -> Numbers:
    """Return what each of so many parts adds on average over all orders, a row each."""
    if count == 1:
        return along[-1:] - along[:1]
    codes = np.arange(2**count)
    sizes = sum(codes >> bit & 1 for bit in range(count))
    weights = np.array([factorial(s) * factorial(count - s - 1) / factorial(count) for s in range(count)])
    added = []
    for bit in range(count):
        without = codes[codes >> bit & 1 == 0]
        steps = along[without | 1 << bit] - along[without]
        added.append((weights[sizes[without]][:, None] * steps).sum(axis=0))
    return np.array(added)


def both_orders(along: Numbers) -> Numbers:
    """Return what each part adds on average over an order and its opposite, a row each in the first order."""
    first, last, inner = along[:1], along[-1:], along[1:-1]
    half = len(inner) // 2
    forth = np.diff(np.vstack([first, inner[:half], last]), axis=0)
    back = np.diff(np.vstack([first, inner[half:], last]), axis=0)
    return np.asarray((forth + back[::-1]) / 2)
