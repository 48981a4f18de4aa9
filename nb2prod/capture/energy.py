"""What this machine uses while something runs, by codecarbon where that is installed beside nb2prod."""

from __future__ import annotations

import importlib
import logging
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any


@dataclass
class Energy:
    """Filled in when the block ends."""

    kwh: float | None = None
    """Kilowatt-hours of processor, memory and GPU; ``None`` where nobody has measured them."""


@contextmanager
def energy() -> Iterator[Energy]:
    """Measure the block. codecarbon asks nobody on the network, writes no file, and never fails the block."""
    found = Energy()
    tracker = _tracker()
    try:
        yield found
    finally:
        if tracker is not None:
            try:
                tracker.stop()
                found.kwh = float(tracker.final_emissions_data.energy_consumed)
            except Exception:  # a meter that cannot be read is none
                found.kwh = None


def _tracker() -> Any:
    try:
        codecarbon = importlib.import_module("codecarbon")
        logging.getLogger("codecarbon").disabled = True
        tracker = codecarbon.OfflineEmissionsTracker(
            country_iso_code="USA",  # for emissions, which are not looked at
            save_to_file=False,
            log_level="critical",
            allow_multiple_runs=True,
        )
        tracker.start()
    except Exception:
        return None
    return tracker
