"""A notebook and what to vary go in; every run is done, once, and what is best comes out."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from time import monotonic

from nb2prod.errors import Problem, UsageError
from nb2prod.ledger.ledger import Ledger
from nb2prod.ledger.model import RunRecord, Status, SweepRecord
from nb2prod.ledger.places import FOLDER, Place
from nb2prod.sweeps.model import Direction
from nb2prod.sweeps.recorded import space_from
from nb2prod.sweeps.trials import Trials
from nb2prod.workflows.ranking_runs import best_of
from nb2prod.workflows.run import OUTPUTS
from nb2prod.workflows.sweeping.choosing import Choosing
from nb2prod.workflows.sweeping.coordinating import Coordinator
from nb2prod.workflows.sweeping.crews import Crew
from nb2prod.workflows.sweeping.judging import Judging
from nb2prod.workflows.sweeping.local_crew import LocalCrew
from nb2prod.workflows.sweeping.model import How, SweepOptions, SweepWatch, Swept
from nb2prod.workflows.sweeping.planning import plan, runs_of
from nb2prod.workflows.sweeping.standings import Standings
from nb2prod.workflows.where_recorded import ledger_for

UNDONE = frozenset({Status.LOST, Status.INTERRUPTED})
"""How a run stands that nobody has brought to an end of its own."""
LEARNING = "bayesian"
NOTHING_REPORTED = "no run was stopped early: none has called nb2prod.report(step, value)"
AS_OFTEN_AS_ASKED = sys.maxsize
DO_NOTHING: How = How()


def sweep(options: SweepOptions, how: How = DO_NOTHING, watch: SweepWatch = lambda _: None) -> Swept:
    """Queue all runs of a sweep, and have them done.

    Raises ``Nb2ProdError``, and records nothing, for what can be told before. A run that fails does not keep the others
    from being done: its record says how it failed.
    """
    planned = plan(options)
    place = ledger_for(options.notebook, options.ledger)
    with Ledger(place, create=True) as ledger, crew_for(how, place, Path(planned.first.output).parent) as crew:
        queued = runs_of(planned.first, options.parameters, planned.rows)
        record = ledger.sweep(ledger.add_sweep(replace(planned.sweep, engine=how.engine), queued))
        return _carry_out(ledger, record, crew, _alone(how, record), watch)


def resume(said: str, place: Place, how: How = DO_NOTHING, watch: SweepWatch = lambda _: None) -> Swept:
    """Do what is missing of a sweep: runs that are queued, that were interrupted, or whose worker is gone.

    Raises ``UsageError`` where there is no such sweep.
    """
    with Ledger(place) as ledger:
        record = ledger.sweep(said)
        outputs = Path(record.notebook).parent / FOLDER / OUTPUTS
        with crew_for(how, place, outputs) as crew:
            ledger.settle(record.id)
            undone = [run.id for run in ledger.runs(sweep=record.id, statuses=UNDONE)]
            ledger.requeue(undone, UNDONE, AS_OFTEN_AS_ASKED)
            return _carry_out(ledger, record, crew, _alone(how, record), watch)


def _carry_out(ledger: Ledger, record: SweepRecord, crew: Crew, alone: str, watch: SweepWatch) -> Swept:
    """Have what is queued done, whatever happens."""
    began = monotonic()
    runs = ledger.runs(sweep=record.id)
    total = int(record.options["number"]) if record.search == LEARNING else len(runs)
    standings = Standings(runs, total, record.metric, record.direction)
    judging = _judging(ledger, record, runs)
    choosing = Choosing(ledger, record, judging).queue if judging and record.search == LEARNING else None
    watch(standings.after({"event": "planned", "run": record.id}))
    error: BaseException | None = None
    try:
        Coordinator(ledger, record.id, crew, standings, watch, alone, choosing, judging).go()
    except (KeyboardInterrupt, SystemExit) as interrupted:
        error = interrupted
    runs = ledger.runs(sweep=record.id)
    best, notes = None, []
    if record.metric:
        try:
            best = best_of(runs, record.metric, minimize=record.direction == Direction.MINIMIZE)[0]
        except UsageError as none:
            notes += [f"{problem.what}: {problem.remedy}" for problem in none.problems]
    if record.options.get("prune") and any(run.status is Status.SUCCEEDED for run in runs):
        notes += [] if ledger.reported(sweep=record.id) else [NOTHING_REPORTED]
    return Swept(ledger.sweep(record.id), runs, best, monotonic() - began, tuple(notes), error)


def _judging(ledger: Ledger, record: SweepRecord, runs: tuple[RunRecord, ...]) -> Judging | None:
    """Return what knows of the runs of a sweep which are chosen, or stopped, by what others have shown."""
    prune = str(record.options.get("prune") or "")
    chosen = record.search == LEARNING
    if not prune and not chosen:
        return None
    # the draws that a sweep began with are not to be drawn again where it is taken up
    seed = (record.seed or 0) + len(runs)
    trials = Trials(space_from(record.space), Direction(record.direction), seed, prune=prune, chosen=chosen)
    judging = Judging(ledger, record, trials)
    judging.take_in(runs)
    return judging


@contextmanager
def crew_for(how: How, ledger: Place, outputs: Path) -> Iterator[Crew]:
    """Yield where workers are started. Raises ``UsageError`` where that cannot be."""
    if how.engine == "local" and how.address:
        remedy = "say --engine ray, or leave it out"
        raise UsageError(Problem("the local engine has no address", f"--address {how.address}", remedy))
    if how.engine == "local":
        local = LocalCrew(how.workers)
        try:
            yield local
        finally:
            local.clear()
        return
    from nb2prod.workflows.sweeping.ray_crew import ray_crew

    with ray_crew(how, ledger, outputs) as crew:
        yield crew


def _alone(how: How, record: SweepRecord) -> str:
    """Return why runs share nothing, as far as that is known before."""
    if record.search == LEARNING:
        return "which runs there are is chosen by what others have shown"
    if record.options.get("evidence"):
        return "what an export needs is gathered from the first cell on, in a kernel for each run"
    if not how.sharing:
        return "it was asked to share nothing"
    return "" if sys.platform == "linux" else "kernels can only be forked on Linux"
