"""A notebook and how many of its cells are shared go in; runs come out that have those cells in common.

The shared cells are run once, in a kernel of their own, the trunk; each run is a branch: a fork of that kernel, which
runs the rest. Where a fork could not go on as a kernel of its own, each run is made in the plain way.
"""

from __future__ import annotations

import copy
import logging
from collections.abc import Callable, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, replace
from pathlib import Path
from time import monotonic
from typing import Any

from nb2prod.errors import KernelDied, UnusableInput
from nb2prod.notebook.model import Notebook
from nb2prod.runs.bookkeeping import Bookkeeping, Options
from nb2prod.runs.client import Step
from nb2prod.runs.engine import Order, run_steps
from nb2prod.runs.execute import NO_LIMITS, Prepared, execute, prepared
from nb2prod.runs.forking.calling import Loop
from nb2prod.runs.forking.client import BranchClient, CannotFork, ForkingClient, Standing
from nb2prod.runs.forking.hanging import unless_it_hangs
from nb2prod.runs.kernels import kernel_environment
from nb2prod.runs.model import Attendant, Limits, OnCell, OnUsage, Run, Usage
from nb2prod.runs.output import OutputNotebook
from nb2prod.runs.parameters.writing import injected_source, source_of
from nb2prod.runs.starting import kernel_folder

OnShared = Callable[[int, str], None]
"""Called with how many code cells a run has from its trunk, and why it has none, where it has none."""

_log = logging.getLogger("nb2prod.runs")


@dataclass(frozen=True)
class _Branch:
    """What one run is asked for."""

    made: Prepared
    limits: Limits
    on_cell: OnCell | None
    on_usage: OnUsage | None
    attendant: Attendant | None
    keep_outputs: bool
    output: OutputNotebook | None = None


class Trunk:
    """Cells that runs share, run once, for a ``with`` block; :meth:`branch` makes a run, from any number of threads.

    ``shared`` is how many of the notebook's first code cells are run here, with the ``parameters`` of any of the runs:
    those in which the runs differ must not be read there. ``limits`` are those of each run; ``parent`` is a trunk that
    has run the first of these cells already. Entering raises what :func:`nb2prod.runs.execute.execute` raises.
    """

    def __init__(
        self,
        notebook: Notebook,
        *,
        shared: int,
        parameters: Mapping[str, Any] | None = None,
        kernel: str | None = None,
        limits: Limits = NO_LIMITS,
        on_cell: OnCell | None = None,
        on_usage: OnUsage | None = None,
        attendant: Attendant | None = None,
        keep_outputs: bool = True,
        parent: Trunk | None = None,
    ) -> None:
        self.notebook = notebook
        self.shared = shared
        self.seconds = 0.0
        """That the shared cells took."""
        self.usage = Usage()
        """What they used."""
        self._kernel, self._parent = kernel, parent
        self._loop: Loop
        self._folder: Path
        self._standing = Standing((), ())
        self._open = ExitStack()
        made = prepared(notebook, parameters, kernel)
        self._steps = _shared_steps(made.steps, shared)
        self._asked = _Branch(made, limits, on_cell, on_usage, attendant, keep_outputs)
        self._book = Bookkeeping(made.document, None, {step.position for step in self._steps}, Options())
        self._client: ForkingClient | None = None

    @property
    def obstacles(self) -> tuple[str, ...]:
        """Why no run can be forked from here, as sentences; nothing where they can."""
        return self._standing.obstacles

    def __enter__(self) -> Trunk:
        """Run the shared cells."""
        if self._parent is not None:
            self._loop, self._folder = self._parent._loop, self._parent._folder
        else:
            self._folder = self._open.enter_context(kernel_folder())
            self._loop = Loop("nb2prod-trunk")
            self._open.callback(self._loop.close)
        try:
            self._loop.call(self._run_shared())
        except CannotFork as error:
            self._standing = Standing(error.why, ())
        except BaseException:
            self.__exit__(Exception)
            raise
        return self

    def __exit__(self, kind: type[BaseException] | None, *details: object) -> None:
        """End the kernel; at once if something went wrong, and the branches with it."""
        try:
            if self._client is not None:
                self._loop.call(self._client.stop(failed=kind is not None))
        finally:
            self._client = None
            self._open.close()

    def cancel(self) -> None:
        """Interrupt whatever runs, here and in the branches: :meth:`branch` raises ``KeyboardInterrupt`` there."""
        self._loop.cancel()

    def branch(
        self,
        parameters: Mapping[str, Any] | None = None,
        *,
        limits: Limits | None = None,
        on_cell: OnCell | None = None,
        attendant: Attendant | None = None,
        keep_outputs: bool = True,
        output: Path | None = None,
        on_usage: OnUsage | None = None,
        on_shared: OnShared | None = None,
    ) -> Run:
        """Make a run, as :func:`nb2prod.runs.execute.execute` does: its arguments and errors are the same.

        ``limits`` are the trunk's if not given; the time that the shared cells took counts. What was used is told
        without the shared cells. ``on_shared`` hears how the run is made before its first cell, and again where a
        fork did not do and the run begins anew in the plain way.
        """
        limits = limits if limits is not None else self._asked.limits
        options: dict[str, Any] = {"on_cell": on_cell, "attendant": attendant, "keep_outputs": keep_outputs}
        options |= {"limits": limits, "on_usage": on_usage}
        why = self.obstacles
        if not why:
            made = prepared(self.notebook, parameters, self._kernel)
            file = OutputNotebook(output, not_this=self.notebook.path) if output is not None else None
            asked = _Branch(made, output=file, **options)
            try:
                return self._loop.call(self._branch(asked, on_shared))
            except CannotFork as error:
                why = error.why
        elif self._parent is not None:
            return self._parent.branch(parameters, output=output, on_shared=on_shared, **options)
        if on_shared is not None:
            on_shared(0, "; ".join(why))
        return execute(self.notebook, parameters=parameters, kernel=self._kernel, output=output, **options)

    async def _run_shared(self) -> None:
        asked, book = self._asked, self._book
        book.notebook_start()
        began = monotonic()
        client: ForkingClient
        if self._parent is None:
            client = ForkingClient(book, limits=asked.limits, **self._options(asked))
        else:
            client = self._fork_of(self._parent, book, asked)
        book.settle = lambda: client.taken.settle()
        self._client = client
        await self._start(client)
        done = await self._take_over(self._parent, client, book, asked.made) if self._parent is not None else 0
        attendant = self._going_on(asked.attendant, self._parent)
        attendant = attendant and replace(attendant, last="None")
        began = monotonic()
        try:
            await run_steps(client, book, self._order(asked, self._steps[done:], attendant), lambda: None)
        finally:
            self.usage = client.usage
            self.seconds = monotonic() - began + (self._parent.seconds if self._parent is not None else 0)
        self._standing = await client.standing()

    async def _branch(self, asked: _Branch, on_shared: OnShared | None) -> Run:
        began = monotonic()
        made = asked.made
        book = Bookkeeping(made.document, asked.output, {step.position for step in made.steps}, Options())
        used = [Usage()]
        try:
            if [step.position for step in _shared_steps(made.steps, self.shared)] != [s.position for s in self._steps]:
                raise CannotFork("it has injected parameters and the shared cells had none, or the other way round")
            book.notebook_start()
            await self._run_branch(asked, book, used, on_shared)
        except BaseException as error:
            try:
                book.notebook_ended(error, used[-1])
            except UnusableInput as unwritten:
                error.add_note(str(unwritten))
            raise
        finally:
            if asked.output is not None:
                asked.output.close()
        book.notebook_ended(None, used[-1])
        notes = (made.note,) if made.note else ()
        path = asked.output.path if asked.output is not None else None
        return Run(book.nb, made.kernel, monotonic() - began, notes, used[-1], path)

    async def _run_branch(
        self, asked: _Branch, book: Bookkeeping, used: list[Usage], on_shared: OnShared | None
    ) -> None:
        client = self._fork_of(self, book, asked)
        book.settle = lambda: client.taken.settle()

        def tell() -> None:
            used.append(client.usage)
            if asked.on_usage is not None:
                asked.on_usage(used[-1])

        failed = True
        try:
            await self._start(client)
            done = await self._take_over(self, client, book, asked.made)
            if on_shared is not None:
                on_shared(self.shared, "")
            client.allow(self.seconds)
            order = self._order(asked, asked.made.steps[done:], self._going_on(asked.attendant, self))
            assert client.kernel_pid is not None
            await unless_it_hangs(client.kernel_pid, run_steps(client, book, order, tell))
            failed = False
        except KernelDied as error:
            if self._client is not None and self._client.has_died():
                raise CannotFork("the shared cells' kernel has died, and its forks with it") from error
            raise
        finally:
            tell()
            await client.stop(failed=failed)
        if asked.keep_outputs:
            book.nb.metadata["language_info"] = client.language_info
            client.set_widgets_metadata()

    def _fork_of(self, trunk: Trunk, book: Bookkeeping, asked: _Branch) -> BranchClient:
        if trunk._client is None:
            raise CannotFork("the shared cells' kernel is gone")
        unseeded = trunk._standing.unseeded
        return BranchClient(book, trunk=trunk._client, unseeded=unseeded, limits=asked.limits, **self._options(asked))

    @staticmethod
    def _options(asked: _Branch) -> dict[str, Any]:
        return {"keep_outputs": asked.keep_outputs, "kernel_name": asked.made.kernel, "log": _log}

    async def _start(self, client: ForkingClient) -> None:
        where = self.notebook.path.resolve().parent
        await client.start(self._folder, cwd=str(where), env=kernel_environment(self.notebook.path))

    async def _take_over(self, trunk: Trunk, client: ForkingClient, book: Bookkeeping, made: Prepared) -> int:
        """Write into a run what the shared cells have shown, and set its parameters; return how many steps that is.

        Only those are set in which it differs: what shared cells have made of the others is as it is in every run.
        """
        assert isinstance(client, BranchClient)
        for step in trunk._steps:
            ran, cell = trunk._book.nb.cells[step.position], book.nb.cells[step.position]
            cell.outputs, cell.execution_count = copy.deepcopy(ran.outputs), ran.execution_count
            for name in ("papermill", "execution"):
                cell.metadata[name] = copy.deepcopy(ran.metadata[name])
            book.changed(step.position)
            if step.place.index is None:
                own = _differing(made.values, trunk._asked.made.values)
                await client.set_parameters(injected_source(own), cell.source, ran.execution_count)
        book.save()
        return len(trunk._steps)

    @staticmethod
    def _going_on(attendant: Attendant | None, trunk: Trunk | None) -> Attendant | None:
        """Return the attendant as it goes on where the trunk has had one of its kind."""
        if attendant is None or trunk is None or trunk._asked.attendant is None:
            return attendant
        return replace(attendant, first=attendant.forked)

    def _order(self, asked: _Branch, steps: Sequence[Step], attendant: Attendant | None) -> Order:
        return Order(
            steps=steps,
            total=len(self.notebook.cells),
            folder=self.notebook.path.resolve().parent,
            limits=asked.limits,
            on_cell=asked.on_cell,
            on_usage=asked.on_usage or (lambda usage: None),
            attendant=attendant,
            keep_outputs=asked.keep_outputs,
            output=asked.output,
            options=Options(),
        )


def _differing(values: Mapping[str, Any], others: Mapping[str, Any]) -> dict[str, Any]:
    """Return what is not as in the others, in type too. Raises ``CannotFork`` where the others have a name more."""
    if others.keys() - values.keys():
        raise CannotFork("the shared cells had a parameter more")
    there = {name: source_of(value) for name, value in others.items()}
    return {name: value for name, value in values.items() if source_of(value) != there.get(name)}


def _shared_steps(steps: Sequence[Step], shared: int) -> Sequence[Step]:
    """Return the steps up to the last of the first ``shared`` code cells; what is injected behind it is not shared."""
    wanted = [
        number for number, step in enumerate(steps, 1) if step.place.index is not None and step.place.index < shared
    ]
    return steps[: max(wanted, default=0)]
