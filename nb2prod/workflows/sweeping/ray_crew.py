"""A sweep's folder and ledger go in; workers are started on the nodes of a Ray cluster that sees both."""

from __future__ import annotations

import os
import secrets
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from nb2prod.cluster.connecting import Node, connected, nodes
from nb2prod.cluster.post import Needs, RemoteProcess, problems_here, this_machine, version_here
from nb2prod.errors import Problem, UnusableInput, UsageError
from nb2prod.ledger.places import Place
from nb2prod.workflows.sweeping.cores import THREADS, usable_cores
from nb2prod.workflows.sweeping.crews import WORKER, Process, Seat
from nb2prod.workflows.sweeping.model import How

PATIENCE = 60.0
"""Seconds for all nodes to say whether they can do the work."""


@contextmanager
def ray_crew(how: How, ledger: Place, outputs: Path) -> Iterator[RayCrew]:
    """Yield a Ray cluster's nodes as places for workers.

    Raises ``UsageError`` and ``UnusableInput``, with all that is in the way on all nodes: another nb2prod, a folder
    that is not shared, a ledger in a file and more than one machine.
    """
    cpus = max(len(usable_cores()), how.workers or 0)
    with _proof(outputs) as proof, connected(how.address, cpus) as ray:
        needs = Needs(proof, this_machine() if ledger.file is not None else "")
        found = nodes(ray)
        _refuse_nodes(ray, found, needs)
        yield RayCrew(ray, found, needs, how.workers)


class RayCrew:
    """The nodes of a cluster."""

    def __init__(self, ray: Any, found: Sequence[Node], needs: Needs, workers: int | None) -> None:
        """Have so many workers; as many as there are processors if not given. Raises ``UsageError`` for more."""
        self._ray, self._needs = ray, needs
        self._cpus = [node.cpus for node in found]
        self.count = workers or sum(self._cpus)
        if self.count > sum(self._cpus):
            what = f"the cluster has {sum(self._cpus)} processors"
            raise UsageError(Problem(what, f"--workers {self.count}", f"ask for no more than {sum(self._cpus)}"))
        self.share = share_of(self._cpus, self.count)

    def together(self, runs: int) -> Sequence[Seat]:
        """Return a seat or more for each node: a fork stays on the node that has run what it shares."""
        slots, parts = parts_of([cpus // self.share for cpus in self._cpus], self.count)
        parts = max(1, min(parts, runs // 2))
        return tuple(Seat(slots=slots, part=(part, parts)) for part in range(parts))

    def apart(self, runs: int) -> Sequence[Seat]:
        """Return a seat for each worker."""
        return (Seat(),) * min(self.count, runs)

    def start(self, seat: Seat, line: bytes) -> Process:
        """Start a process where there is room for it."""
        threads = {name: os.environ.get(name) or str(self.share) for name in THREADS}
        return RemoteProcess(self._ray, self.share * max(1, seat.slots), WORKER, line, threads, self._needs)


def share_of(cpus: Sequence[int], workers: int) -> int:
    """Return how many processors each worker may have, so that there is room for all of them on these nodes."""
    share = max(1, min(sum(cpus) // workers, *cpus))
    while share > 1 and sum(each // share for each in cpus) < workers:
        share -= 1
    return share


def parts_of(room: Sequence[int], workers: int) -> tuple[int, int]:
    """Return how many runs each forking worker has at once, and how many such workers there are, where the nodes have
    ``room`` for so many runs."""
    spread = min(len(room), workers)
    slots = max(1, min(-(-workers // spread), *room))
    return slots, min(-(-workers // slots), sum(each // slots for each in room))


@contextmanager
def _proof(outputs: Path) -> Iterator[tuple[str, str]]:
    """Yield a file in the folder that executed notebooks go to, and what is in it."""
    file, text = outputs / f".{secrets.token_hex(8)}.seen", secrets.token_hex(16)
    try:
        for folder in (outputs.parent, outputs):  # not the notebook's own, if that is gone
            folder.mkdir(exist_ok=True)
        file.write_text(text, encoding="ascii")
    except OSError as error:
        what = f"the folder for executed notebooks cannot be written: {error.strerror}"
        raise UnusableInput(Problem(what, str(outputs), "make it writable")) from None
    try:
        yield str(file), text
    finally:
        file.unlink(missing_ok=True)


def _refuse_nodes(ray: Any, found: Sequence[Node], needs: Needs) -> None:
    """Ask each node whether it can do the work."""
    if not found:
        raise UsageError(Problem("the cluster has no processors", "--address", "add a node that has some"))
    ask = ray.remote(problems_here)
    affinity = ray.util.scheduling_strategies.NodeAffinitySchedulingStrategy
    asked = {
        ask.options(num_cpus=0, max_retries=0, scheduling_strategy=affinity(node.id, soft=False)).remote(
            needs, version_here()
        ): node
        for node in found
    }
    said, silent = ray.wait(list(asked), num_returns=len(asked), timeout=PATIENCE)
    problems = []
    for answer in said:
        try:
            problems += [each for each in ray.get(answer) if each not in problems]
        except ray.exceptions.RayError as error:
            lines = [line for line in str(error).splitlines() if line.strip()]
            remedy = "install nb2prod in the environment that Ray runs in on each node"
            problems.append(
                Problem(f"cannot do the work: {lines[-1].strip()[:300]}", f"node {asked[answer].host}", remedy)
            )
    problems += [
        Problem(f"did not answer within {PATIENCE:.0f} s", f"node {asked[each].host}", "see what it does")
        for each in silent
    ]
    if problems:
        raise UnusableInput(problems)
