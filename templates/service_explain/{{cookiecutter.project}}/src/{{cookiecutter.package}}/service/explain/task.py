"""What is to be explained, and how much that may take."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from .orders import Numbers


@dataclass(frozen=True)
class Task:
    """A record that is to be explained."""

    value: Numbers
    """Its numbers."""
    bases: Numbers
    """The numbers of each record of the background, NaN where there are none."""
    differing: Sequence[Sequence[int]]
    """For each of these, the parts in which it is another than the explained one."""
    parts: int
    asks: int
    """Mixes that the model may be asked about."""
    until: float
    """When to stop, by ``time.monotonic``."""
