"""A notebook and what to vary go in; every run is done, once, and what is best comes out."""

from __future__ import annotations

import sys
from time import monotonic

from nb2prod.errors import UsageError
from nb2prod.ledger.ledger import Ledger
from nb2prod.ledger.model import Status, SweepRecord
from nb2prod.ledger.places import Place
from nb2prod.sweeps.model import Direction
from nb2prod.workflows.ranking_runs import best_of
from nb2prod.workflows.sweeping.choosing import Choosing
from nb2prod.workflows.sweeping.coordinating import Coordinator
from nb2prod.workflows.sweeping.model import How, SweepOptions, SweepWatch, Swept
from nb2prod.workflows.sweeping.planning import plan, runs_of
from nb2prod.workflows.sweeping.standings import Standings
from nb2prod.workflows.where_recorded import ledger_for

UNDONE = frozenset({Status.LOST, Status.INTERRUPTED})
"""How a run stands that nobody has brought to an end of its own."""
LEARNING = "bayesian"
AS_OFTEN_AS_ASKED = sys.maxsize
DO_NOTHING: How = How()


def sweep(options: SweepOptions, how: How = DO_NOTHING, watch: SweepWatch = lambda _: None) -> Swept:
    """Queue all runs of a sweep, and have them done.

    Raises ``Nb2ProdError``, and records nothing, for what can be told before. A run that fails does not keep the others
    from being done: its record says how it failed.
    """
    planned = plan(options)
    with Ledger(ledger_for(options.notebook, options.ledger), create=True) as ledger:
        queued = runs_of(planned.first, options.parameters, planned.rows)
        record = ledger.sweep(ledger.add_sweep(planned.sweep, queued))
        return _carry_out(ledger, record, how, watch)


def resume(said: str, place: Place, how: How = DO_NOTHING, watch: SweepWatch = lambda _: None) -> Swept:
    """Do what is missing of a sweep: runs that are queued, that were interrupted, or whose worker is gone.

    Raises ``UsageError`` where there is no such sweep.
    """
    with Ledger(place) as ledger:
        record = ledger.sweep(said)
        ledger.settle(record.id)
        undone = [run.id for run in ledger.runs(sweep=record.id, statuses=UNDONE)]
        ledger.requeue(undone, UNDONE, AS_OFTEN_AS_ASKED)
        return _carry_out(ledger, record, how, watch)


def _carry_out(ledger: Ledger, record: SweepRecord, how: How, watch: SweepWatch) -> Swept:
    """Have what is queued done, whatever happens."""
    began = monotonic()
    runs = ledger.runs(sweep=record.id)
    total = int(record.options["number"]) if record.search == LEARNING else len(runs)
    standings = Standings(runs, total, record.metric, record.direction)
    choosing = Choosing(ledger, record).queue if record.search == LEARNING else None
    watch(standings.after({"event": "planned", "run": record.id}))
    error: BaseException | None = None
    try:
        Coordinator(ledger, record.id, how, standings, watch, _alone(how, record), choosing).go()
    except (KeyboardInterrupt, SystemExit) as interrupted:
        error = interrupted
    runs = ledger.runs(sweep=record.id)
    best, notes = None, []
    if record.metric:
        try:
            best = best_of(runs, record.metric, minimize=record.direction == Direction.MINIMIZE)[0]
        except UsageError as none:
            notes += [f"{problem.what}: {problem.remedy}" for problem in none.problems]
    return Swept(ledger.sweep(record.id), runs, best, monotonic() - began, tuple(notes), error)


def _alone(how: How, record: SweepRecord) -> str:
    """Return why runs share nothing, as far as that is known before."""
    if record.search == LEARNING:
        return "which runs there are is chosen by what others have shown"
    if not how.sharing:
        return "it was asked to share nothing"
    return "" if sys.platform == "linux" else "kernels can only be forked on Linux"
