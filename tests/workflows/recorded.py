"""Runs that are in a ledger without having been made, for the tests of what is shown of them."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from nb2prod.ledger.ledger import Ledger, open_ledger
from nb2prod.ledger.liveness import this_process
from nb2prod.ledger.model import Ended, NewRun, RunRecord, Status


def recorded(
    ledger: Ledger,
    parameters: Mapping[str, Any],
    metrics: Mapping[str, float],
    status: Status = Status.SUCCEEDED,
    notebook: str = "/work/a.ipynb",
) -> RunRecord:
    """Record a run as it might have been."""
    claim = ledger.begin(NewRun(notebook, "0" * 64, parameters, tuple(parameters)), this_process())
    assert ledger.end(claim, Ended(status, 1.5, metrics=metrics))
    return ledger.run(claim.run.id)


def swept(file: Path) -> Ledger:
    """Return a ledger with 24 runs over ``lr`` and ``depth``, and three that did not succeed."""
    ledger = open_ledger(file, create=True)
    for depth in (2, 4, 8):
        for power in range(8):
            lr = 10 ** (-4 + power / 2)
            accuracy = 0.95 - 0.02 * (power - 4 - depth / 8) ** 2 - 0.01 * depth
            recorded(ledger, {"lr": lr, "depth": depth, "name": "a"}, {"accuracy": accuracy, "loss": 1 - accuracy})
    for status in (Status.FAILED, Status.TIMED_OUT, Status.KERNEL_DIED):
        recorded(ledger, {"lr": 1.0, "depth": 2, "name": "a"}, {"accuracy": 1.0}, status)
    return ledger
