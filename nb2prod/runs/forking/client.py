"""Clients of a kernel that is forked, and of its forks, which do all that a client of any kernel does."""

from __future__ import annotations

import asyncio
import copy
import json
import os
import signal
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, replace
from itertools import count
from pathlib import Path
from time import monotonic
from typing import Any

from jupyter_client.manager import AsyncKernelManager
from nbclient.output_widget import OutputWidget

from nb2prod.errors import KernelDied, NotebookRaised
from nb2prod.runs.client import CONNECTED_WITHIN, NOTHING_IS_DROPPED, TruthfulClient, _Died, _dropped
from nb2prod.runs.failures import Place
from nb2prod.runs.forking.process import ForkedProcess
from nb2prod.runs.forking.sending import Call, begin, branch_off, look, reap, set_parameters

FORKED_WITHIN = 60.0
"""Seconds for a copy of a process of much memory to be made and to answer."""
LOOK = 0.005
"""Seconds between two looks for what the copy has written."""
_names = count()


class CannotFork(Exception):
    """A kernel cannot be forked, or its fork does not do what it should; the run has to be made in the plain way."""

    def __init__(self, *why: str) -> None:
        super().__init__("; ".join(why))
        self.why = why


@dataclass(frozen=True)
class Standing:
    """What stands against a fork of a kernel, and what is to be done about it."""

    obstacles: tuple[str, ...]
    unseeded: tuple[str, ...]
    """Modules whose global generators nobody has seeded: each fork seeds them anew."""


class ForkingClient(TruthfulClient):
    """A client of a kernel from which others are forked."""

    folder: Path
    """Where the forks' sockets lie; the kernel's own too."""

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self._asking, self._forking = asyncio.Lock(), asyncio.Lock()

    async def start(self, folder: Path, **options: Any) -> None:
        """Start the kernel, and look at it while it is as it was made."""
        self.folder = folder
        await super().start(folder, **options)
        await self._begin()

    async def _begin(self) -> None:
        with suppress(NotebookRaised):  # no kernel of Python's: it will be told as an obstacle
            await self.ask(begin(), "before the first cell")

    async def standing(self) -> Standing:
        """Return what stands against forks. The limits of its own cells no longer hold from here on."""
        if self._watch is not None:
            self._watch.ceiling = None
            self._watch.end()  # it would take the forks for the kernel's own
        self.limits, self.deadline = replace(self.limits, seconds=None, memory=None), None
        try:
            said = await self.ask(look(), "behind the shared cells")
        except NotebookRaised as error:
            return Standing((f"the kernel cannot be looked at: {error.problems[0].what.splitlines()[0]}",), ())
        return Standing(tuple(said["obstacles"]), tuple(said["unseeded"]))

    async def fork(self, unseeded: tuple[str, ...]) -> dict[str, Any]:
        """Fork the kernel; return how the fork is reached. Raises ``CannotFork``."""
        made = asyncio.ensure_future(self._fork(f"f{next(_names)}", unseeded))
        try:
            return await asyncio.shield(made)
        except asyncio.CancelledError:
            with suppress(CannotFork):
                _kill((await made)["pid"])
            raise

    async def _fork(self, name: str, unseeded: tuple[str, ...]) -> dict[str, Any]:
        answer, pid = self.folder / f"{name}.json", self.folder / f"{name}.pid"
        try:
            async with self._forking:  # one that waits to be made would be made in the other as well
                await self.ask(branch_off(self.folder, name, unseeded), "behind the shared cells")
                await self._wait_for_file(lambda: pid.exists() or answer.exists(), lambda: False)
            await self._wait_for_file(answer.exists, lambda: _gone(pid))
        except (KernelDied, NotebookRaised) as error:
            raise CannotFork(error.problems[0].what.splitlines()[0]) from None
        except CannotFork:
            with suppress(OSError, ValueError):
                _kill(int(pid.read_text()))
            raise
        info: dict[str, Any] = json.loads(answer.read_text())
        if "why" in info:
            raise CannotFork(f"the fork did not come up: {info['why'].strip().splitlines()[-1]}")
        assert self.km is not None
        return {**info, "key": self.km.session.key, "signature_scheme": self.km.session.signature_scheme}

    async def _wait_for_file(self, is_there: Callable[[], bool], is_gone: Callable[[], bool]) -> None:
        until = monotonic() + FORKED_WITHIN
        while not is_there():
            if self._death is None or self._death.done() or is_gone():
                raise CannotFork("the fork died at its start, or what it was forked from")
            if monotonic() > until:
                raise CannotFork(f"the fork did not come up within {FORKED_WITHIN:g} seconds")
            await asyncio.sleep(LOOK)

    def has_died(self) -> bool:
        """Say whether the kernel's process has ended, and not by us."""
        return self.kernel_pid is not None and _ended(self.kernel_pid)

    async def reap(self, pid: int) -> int | None:
        """Return how a fork has ended that has, or ``None`` where nobody can tell."""
        with suppress(KernelDied, NotebookRaised):
            said = await self.ask(reap(pid), "behind the shared cells")
            return said if isinstance(said, int) else None
        return None

    async def ask(self, call: Call, label: str) -> Any:
        """Return what a function gives inside the kernel, without a trace there. Errors as for a cell.

        The answer comes in a file. Jupyter's own way, ``user_expressions``, has IPython make its printers, which look
        once, at their making, whether NumPy is there.
        """
        answer = self.folder / f"a{next(_names)}"
        async with self._asking:
            if self.kc is None:
                raise KernelDied(())
            await self.run_silently(call.code(answer), Place(label))
        return json.loads(answer.read_text(encoding="utf-8"))


class BranchClient(ForkingClient):
    """A client of a fork."""

    def __init__(self, *args: Any, trunk: ForkingClient, unseeded: tuple[str, ...], **options: Any) -> None:
        super().__init__(*args, **options)
        self._trunk = trunk
        self._unseeded = unseeded

    async def start(self, folder: Path, **options: Any) -> None:
        """Fork the trunk's kernel and connect to the fork. Raises ``CannotFork``."""
        self.folder = folder
        info = await self._trunk.fork(self._unseeded)
        self.kernel_pid = info["pid"]
        manager = AsyncKernelManager(connection_file=str(folder / f"{self.kernel_pid}.connection"))
        connection: Any = {name: value for name, value in info.items() if name != "pid"}
        manager.load_connection_info(connection)
        manager.provisioner = ForkedProcess(info["pid"], self._trunk.reap)
        self.km = manager
        try:
            self._death = asyncio.ensure_future(self._dies())
            self._watch_it()
            self.kc = manager.client()
            self.kc.start_channels(stdin=False, hb=False, control=False)
            self.kc.allow_stdin = False
            self.kc.iopub_channel.socket.set_hwm(0)
            await self._ready()
        except RuntimeError as error:
            await self._end_kernel()
            raise CannotFork(f"the fork does not answer: {error}") from error
        except BaseException:
            await self._end_kernel()
            raise
        self._take_over(self._trunk)
        await self._begin()

    async def _ready(self) -> None:
        """Wait until the fork answers, and is heard.

        It is not asked what kernel it is: IPython draws a tip for that, with a number that the notebook was to draw.
        """
        assert self.kc is not None
        until = monotonic() + FORKED_WITHIN
        heard = asyncio.ensure_future(self.kc.iopub_channel.get_msg(timeout=None))
        try:
            while not heard.done():
                message = self.kc.execute(NOTHING_IS_DROPPED, silent=True, store_history=False, allow_stdin=False)
                replied = asyncio.ensure_future(self._reply(message))
                if not await self._wait_for([replied], until - monotonic()):
                    await _dropped(replied)
                    raise RuntimeError(f"not within {FORKED_WITHIN:g} seconds")
                await asyncio.wait([heard], timeout=CONNECTED_WITHIN)
        except _Died:
            raise RuntimeError("it died") from None
        finally:
            await _dropped(heard)
        self.language_info = self._trunk.language_info

    def allow(self, seconds_used: float) -> None:
        """Begin to count the time that the run has, of which the shared cells have used some."""
        if self.limits.seconds is not None:
            self.deadline = monotonic() + self.limits.seconds - seconds_used

    async def set_parameters(self, code: str, source: str, execution_count: int | None) -> None:
        """Set the run's own parameters by ``code``, as if ``source`` had been injected into the shared cells."""
        await self.ask(set_parameters(code, source, execution_count), "the injected parameters")

    def _take_over(self, trunk: ForkingClient) -> None:
        """Know the displays and widgets that the shared cells have made: later cells may change them."""
        self._display_id_map = copy.deepcopy(trunk._display_id_map)
        self.widget_state = copy.deepcopy(trunk.widget_state)
        self.widget_buffers = copy.deepcopy(trunk.widget_buffers)
        for name, made in trunk.comm_objects.items():
            self.comm_objects[name] = OutputWidget(name, copy.deepcopy(made.state), self.kc, self)
            self.comm_objects[name].outputs = copy.deepcopy(made.outputs)


def _kill(pid: int) -> None:
    with suppress(OSError):
        os.kill(pid, signal.SIGKILL)


def _gone(pid: Path) -> bool:
    """Say whether the process with the id in this file is no more, or waits to be asked how it ended."""
    with suppress(OSError, ValueError, IndexError):
        return _ended(int(pid.read_text()))
    return False


def _ended(pid: int) -> bool:
    """Say whether a process is no more, or waits to be asked how it ended."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] in "ZX"
    except OSError:
        return True
