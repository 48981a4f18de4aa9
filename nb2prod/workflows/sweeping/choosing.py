"""What runs have shown goes in; those that a search that learns wants next are queued."""

from __future__ import annotations

from dataclasses import dataclass, field

from nb2prod.ledger.ledger import Ledger
from nb2prod.ledger.model import OPEN, NewRun, RunRecord, Status, SweepRecord
from nb2prod.runs.model import Limits
from nb2prod.sweeps.bayesian import Chooser
from nb2prod.sweeps.model import Direction
from nb2prod.sweeps.recorded import space_from
from nb2prod.workflows.run import RunOptions, new_run
from nb2prod.workflows.sweeping.planning import runs_of, tried
from nb2prod.workflows.sweeping.work import notebook_of_sweep


@dataclass
class Choosing:
    """The runs of a sweep that are chosen one by one."""

    ledger: Ledger
    sweep: SweepRecord
    _told: set[str] = field(default_factory=set)
    _number: int = 0

    def __post_init__(self) -> None:
        space = space_from(self.sweep.space)
        known = len(self.ledger.runs(sweep=self.sweep.id))
        # the draws that a sweep began with are not to be drawn again where it is taken up
        self._chooser = Chooser(space, Direction(self.sweep.direction), (self.sweep.seed or 0) + known)
        number = int(self.sweep.options["number"])
        self._number = number if space.size is None else min(number, space.size)
        self._first = _first(self.sweep, next(iter(tried(space))))

    def queue(self, at_once: int) -> bool:
        """Have so many runs open, as long as there are any to choose; return whether there will be more."""
        runs = self.ledger.runs(sweep=self.sweep.id)
        for run in runs:
            if run.status not in OPEN and run.id not in self._told:
                self._told.add(run.id)
                self._chooser.tell({name: run.parameters[name] for name in self.sweep.space}, self._value(run))
        left = self._number - len(runs)
        wanted = min(left, at_once - sum(run.status in OPEN for run in runs))
        rows = [self._chooser.ask() for _ in range(max(0, wanted))]
        if rows:
            self.ledger.add_to_sweep(self.sweep.id, runs_of(self._first, self.sweep.options["parameters"], rows))
        return left > len(rows)

    def _value(self, run: RunRecord) -> float | None:
        return run.metrics.get(self.sweep.metric) if run.status is Status.SUCCEEDED else None


def _first(sweep: SweepRecord, row: dict[str, object]) -> NewRun:
    """Return a run of the sweep, whose parameters are to be replaced."""
    told = sweep.options
    notebook = notebook_of_sweep(sweep)
    parameters = {**told["parameters"], **row}
    limits, evidence = Limits(**told["limits"]), bool(told.get("evidence"))
    options = RunOptions(notebook.path, parameters, told["kernel"], limits, tuple(told["tags"]), evidence=evidence)
    return new_run(notebook, sweep.content, options)
