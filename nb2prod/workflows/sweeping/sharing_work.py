"""Runs that have cells in common go in; these cells are run once, and each run is forked from what they left."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from nb2prod.capture.run_metrics import metrics_attendant
from nb2prod.errors import Nb2ProdError
from nb2prod.ledger.model import RunRecord, Status
from nb2prod.runs.execute import execute
from nb2prod.runs.forking.trunk import Trunk
from nb2prod.runs.model import Run
from nb2prod.runs.temporary import temporary_folder
from nb2prod.sweeps.model import Branch, Sharing
from nb2prod.sweeps.sharing import branches_of, shared_cells
from nb2prod.workflows.measured import metrics_request
from nb2prod.workflows.sweeping.work import Work

LOOK = 0.2
"""Seconds between two looks whether all is done, in which Ctrl-C is heard."""


def do_sharing(work: Work) -> None:
    """Do the queued runs of a sweep, as many at once as there are slots; those that cannot be forked stay queued."""
    runs = work.ledger.runs(sweep=work.sweep.id, statuses=[Status.QUEUED])
    if work.order.between is not None:
        first, last = work.order.between
        runs = tuple(run for run in runs if run.number is not None and first <= run.number <= last)
    if not runs:
        return
    sharing = shared_cells(work.notebook, list(work.sweep.space))
    rows = [{name: run.parameters[name] for name in work.sweep.space} for run in runs]
    with temporary_folder("sweep") as folder:
        _Walk(work, runs, sharing, Path(folder)).go(branches_of(sharing, rows))


@dataclass
class _Node:
    """A branch whose cells are run, or to be run."""

    branch: Branch
    parent: _Node | None = None
    trunk: Trunk | None = None
    left: int = 0
    """Branches that are not done yet."""


class _Walk:
    """Threads that go through a tree of branches, deepest first, so that few kernels stand waiting."""

    def __init__(self, work: Work, runs: tuple[RunRecord, ...], sharing: Sharing, folder: Path) -> None:
        self.work, self.runs, self.sharing, self.folder = work, runs, sharing, folder
        self._tasks: list[_Node] = []
        self._open: list[Trunk] = []
        self._busy = 0
        self._changed = threading.Condition()
        self._stopping = False
        self._broken: BaseException | None = None

    def go(self, tree: Branch) -> None:
        """Go through the tree; Ctrl-C interrupts all that runs and is raised again."""
        self._tasks.append(_Node(tree))
        threads = [threading.Thread(target=self._work, daemon=True) for _ in range(self.work.order.slots)]
        for thread in threads:
            thread.start()
        try:
            while any(thread.is_alive() for thread in threads):
                time.sleep(LOOK)
        except BaseException:
            self._stopping = True
            while any(thread.is_alive() for thread in threads):
                for trunk in tuple(self._open):
                    with suppress(AttributeError):  # one that is made just now has nothing to cancel yet
                        trunk.cancel()
                time.sleep(LOOK)
            raise
        finally:
            for trunk in reversed(tuple(self._open)):
                self._close(trunk, KeyboardInterrupt)
        if self._broken is not None:
            raise self._broken

    def _work(self) -> None:
        while (node := self._next()) is not None:
            try:
                if node.branch.branches:
                    self._open_trunk(node)
                else:
                    self._run(node)
            except BaseException as error:
                self._broken, self._stopping = self._broken or error, True
            finally:
                with self._changed:
                    self._busy -= 1
                    self._changed.notify_all()

    def _next(self) -> _Node | None:
        """Return what is to be done next, ``None`` where nothing is and nothing will be."""
        with self._changed:
            while not self._tasks and self._busy and not self._stopping:
                self._changed.wait(LOOK)
            if self._stopping or not self._tasks:
                return None
            self._busy += 1
            return self._tasks.pop()

    def _open_trunk(self, node: _Node) -> None:
        """Run a branch's cells once, and have what follows them done."""
        file = self.folder / f"{id(node)}.json"
        first = self.runs[node.branch.runs[0]]
        trunk = Trunk(
            self.work.notebook,
            shared=node.branch.stop,
            parameters={name: first.parameters[name] for name in first.given},
            kernel=self.work.sweep.options["kernel"],
            limits=self.work.limits,
            attendant=metrics_attendant(self.work.notebook, metrics_request(self.work.notebook), file),
            parent=node.parent.trunk if node.parent is not None else None,
        )
        began = time.monotonic()
        self.work.tell("shared", cells=node.branch.stop, what=f"{node.branch.stop} cells for {_runs(node.branch)}")
        with self._changed:
            self._open.append(trunk)
        try:
            trunk.__enter__()
        except Nb2ProdError as error:
            self._close(trunk)
            self._give_up(node, f"the shared cells did not come to their end: {error.problems[0].what.splitlines()[0]}")
            return
        if trunk.obstacles:
            self._close(trunk)
            self._give_up(node, "; ".join(trunk.obstacles))
            return
        node.trunk, node.left = trunk, len(node.branch.branches)
        self.work.tell("shared", cells=node.branch.stop, seconds=time.monotonic() - began)
        with self._changed:
            self._tasks += [_Node(each, node) for each in reversed(node.branch.branches)]
            self._changed.notify_all()

    def _give_up(self, node: _Node, why: str) -> None:
        """Leave runs to those that share nothing."""
        self.work.tell("plain", what=why)
        self._done(node)

    def _run(self, node: _Node) -> None:
        run = self.runs[node.branch.runs[0]]
        claim = None if self._stopping else self.work.claimed(run.id)
        if claim is not None:
            told = _Told(self.sharing)
            how = self._forked(node.parent.trunk, told) if node.parent is not None and node.parent.trunk else None
            if how is None:
                others = "other run" if self.work.order.between is None else "other run of this worker's"
                told.why = f"no {others} has anything in common with it"
            self.work.do(claim, how or execute, told.sentence)
        self._done(node)

    @staticmethod
    def _forked(trunk: Trunk, told: _Told) -> Callable[..., Run]:
        """Return what is called as ``execute`` is, and forks the run."""

        def forked(notebook: Any, *, kernel: str | None = None, **options: Any) -> Run:
            return trunk.branch(**options, on_shared=told.hear)

        return forked

    def _done(self, node: _Node) -> None:
        """Close what nobody needs any more."""
        parent = node.parent
        while parent is not None:
            with self._changed:
                parent.left -= 1
                last = parent.left == 0
            if not last:
                return
            if parent.trunk is not None:
                self._close(parent.trunk)
            parent = parent.parent

    def _close(self, trunk: Trunk, kind: type[BaseException] | None = None) -> None:
        with self._changed:
            if trunk not in self._open:
                return
            self._open.remove(trunk)
        trunk.__exit__(kind)


@dataclass
class _Told:
    """How a run was made."""

    sharing: Sharing
    count: int = 0
    why: str = ""

    def hear(self, count: int, why: str) -> None:
        """Take in how many cells it has from its trunk, or why none."""
        self.count, self.why = count, why

    def sentence(self) -> str:
        """Return what the ledger says of it."""
        if self.why:
            return f"nothing: {self.why}"
        places = [place for place, stage in enumerate(self.sharing.stages[1:]) if stage.start >= self.count]
        rest = f"; {self.sharing.reasons[places[0]]}" if places else ""
        return f"{self.count} cells, by a fork{rest}"


def _runs(branch: Branch) -> str:
    return f"{len(branch.runs)} runs" if len(branch.runs) > 1 else "a run"
