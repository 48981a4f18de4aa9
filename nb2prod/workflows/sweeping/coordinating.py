"""A sweep in the ledger goes in; its queued runs are done by workers that come and go, until none is left."""

from __future__ import annotations

import contextlib
import os
import queue
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from nb2prod.errors import Nb2ProdError, Problem, UnusableInput
from nb2prod.ledger.ledger import MOST_ATTEMPTS, Ledger
from nb2prod.ledger.model import OPEN, Status
from nb2prod.runs.killing import kill_with_all_it_started
from nb2prod.workflows.sweeping.cores import shares, thread_variables, usable_cores
from nb2prod.workflows.sweeping.model import How, SweepWatch
from nb2prod.workflows.sweeping.orders import ENOUGH, Order, address_of, heard
from nb2prod.workflows.sweeping.standings import Standings

WORKER = "nb2prod.workflows.sweeping.working"
LOOK = 0.2
"""Seconds between two looks for workers that are gone."""
ELSEWHERE = 2.0
"""Seconds between two looks for runs that workers of another sweep's process do."""
GRACE = 10.0
"""Seconds that workers have to interrupt their kernels and to record it; then they are killed."""
MOST_USELESS = 3
"""Workers that end before they have begun a run; more would end so too."""


@dataclass
class _Worker:
    """A process that does runs."""

    order: Order
    process: subprocess.Popen[bytes]
    listener: threading.Thread | None = None
    begun: int = 0
    last: str = ""
    """What it has said of why it ends."""


@dataclass
class Coordinator:
    """Starts workers, hears them, and queues again what one that is gone has left."""

    ledger: Ledger
    sweep: str
    how: How
    standings: Standings
    watch: SweepWatch
    alone: str = ""
    """Why runs share nothing; empty where they may."""
    queue_more: Callable[[int], bool] | None = None
    """Queues runs that are chosen by what others have shown, until so many are open; says whether more will follow."""
    _workers: list[_Worker] = field(default_factory=list)
    _heard: queue.SimpleQueue[tuple[_Worker, Mapping[str, Any]]] = field(default_factory=queue.SimpleQueue)
    _useless: int = 0
    _more: bool = False

    def __post_init__(self) -> None:
        self._cores = usable_cores()
        self._count = self.how.workers or len(self._cores)

    def go(self) -> None:
        """Have all runs done. Raises ``UnusableInput`` where workers cannot work; what interrupts it is raised again,
        when the workers have been interrupted and have ended."""
        try:
            self._more = self.queue_more is not None and self.queue_more(self._count)
            if not self.alone and self._queued() > 1:
                self._start([Order(0, self.sweep, address_of(self.ledger.place), self._cores, self._count)])
                self._attend()
            self.alone = self.alone or "the runs before had nothing left to share"
            while self._work_is_left():
                self._start(self._orders(self._count if self._more else min(self._count, self._queued())))
                self._attend()
        except BaseException:
            self._stop()
            raise

    def _orders(self, count: int) -> Iterable[Order]:
        address, cores = address_of(self.ledger.place), shares(self._cores, self._count)
        for worker in range(count):
            yield Order(worker, self.sweep, address, cores[worker], alone=self.alone, patient=self._more)

    def _queued(self) -> int:
        return len(self.ledger.runs(sweep=self.sweep, statuses=[Status.QUEUED]))

    def _work_is_left(self) -> bool:
        """Say whether anything is queued; what others do is waited for, and done by us if they are gone."""
        while True:
            self._again()
            runs = self.ledger.runs(sweep=self.sweep, statuses=OPEN)
            if any(run.status is Status.QUEUED for run in runs):
                return True
            if not any(run.status is Status.RUNNING for run in runs):
                return False
            time.sleep(ELSEWHERE)

    def _start(self, orders: Iterable[Order]) -> None:
        for order in orders:
            # as many for each run, whoever does it: the last digits of a result depend on that
            environment = {**os.environ, **thread_variables(max(1, len(self._cores) // self._count), os.environ)}
            process = subprocess.Popen(
                [sys.executable, "-m", WORKER],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                env=environment,
                start_new_session=True,  # Ctrl-C is for us, and we tell them
            )
            worker = _Worker(order, process)
            self._workers.append(worker)
            assert process.stdin is not None
            with contextlib.suppress(OSError):  # one that is gone already is seen below
                process.stdin.write(order.line())
                process.stdin.flush()
            worker.listener = threading.Thread(target=self._listen, args=(worker,), daemon=True)
            worker.listener.start()

    def _listen(self, worker: _Worker) -> None:
        assert worker.process.stdout is not None
        for line in worker.process.stdout:
            self._heard.put((worker, heard(line)))

    def _attend(self) -> None:
        """Hear workers until all have ended."""
        looked = time.monotonic()
        while self._workers:
            with contextlib.suppress(queue.Empty):
                self._take(*self._heard.get(timeout=LOOK))
            if time.monotonic() - looked >= LOOK:  # however much is told meanwhile
                self._bury()
                looked = time.monotonic()

    def _hear_out(self, worker: _Worker) -> None:
        """Take in all that a worker that has ended has told before."""
        if worker.listener is not None:
            worker.listener.join(GRACE)
        with contextlib.suppress(queue.Empty):
            while True:
                self._take(*self._heard.get_nowait())

    def _take(self, worker: _Worker, told: Mapping[str, Any]) -> None:
        event = told.get("event")
        if event == "begun":
            worker.begun += 1
        elif event == "failed":
            worker.last = str(told["what"])
        elif event == "plain":
            self.alone = str(told["what"])
        if event is not None:
            self.watch(self.standings.after(told))
        if event == "ended" and self._more and self.queue_more is not None:
            self._more = self.queue_more(self._count)
            if not self._more:
                self._say_enough()

    def _say_enough(self) -> None:
        for worker in self._workers:
            assert worker.process.stdin is not None
            with contextlib.suppress(OSError):
                worker.process.stdin.write(ENOUGH)
                worker.process.stdin.flush()

    def _bury(self) -> None:
        """Take those away that have ended, and have done again what they have left."""
        for worker in [each for each in self._workers if each.process.poll() is not None]:
            code = worker.process.returncode
            self._hear_out(worker)
            self._close(worker)
            self._workers.remove(worker)
            if code == 0:
                continue
            self._useless = self._useless + 1 if not worker.begun else 0
            if self._useless >= MOST_USELESS or worker.last:
                raise UnusableInput(_no_worker(worker, code))
            what = f"worker {worker.order.worker} is gone ({_how_ended(code)})"
            self.watch(self.standings.after({"event": "gone", "worker": worker.order.worker, "what": what}))
            if worker.order.slots:
                self.alone = self.alone or f"the process that had shared the cells is gone ({_how_ended(code)})"
            elif self._again() or self._queued() or self._more:
                self._start([replace(worker.order, patient=self._more)])

    def _again(self) -> tuple[str, ...]:
        """Queue those again whose worker is gone, as often as that is worth trying; return them."""
        self.ledger.settle(self.sweep)
        lost = [run.id for run in self.ledger.runs(sweep=self.sweep, statuses=[Status.LOST])]
        again = self.ledger.requeue(lost, [Status.LOST], MOST_ATTEMPTS) if lost else ()
        for run in again:
            self.watch(self.standings.after({"event": "again", "run": run, "what": "its worker is gone"}))
        return again

    def _stop(self) -> None:
        """Interrupt the workers, and kill those that do not end; a second interrupt kills them at once."""
        try:
            for worker in self._workers:
                with contextlib.suppress(OSError):
                    worker.process.send_signal(signal.SIGINT)
            until = time.monotonic() + GRACE
            while self._workers and time.monotonic() < until:
                with contextlib.suppress(queue.Empty):
                    self._take(*self._heard.get(timeout=LOOK / 4))
                for worker in [each for each in self._workers if each.process.poll() is not None]:
                    self._hear_out(worker)
                    self._close(worker)
                    self._workers.remove(worker)
        finally:
            for worker in self._workers:
                kill_with_all_it_started(worker.process.pid)
                worker.process.wait()
                self._close(worker)
            self._workers.clear()
            with contextlib.suppress(Nb2ProdError):
                self.ledger.settle(self.sweep)

    @staticmethod
    def _close(worker: _Worker) -> None:
        for pipe in (worker.process.stdin, worker.process.stdout):
            if pipe is not None:
                with contextlib.suppress(OSError):
                    pipe.close()


def _how_ended(code: int) -> str:
    return f"signal {-code}" if code < 0 else f"exit status {code}"


def _no_worker(worker: _Worker, code: int) -> Problem:
    what = worker.last or f"workers end before they have begun a run ({_how_ended(code)})"
    return Problem(what, f"worker {worker.order.worker}", "mend that, and take the sweep up again with --resume")
