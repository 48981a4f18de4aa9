"""What runs report while they train goes in; which of them are to be stopped early comes out, as Optuna has it."""

from __future__ import annotations

import json
import queue
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from nb2prod.ledger.ledger import Ledger
from nb2prod.ledger.model import OPEN, RunRecord, Status, SweepRecord
from nb2prod.runs.reports import Judge
from nb2prod.sweeps.model import Row
from nb2prod.sweeps.trials import Trials

NOT_OVER = OPEN | {Status.LOST, Status.INTERRUPTED}
"""How a run stands that ends, or may, in some other way."""
LOOK = 0.2
"""Seconds between two looks whether a run that waits for an answer is to end."""


@dataclass
class Judging:
    """The runs of a sweep as the trials of one study, where the sweep itself is."""

    ledger: Ledger
    sweep: SweepRecord
    trials: Trials
    _rows: dict[str, Row] = field(default_factory=dict)
    """By run, for those that are under way."""
    _told: set[str] = field(default_factory=set)

    @property
    def known(self) -> int:
        """Return how many runs that are over have been taken in."""
        return len(self._told)

    def take_in(self, runs: tuple[RunRecord, ...]) -> None:
        """Take in what the ledger knows of those that are over."""
        over = [run for run in runs if run.status not in NOT_OVER and run.id not in self._told]
        reported = self.ledger.reported(sweep=self.sweep.id) if any(run.id not in self._rows for run in over) else {}
        for run in over:
            by_step = reported.get(run.id) if run.id not in self._rows else None
            self._tell(run.id, self._row_of(run), run.status, run.metrics, by_step)

    def reported(self, run: str, step: int, value: float, *, anew: bool) -> bool:
        """Take in a report of a run that is under way, and say whether it is to be stopped."""
        if run not in self._rows:
            self._rows[run] = self._row_of(self.ledger.run(run))
        return self.trials.report(self._rows[run], step, value, anew=anew)

    def ended(self, run: str, status: str, metrics: Mapping[str, float]) -> None:
        """Take in how a run has ended."""
        if run not in self._told and status not in NOT_OVER:
            row = self._rows[run] if run in self._rows else self._row_of(self.ledger.run(run))
            self._tell(run, row, Status(status), metrics)

    def _tell(
        self,
        run: str,
        row: Row,
        status: Status,
        metrics: Mapping[str, float],
        reported: Mapping[int, float] | None = None,
    ) -> None:
        self._told.add(run)
        self._rows.pop(run, None)
        value = metrics.get(self.sweep.metric) if status is Status.SUCCEEDED else None
        self.trials.tell(row, value, pruned=status is Status.PRUNED, reported=reported)

    def _row_of(self, run: RunRecord) -> Row:
        return {name: run.parameters[name] for name in self.sweep.space}


def verdict(run: str, step: int, *, stop: bool) -> bytes:
    """Return the line that tells a worker how a report of one of its runs was judged."""
    return json.dumps({"run": run, "step": step, "stop": stop}).encode() + b"\n"


class Verdicts:
    """What a worker is told of its runs' reports, where the worker is: heard by one thread, waited for by others."""

    def __init__(self) -> None:
        self._waiting: dict[str, queue.SimpleQueue[Mapping[str, Any]]] = {}

    def hear(self, line: bytes) -> None:
        """Hand a verdict to the run that waits for it; a line that is none, or of a run that has ended, to nobody."""
        try:
            told = json.loads(line)
        except ValueError:
            return
        if isinstance(told, Mapping) and (waiting := self._waiting.get(str(told.get("run")))) is not None:
            waiting.put(told)

    @contextmanager
    def judge_for(self, run: str, tell: Callable[..., None]) -> Iterator[Judge]:
        """Yield what a run's reports are judged by: each is told, and its verdict waited for while the block lasts."""
        heard: queue.SimpleQueue[Mapping[str, Any]] = queue.SimpleQueue()
        self._waiting[run] = heard
        over = threading.Event()

        def judge(step: int, value: float, anew: bool) -> bool:
            tell("reported", run=run, step=step, value=value, anew=anew)
            while not over.is_set():
                try:
                    told = heard.get(timeout=LOOK)
                except queue.Empty:
                    continue
                if told["step"] == step:
                    return bool(told["stop"])
            return False

        try:
            yield judge
        finally:
            over.set()
            del self._waiting[run]
