"""What workers tell goes in; how the sweep stands then comes out: how many are done, which run is best."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from typing import Any

from nb2prod.ledger.model import OPEN, RunRecord, Status
from nb2prod.sweeps.model import Direction
from nb2prod.workflows.sweeping.model import Happened


class Standings:
    """How the runs of one sweep stand."""

    def __init__(self, runs: Iterable[RunRecord], total: int, metric: str, direction: str) -> None:
        self.total, self.metric, self.direction = total, metric, direction
        self.ended: dict[str, str] = {}
        """Those that are over: run to status."""
        self.failed = 0
        """How many of these neither succeeded nor were stopped early: counted as they come, there may be many."""
        self.best, self.best_value = "", None
        for run in runs:
            if run.status not in OPEN:
                self._end(run.id, run.status.value, run.metrics)

    def after(self, told: Mapping[str, Any]) -> Happened:
        """Return what happened, with how the sweep stands after it."""
        run, event = str(told.get("run", "")), str(told["event"])
        if event == "ended":
            self._end(run, str(told["status"]), told["metrics"])
        elif event in ("again", "begun"):
            self._begin(run)
        known = ("worker", "number", "cell", "cells", "status", "seconds", "what")
        details = {name: told[name] for name in known if told.get(name) is not None}
        stands: dict[str, Any] = {"done": len(self.ended), "total": self.total, "failed": self.failed}
        return Happened(event, run=run, **details, **stands, best=self.best, best_value=self.best_value)

    def _begin(self, run: str) -> None:
        status = self.ended.pop(run, None)
        self.failed -= status is not None and _is_failed(status)

    def _end(self, run: str, status: str, metrics: Mapping[str, float]) -> None:
        self._begin(run)
        self.ended[run] = status
        self.failed += _is_failed(status)
        value = metrics.get(self.metric) if status == Status.SUCCEEDED else None
        if value is not None and math.isfinite(value) and self._is_better(value):
            self.best, self.best_value = run, value

    best_value: float | None

    def _is_better(self, value: float) -> bool:
        if self.best_value is None or not self.direction:
            return self.best_value is None and bool(self.direction)
        return value > self.best_value if self.direction == Direction.MAXIMIZE else value < self.best_value


def _is_failed(status: str) -> bool:
    return status not in (Status.SUCCEEDED, Status.PRUNED)
