"""Which mixes of two records are to be asked about, and what their numbers say of each part."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import factorial
from typing import Any

import numpy as np

from .task import Numbers


@dataclass(frozen=True)
class Plan:
    """Mixes with a record of the background."""

    row: int
    """Which one."""
    differing: tuple[int, ...]
    """The parts in which it is another, in the order in which they are put in."""
    masks: list[tuple[int, ...]]
    """Of each mix, which parts are the explained record's."""
    exact: bool
    """Whether these are all mixes."""

    def shares(self, along: Numbers, parts: int) -> Numbers:
        """Return what each part adds, from the numbers of the other record, of the mixes, and of the explained one."""
        shares = np.zeros((along.shape[1], parts))
        if not self.differing:
            return shares
        added = all_orders(along, len(self.differing)) if self.exact else both_orders(along)
        shares[:, list(self.differing)] = added.T
        return shares


def plan_all(row: int, differing: Sequence[int]) -> Plan:
    """Return the plan of all mixes; the bits of a mix's number, counted from 1, say which parts are in it."""
    masks = [
        tuple(part for bit, part in enumerate(differing) if code >> bit & 1)
        for code in range(1, 2 ** len(differing) - 1)
    ]
    return Plan(row, tuple(differing), masks, exact=True)


def plan_walk(row: int, order: Sequence[Any]) -> Plan:
    """Return the plan of putting parts in, one after the other, and of doing so in the opposite order: what is drawn
    unluckily one way is made good the other way (antithetic)."""
    parts = tuple(int(part) for part in order)
    ways = (parts, parts[::-1])
    return Plan(row, parts, [way[:length] for way in ways for length in range(1, len(parts))], exact=False)


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
