"""What somebody may set for the readiness rules: budgets and thresholds, each with its default and what it may be."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated

MOST = 1_000_000_000
"""What any of them may be: nobody means more, and who wants no limit ignores the rule."""


@dataclass(frozen=True)
class Range:
    """The numbers from ``least``, or from above it, to ``MOST``."""

    least: int
    without: bool = False
    """Whether ``least`` itself is left out."""

    def __contains__(self, value: float) -> bool:
        """Say whether a number lies in it."""
        return self.least <= value <= MOST and not (self.without and value == self.least)

    def __str__(self) -> str:
        """Return it in words that stand behind a kind of number."""
        return f"{'above' if self.without else 'from'} {self.least}{',' if self.without else ''} to {MOST:,}"


Count = Annotated[int, Range(1)]
Allowance = Annotated[float, Range(0)]
Budget = Annotated[float, Range(0, without=True)]


@dataclass(frozen=True)
class Settings:
    """Budgets and thresholds of the rules; ``[tool.nb2prod.check]`` in ``pyproject.toml`` sets them by these names."""

    max_cell_lines: Count = 100
    """Lines that a code cell may have."""
    min_repeated_lines: Count = 6
    """Lines of code from which on two cells that say the same are told."""
    max_output_mb: Allowance = 1.0
    """Megabytes (10⁶ bytes) that the stored outputs of one cell may have; 0 for cells without any."""
    max_model_mb: Budget = 100.0
    """Megabytes that a saved model may take: what Git hosts take in one file."""
    max_latency_ms: Budget = 100.0
    """Milliseconds that 95 of 100 answers to one row may take: what people do not notice (Nielsen, 1993)."""
    max_run_minutes: Budget = 60.0
    """Minutes that a run of the notebook may take."""
    max_memory_gb: Budget = 7.0
    """GiB that it may hold at once: what is left on a common runner of 8 GB."""
    max_kwh: Budget = 1.0
    """Kilowatt-hours that it may take."""
