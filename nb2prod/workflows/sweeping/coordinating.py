"""A sweep in the ledger goes in; its queued runs are done by workers that come and go, until none is left."""

from __future__ import annotations

import contextlib
import queue
import threading
import time
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from nb2prod.errors import Nb2ProdError, Problem, UnusableInput
from nb2prod.ledger.ledger import MOST_ATTEMPTS, Ledger
from nb2prod.ledger.model import RunRecord, Status
from nb2prod.workflows.sweeping.crews import Crew, Process, Seat
from nb2prod.workflows.sweeping.judging import Judging, verdict
from nb2prod.workflows.sweeping.model import SweepWatch
from nb2prod.workflows.sweeping.orders import ENOUGH, Order, address_of, heard
from nb2prod.workflows.sweeping.standings import Standings

LOOK = 0.2
"""Seconds between two looks for workers that are gone."""
ELSEWHERE = 2.0
"""Seconds between two looks for runs that workers of another sweep's process do."""
GRACE = 10.0
"""Seconds that workers have to interrupt their kernels and to record it; then they are killed."""
MOST_USELESS = 3
"""Workers that end before they have begun a run; more would end so too."""
SOON = 10.0
"""Seconds after which it is told that workers wait for a place."""


@dataclass
class _Worker:
    """A process that does runs."""

    number: int
    seat: Seat
    process: Process
    started: float
    """By a monotonic clock."""
    listener: threading.Thread | None = None
    begun: int = 0
    doing: set[str] = field(default_factory=set)
    """Runs that it has begun, and not said to have ended."""
    last: str = ""
    """What it has said of why it ends."""


@dataclass
class Coordinator:
    """Starts workers, hears them, and queues again what one that is gone has left."""

    ledger: Ledger
    sweep: str
    crew: Crew
    standings: Standings
    watch: SweepWatch
    alone: str = ""
    """Why runs share nothing; empty where they may."""
    queue_more: Callable[[int], bool] | None = None
    """Queues runs that are chosen by what others have shown, until so many are open; says whether more will follow."""
    judging: Judging | None = None
    """Says which runs are stopped early, where any are."""
    _workers: list[_Worker] = field(default_factory=list)
    _heard: queue.SimpleQueue[tuple[_Worker, Mapping[str, Any]]] = field(default_factory=queue.SimpleQueue)
    _useless: int = 0
    _more: bool = False
    _orphans: set[str] = field(default_factory=set)
    """Runs whose worker ended on its own account in the middle of them."""
    _to_share: list[int] = field(default_factory=list)
    """Numbers of the runs that are forked from what they share."""
    _told_to_wait: bool = False

    def go(self) -> None:
        """Have all runs done. Raises ``UnusableInput`` where workers cannot work; what interrupts it is raised again,
        when the workers have been interrupted and have ended."""
        try:
            self._more = self.queue_more is not None and self.queue_more(self.crew.count)
            if not self.alone and (queued := self._queued()) > 1:
                self._to_share = sorted(run.number or 0 for run in self._runs(Status.QUEUED))
                self._start(enumerate(self.crew.together(queued)))
                self._attend()
            self.alone = self.alone or "the runs before had nothing left to share"
            while self._work_is_left():
                self._start(enumerate(self.crew.apart(self.crew.count if self._more else self._queued())))
                self._attend()
        except BaseException:
            self._stop()
            raise

    def _part(self, place: int, parts: int) -> tuple[int, int] | None:
        """Return the first and the last run of those that one of several workers is to fork: neighbours share most."""
        if parts == 1:
            return None
        numbers = self._to_share
        start, stop = place * len(numbers) // parts, (place + 1) * len(numbers) // parts
        return numbers[start], numbers[stop - 1]

    def _runs(self, *statuses: Status) -> tuple[RunRecord, ...]:
        return self.ledger.runs(sweep=self.sweep, statuses=statuses)

    def _queued(self) -> int:
        return self.ledger.counts(self.sweep).get(Status.QUEUED, 0)

    def _work_is_left(self) -> bool:
        """Say whether anything is queued; what others do is waited for, and done by us if they are gone."""
        while True:
            self._again()
            if self._queued():
                return True
            if not self._runs(Status.RUNNING) and not self._queued():  # it may have been given back meanwhile
                return False
            time.sleep(ELSEWHERE)

    def _start(self, seats: Iterable[tuple[int, Seat]]) -> None:
        address = address_of(self.ledger.place)
        for number, seat in seats:
            order = Order(number, self.sweep, address, seat.cores, seat.slots)
            if seat.slots:
                order = replace(order, between=self._part(*seat.part))
            else:
                order = replace(order, alone=self.alone, patient=self._more)
            worker = _Worker(number, seat, self.crew.start(seat, order.line()), time.monotonic())
            self._workers.append(worker)
            worker.listener = threading.Thread(target=self._listen, args=(worker,), daemon=True)
            worker.listener.start()

    def _listen(self, worker: _Worker) -> None:
        for line in worker.process.lines():
            self._heard.put((worker, heard(line)))

    def _attend(self) -> None:
        """Hear workers until all have ended."""
        looked = time.monotonic()
        while self._workers:
            with contextlib.suppress(queue.Empty):
                self._take(*self._heard.get(timeout=LOOK))
            if time.monotonic() - looked >= LOOK:  # however much is told meanwhile
                self._bury()
                self._see_who_waits()
                looked = time.monotonic()

    def _hear_out(self, worker: _Worker) -> None:
        """Take in all that a worker that has ended has told before."""
        if worker.listener is not None:
            worker.listener.join(GRACE)
        with contextlib.suppress(queue.Empty):
            while True:
                self._take(*self._heard.get_nowait())

    def _take(self, worker: _Worker, told: Mapping[str, Any]) -> None:
        event, run = told.get("event"), str(told.get("run", ""))
        if event == "reported":
            self._judge(worker, run, int(told["step"]), float(told["value"]), anew=bool(told["anew"]))
            return
        if event == "begun":
            worker.begun += 1
            worker.doing.add(run)
        elif event in ("ended", "gone"):
            worker.doing.discard(run)
        elif event == "failed":
            worker.last = str(told["what"])
        elif event == "plain":
            self.alone = str(told["what"])
        if event is not None:
            self.watch(self.standings.after(told))
        if event == "ended" and self.judging is not None:
            self.judging.ended(run, str(told["status"]), told["metrics"])
        if event == "ended" and self._more and self.queue_more is not None:
            self._more = self.queue_more(self.crew.count)
            if not self._more:
                self._say_enough()

    def _judge(self, worker: _Worker, run: str, step: int, value: float, *, anew: bool) -> None:
        """Answer a run that waits to hear whether it may go on."""
        stop = self.judging is not None and self.judging.reported(run, step, value, anew=anew)
        worker.process.say(verdict(run, step, stop=stop))

    def _say_enough(self) -> None:
        for worker in self._workers:
            worker.process.say(ENOUGH)

    def _bury(self) -> None:
        """Take those away that have ended, and have done again what they have left."""
        for worker in self._ended():
            how = worker.process.ended()
            self._let_go(worker)
            if not how:
                continue
            self._orphans |= worker.doing
            self._useless = self._useless + 1 if not worker.begun else 0
            if self._useless >= MOST_USELESS or worker.last:
                raise UnusableInput(_no_worker(worker, how))
            what = f"worker {worker.number} is gone ({how})"
            self.watch(self.standings.after({"event": "gone", "worker": worker.number, "what": what}))
            if worker.seat.slots:
                self.alone = self.alone or f"the process that had shared the cells is gone ({how})"
            elif self._again() or self._queued() or self._more:
                self._start([(worker.number, worker.seat)])

    def _ended(self) -> list[_Worker]:
        return [worker for worker in self._workers if worker.process.ended() is not None]

    def _let_go(self, worker: _Worker) -> None:
        self._hear_out(worker)
        worker.process.close()
        self._workers.remove(worker)

    def _see_who_waits(self) -> None:
        """Say so where nobody has a place; and let those go that wait while nothing is left for them to do."""
        waiting = [worker for worker in self._workers if worker.process.waits()]
        if not waiting or len(waiting) < len(self._workers):
            return
        others_shared = waiting[0].seat.slots and len(waiting) < waiting[0].seat.part[1]
        if others_shared or not (self._more or self._queued()):
            for worker in waiting:
                worker.process.kill()
                self._let_go(worker)
        elif not self._told_to_wait and time.monotonic() - waiting[0].started > SOON:
            self._told_to_wait = True
            what = "no worker has a place yet: all processors are taken"
            self.watch(self.standings.after({"event": "waits", "what": what}))

    def _again(self) -> tuple[str, ...]:
        """Queue those again whose worker is gone, as often as that is worth trying; return them."""
        self.ledger.settle(self.sweep)
        undone = self._runs(Status.LOST, Status.INTERRUPTED)
        lost = [run.id for run in undone if run.status is Status.LOST or run.id in self._orphans]
        again = self.ledger.requeue(lost, [Status.LOST, Status.INTERRUPTED], MOST_ATTEMPTS) if lost else ()
        for run in again:
            self.watch(self.standings.after({"event": "again", "run": run, "what": "its worker is gone"}))
        return again

    def _stop(self) -> None:
        """Interrupt the workers, and kill those that do not end; a second interrupt kills them at once."""
        try:
            for worker in self._workers:
                worker.process.interrupt()
            until = time.monotonic() + GRACE
            while self._workers and time.monotonic() < until:
                with contextlib.suppress(queue.Empty):
                    self._take(*self._heard.get(timeout=LOOK / 4))
                for worker in self._ended():
                    self._let_go(worker)
        finally:
            for worker in self._workers:
                worker.process.kill()
                worker.process.close()
            self._workers.clear()
            with contextlib.suppress(Nb2ProdError):
                self.ledger.settle(self.sweep)


def _no_worker(worker: _Worker, how: str) -> Problem:
    what = worker.last or f"workers end before they have begun a run ({how})"
    return Problem(what, f"worker {worker.number}", "mend that, and take the sweep up again with --resume")
