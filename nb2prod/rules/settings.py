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
    max_model_mb: float = 100.0
    """Megabytes that a saved model may take: what Git hosts take in one file."""
    max_latency_ms: float = 100.0
    """Milliseconds that 95 of 100 answers to one row may take: what people do not notice (Nielsen, 1993)."""
    max_run_minutes: float = 60.0
    """Minutes that a run of the notebook may take."""
    max_memory_gb: float = 7.0
    """GiB that it may hold at once: what is left on a common runner of 8 GB."""
    max_kwh: float = 1.0
    """Kilowatt-hours that it may take."""
