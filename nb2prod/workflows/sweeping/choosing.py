"""What runs have shown goes in; those that a search that learns wants next are queued."""

from __future__ import annotations

from dataclasses import dataclass

from nb2prod.ledger.ledger import Ledger
from nb2prod.ledger.model import OPEN, NewRun, SweepRecord
from nb2prod.runs.model import Limits
from nb2prod.sweeps.recorded import space_from
from nb2prod.workflows.run import RunOptions, new_run
from nb2prod.workflows.sweeping.judging import NOT_OVER, Judging
from nb2prod.workflows.sweeping.planning import runs_of, tried
from nb2prod.workflows.sweeping.work import notebook_of_sweep


@dataclass
class Choosing:
    """The runs of a sweep that are chosen one by one."""

    ledger: Ledger
    sweep: SweepRecord
    judging: Judging
    _number: int = 0
    _unheard: int = 0
    """Runs of our own workers that may be over, and have not been heard of yet."""

    def __post_init__(self) -> None:
        space = space_from(self.sweep.space)
        number = int(self.sweep.options["number"])
        self._number = number if space.size is None else min(number, space.size)
        self._first = _first(self.sweep, next(iter(tried(space))))

    def queue(self, at_once: int) -> bool:
        """Have so many runs open, as long as there are any to choose; return whether there will be more."""
        counts = self.ledger.counts(self.sweep.id)
        over = sum(count for status, count in counts.items() if status not in NOT_OVER)
        if over - self.judging.known > self._unheard:  # it began before us, or others work at it too
            self.judging.take_in(self.ledger.runs(sweep=self.sweep.id))
        self._unheard = at_once
        left = self._number - sum(counts.values())
        wanted = min(left, at_once - sum(counts.get(status, 0) for status in OPEN))
        rows = [self.judging.trials.ask() for _ in range(max(0, wanted))]
        if rows:
            self.ledger.add_to_sweep(self.sweep.id, runs_of(self._first, self.sweep.options["parameters"], rows))
        return left > len(rows)


def _first(sweep: SweepRecord, row: dict[str, object]) -> NewRun:
    """Return a run of the sweep, whose parameters are to be replaced."""
    told = sweep.options
    notebook = notebook_of_sweep(sweep)
    parameters = {**told["parameters"], **row}
    limits, evidence = Limits(**told["limits"]), bool(told.get("evidence"))
    options = RunOptions(notebook.path, parameters, told["kernel"], limits, tuple(told["tags"]), evidence=evidence)
    return new_run(notebook, sweep.content, options)
