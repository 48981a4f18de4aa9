"""What somebody may set for the readiness rules: budgets and thresholds, each with its default."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Settings:
    """Budgets and thresholds of the rules; ``[tool.nb2prod.check]`` in ``pyproject.toml`` sets them by these names."""

    max_cell_lines: int = 100
    """Lines that a code cell may have."""
    min_repeated_lines: int = 6
    """Lines of code from which on two cells that say the same are told."""
    max_output_mb: float = 1.0
    """Megabytes (10⁶ bytes) that the stored outputs of one cell may have."""
