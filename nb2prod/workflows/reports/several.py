"""Jobs to reports in several processes: one that dies or never ends costs one report, and not the others."""

from __future__ import annotations

import gc
import multiprocessing
import os
import signal
import sys
import threading
import time
from collections.abc import Callable, Generator, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from multiprocessing.connection import Connection, wait
from multiprocessing.process import BaseProcess
from pathlib import Path

from nb2prod.notebook.kept import Kept
from nb2prod.rules.understood import forget
from nb2prod.workflows.reports.model import Job, Report

SECONDS = 60.0
"""What one notebook may take."""

ENDING = (signal.SIGINT, signal.SIGTERM)
MANY_OBJECTS = 1_000_000
"""How many are made before circles are looked for: trees of code are many objects and have none, and what has some, of
a notebook, is a few hundred."""
MOST_CHARACTERS = 100_000
"""Characters of code of which a process keeps the trees, until it is through with a notebook: it sees none twice, and
old trees take longer to be freed than the cells that are copied take to be parsed again."""

Work = Callable[[Job], Report]
Lost = Callable[[Job, str], Report]
"""What is told of a job whose process did not bring a report, and why."""


def reports_of(
    jobs: Sequence[Job], work: Work, lost: Lost, *, workers: int, seconds: float = SECONDS
) -> Generator[tuple[int, Report]]:
    """Yield the place of each job and its report, in the order in which they are done.

    ``work``, the jobs and what it reports must be picklable where processes are not forked. Left early, as by Ctrl-C,
    all processes are ended at once.
    """
    waiting = list(enumerate(jobs))[::-1]
    context = multiprocessing.get_context(_method())
    at_work: list[_Worker] = []
    try:
        for _ in range(min(workers, len(jobs))):
            with _uninterrupted():
                at_work.append(_Worker.start(context, work, jobs))
            at_work[-1].give(*waiting.pop(), seconds)
        while at_work:
            for worker in _ready(at_work):
                at, job = worker.at, worker.job
                report = worker.take()
                if report is None:
                    at_work.remove(worker)
                    why = worker.end(seconds)
                    yield at, lost(job, why)
                    if waiting:
                        with _uninterrupted():
                            worker = _Worker.start(context, work, jobs)
                            at_work.append(worker)
                else:
                    yield at, report
                if waiting:
                    worker.give(*waiting.pop(), seconds)
                elif worker in at_work:
                    at_work.remove(worker)
                    worker.dismiss()
    finally:
        for worker in at_work:
            worker.process.kill()


@contextmanager
def _uninterrupted() -> Iterator[None]:
    """Have Ctrl-C and SIGTERM wait for the end of a fork: what they raise amid what Python does then is lost."""
    before = signal.pthread_sigmask(signal.SIG_BLOCK, ENDING)
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


def _method() -> str:
    """Return how processes are started: a fork brings all modules along, but is only safe with a single thread."""
    return "fork" if sys.platform == "linux" and threading.active_count() == 1 else "spawn"


@dataclass
class _Worker:
    """One process, and what it is at."""

    process: BaseProcess
    pipe: Connection
    at: int
    job: Job
    until: float = 0.0

    @classmethod
    def start(cls, context: multiprocessing.context.BaseContext, work: Work, jobs: Sequence[Job]) -> _Worker:
        """Start a process that brings the jobs along: each names all rules, which takes long to be sent again."""
        ours, theirs = context.Pipe()
        process = context.Process(target=_serve, args=(theirs, work, jobs, os.getpid()), daemon=True)  # type: ignore[attr-defined]
        process.start()
        theirs.close()
        return cls(process, ours, -1, Job(Path(), ()))

    def give(self, at: int, job: Job, seconds: float) -> None:
        self.at, self.job, self.until = at, job, time.monotonic() + seconds
        with suppress(OSError):  # it has died, which is found out when its report is asked for
            self.pipe.send(at)

    def take(self) -> Report | None:
        """Return the report, ``None`` where the process has died or taken too long."""
        try:
            return self.pipe.recv() if self.pipe.poll() else None
        except (EOFError, OSError):
            return None

    def end(self, seconds: float) -> str:
        """End the process; return what happened to it."""
        late = self.process.is_alive() and time.monotonic() >= self.until
        self.process.kill()
        self.process.join()
        self.pipe.close()
        return f"was not understood within {seconds:.0f} seconds" if late else "ended the process that checked it"

    def dismiss(self) -> None:
        with suppress(OSError):
            self.pipe.send(None)  # closing it is not enough: those that were forked later hold it too
        self.process.join(1)
        self.pipe.close()


def _ready(workers: Sequence[_Worker]) -> list[_Worker]:
    """Wait until some have a report, have died or have run out of time, and return them."""
    until = min(each.until for each in workers)
    ready = wait([each.pipe for each in workers], max(0.0, until - time.monotonic()))
    return [each for each in workers if each.pipe in ready or time.monotonic() >= each.until]


def _serve(pipe: Connection, work: Work, jobs: Sequence[Job], parent: int) -> None:
    """Be a worker until the pipe is closed, or whoever is at its other end is gone."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is the parent's, which ends us
    signal.signal(signal.SIGTERM, signal.SIG_DFL)
    signal.pthread_sigmask(signal.SIG_UNBLOCK, ENDING)
    gc.freeze()
    gc.set_threshold(MANY_OBJECTS, 50, 50)
    Kept.most_characters = MOST_CHARACTERS
    try:
        while True:
            while not pipe.poll(5):
                if os.getppid() != parent:
                    return
            at = pipe.recv()
            if at is None:
                return
            pipe.send(work(jobs[at]))
            forget()
    except (EOFError, OSError):
        return
