"""A notebook client on papermill's, whose errors are true and whose memory does not grow with what cells print."""

from __future__ import annotations

import asyncio
import contextlib
import os
import signal
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from queue import Empty
from time import monotonic
from typing import Any

from nbclient.client import timestamp
from nbclient.exceptions import CellExecutionComplete
from nbformat import v4
from papermill.clientwrap import PapermillNotebookClient

from nb2prod.errors import Problem, UnusableInput
from nb2prod.runs.cell_outputs import CUT_OUTPUTS, CellOutputs
from nb2prod.runs.failures import Place, died, out_of_memory, over_the_ceiling, raised, timed_out
from nb2prod.runs.model import Limits, Usage
from nb2prod.runs.starting import can_use_sockets, kernel_manager, not_started
from nb2prod.runs.watching import KilledForMemory, Watch

QUIET_SECONDS = 30.0
"""How long to wait for a cell's next output once it is done; only a message that was lost makes this come true."""
LAST_WORDS = 0.5
"""Seconds in which what a kernel has sent before it died is still read."""
INTERRUPTED_WITHIN = 2.0
"""Seconds that an interrupted cell has to end by itself, with a traceback that says where it was."""
ASKED_AGAIN = 0.25
"""Seconds between two looks for a reply that nobody was told of."""
ENDED_WITHIN = 5.0
"""Seconds that a kernel has for what it does at its end; then it is killed."""
CONNECTED_WITHIN = 0.2
"""Seconds in which a kernel that answers is heard on its channel of outputs; else it is asked once more."""
NOTHING_IS_DROPPED = """
try:
    get_ipython().kernel.iopub_thread.socket.setsockopt(23, 0)
except Exception:
    pass
"""
"""Run in the kernel: zmq drops what exceeds a queue of 1,000 messages (23 is ``ZMQ_SNDHWM``, 0 no limit)."""


@dataclass(frozen=True)
class Step:
    """A cell to run: where it lies in the document, and what messages and records call it."""

    position: int
    place: Place


class TruthfulClient(PapermillNotebookClient):  # type: ignore[misc]
    """Runs single cells and silent code, within the limits that are set."""

    def __init__(self, nb_man: Any, *, limits: Limits, keep_outputs: bool, **options: Any) -> None:
        super().__init__(nb_man, **options)
        self.limits = limits
        self.keep_outputs = keep_outputs
        self.deadline: float | None = None
        self.kernel_pid: int | None = None
        self.language_info: dict[str, Any] = {}
        self.taken = CellOutputs()
        self._watch: Watch | None = None
        self._death: asyncio.Task[None] | None = None
        self._killed_for_memory = KilledForMemory()
        self._heard_at = 0.0

    async def start(self, folder: Path, **options: Any) -> None:
        """Start the kernel; its sockets and the log of what it writes past Jupyter lie in ``folder``.

        Raises ``UnusableInput`` if it does not come up, after a second try by other means.
        """
        sockets = can_use_sockets(str(self.kernel_name), folder)
        log = folder / "log"
        for last_try in (False, True):
            try:
                await self._start_once(log, sockets=sockets and not last_try, **options)
                break
            except RuntimeError as error:
                if last_try:
                    raise not_started(str(self.kernel_name), str(error), log) from error
        if self.limits.seconds is not None:
            self.deadline = monotonic() + self.limits.seconds

    async def _start_once(self, log: Path, *, sockets: bool, **options: Any) -> None:
        self.km = kernel_manager(str(self.kernel_name), log.parent, sockets=sockets)
        try:
            with log.open("ab") as stream:
                await self.async_start_new_kernel(stdout=stream, stderr=stream, **options)
            self.kernel_pid = getattr(self.km.provisioner, "pid", None)
            self._death = asyncio.ensure_future(self._dies())
            self._watch_it()
            self.kc = self.km.client()
            self.kc.start_channels()
            self.kc.allow_stdin = False
            # zmq drops what exceeds its queue, a cell's end included; a dropped end looks like a cell that hangs
            self.kc.iopub_channel.socket.set_hwm(0)
            await self._ready()
        except BaseException as error:
            await self._end_kernel()
            if isinstance(error, OSError):
                raise RuntimeError(str(error)) from error
            raise

    def _watch_it(self) -> None:
        if self.kernel_pid is not None:
            self._watch = Watch(self.kernel_pid, self.limits.memory)
            self._watch.start()
        elif self.limits.memory is not None:
            what = f"the kernel {self.kernel_name!r} runs elsewhere, and its memory cannot be watched"
            raise UnusableInput(Problem(what, "--kernel", "Set no limit of memory, or name a kernel of this machine."))

    async def _ready(self) -> None:
        """Wait until the kernel answers, and is heard. Raises ``RuntimeError`` where that does not come about."""
        assert self.kc is not None
        until = monotonic() + self.startup_timeout
        heard = asyncio.ensure_future(self.kc.iopub_channel.get_msg(timeout=None))
        try:
            while not heard.done():
                replied = asyncio.ensure_future(self._reply(self.kc.kernel_info()))
                if not await self._wait_for([replied], until - monotonic()):
                    raise RuntimeError(f"it does not answer within {self.startup_timeout:g} seconds")
                await asyncio.wait([heard], timeout=CONNECTED_WITHIN)
        except _Died:
            raise RuntimeError("it died before it had answered") from None
        finally:
            await _dropped(heard)
        self.kc._handle_kernel_info_reply(replied.result())
        self.language_info = replied.result()["content"].get("language_info", {})
        if self.language_info.get("name") == "python":
            self.kc.execute(NOTHING_IS_DROPPED, silent=True, store_history=False, allow_stdin=False)

    @property
    def usage(self) -> Usage:
        """What the kernel and its processes have used up to now."""
        return self._watch.recent() if self._watch is not None else Usage()

    async def stop(self, *, failed: bool) -> None:
        """End the kernel and whatever it started; at once if the run ``failed``."""
        if failed or self.km is None or self._death is None:
            self.shutdown_kernel = "immediate"
        else:
            await self.km.request_shutdown()
            await asyncio.wait([self._death], timeout=ENDED_WITHIN)
        await self._end_kernel()

    async def _end_kernel(self) -> None:
        try:
            if self._watch is not None:
                self._watch.end()
            if self._death is not None:
                await _dropped(self._death)
            if self.km is not None:
                await self._async_cleanup_kernel()
        finally:
            if self.kernel_pid is not None:
                with contextlib.suppress(OSError, AttributeError):
                    os.killpg(self.kernel_pid, signal.SIGKILL)
            self.kernel_pid = None

    async def run_cell(self, cell: Any, step: Step) -> None:
        """Run one cell. Raises ``NotebookRaised``, ``KernelDied``, ``OutOfMemory``, ``TimedOut``."""
        assert self.kc is not None
        tolerant = "raises-exception" in cell.metadata.get("tags", ())
        cell.outputs = []
        cell.metadata["execution"] = {}
        self.taken = CellOutputs()
        self.clear_before_next_output = False
        message = self.kc.execute(cell.source, stop_on_error=not tolerant, allow_stdin=False)
        self.code_cells_executed += 1
        replied = asyncio.ensure_future(self._reply(message))
        heard = asyncio.ensure_future(self._hear(message, cell, step.position))
        try:
            reply = await self._result(replied, heard, step.place)
        finally:
            await _dropped(heard, replied)
            self.taken.settle()
        cell.metadata["execution"]["shell.execute_reply"] = timestamp(reply)
        if reply["content"]["status"] == "error" and not tolerant:
            raise raised(step.place, reply["content"])

    async def run_silently(self, code: str, place: Place) -> None:
        """Run ``code`` outside history and counts; its outputs are nobody's. Errors as for a cell."""
        assert self.kc is not None
        message = self.kc.execute(code, silent=True, store_history=False, allow_stdin=False)
        replied = asyncio.ensure_future(self._reply(message))
        try:
            if not await self._wait_for([replied], self._left()):
                raise timed_out(place, self.limits, cell=False)
        except _Died:
            raise await self._death_of(place) from None
        finally:
            await _dropped(replied)
        if replied.result()["content"]["status"] == "error":
            raise raised(place, replied.result()["content"])

    async def _result(self, replied: _Task, heard: _Task, place: Place) -> Any:
        """Return the reply, once all outputs are there too."""
        total, cell = self._left(), self.limits.cell_seconds
        allowed = min((limit for limit in (total, cell) if limit is not None), default=None)
        try:
            if not await self._wait_for([replied], allowed):
                await self._interrupt(replied, heard)
                content = replied.result()["content"] if replied.done() and not replied.cancelled() else {}
                raise timed_out(place, self.limits, cell=allowed == cell, reply=content)
            self._heard_at = monotonic()
            while not await self._wait_for([heard], QUIET_SECONDS - (monotonic() - self._heard_at)):
                if monotonic() - self._heard_at >= QUIET_SECONDS:
                    self.taken.cut = True
                    break
        except _Died:
            raise await self._death_of(place) from None
        except asyncio.CancelledError:
            await self._interrupt(replied, heard)
            raise
        return replied.result()

    async def _interrupt(self, replied: _Task, heard: _Task) -> None:
        """Have the kernel stop what it does, and wait a little for it to say where it was."""
        assert self.km is not None
        with contextlib.suppress(Exception):
            await self.km.interrupt_kernel()
        with contextlib.suppress(_Died):
            if await self._wait_for([replied], INTERRUPTED_WITHIN):
                await self._wait_for([heard], LAST_WORDS)

    async def _wait_for(self, tasks: list[_Task], seconds: float | None) -> bool:
        """Wait for the tasks, and say whether all are done in this time. Raises ``_Died`` if the kernel is, before."""
        assert self._death is not None
        until = None if seconds is None else monotonic() + max(0.0, seconds)
        while open_ := [task for task in tasks if not task.done()]:
            left = None if until is None else until - monotonic()
            if left is not None and left <= 0:
                return False
            await asyncio.wait([*open_, self._death], timeout=left, return_when=asyncio.FIRST_COMPLETED)
            if self._death.done():
                await asyncio.wait(open_, timeout=LAST_WORDS)
                if not all(task.done() for task in open_):
                    raise _Died
        for task in tasks:
            task.result()
        return True

    async def _reply(self, message: str) -> Any:
        assert self.kc is not None
        while True:
            # what is sent meanwhile (nbclient answers output widgets) takes the word of a reply from the one who waits
            with contextlib.suppress(Empty):
                reply = await self.kc.shell_channel.get_msg(timeout=ASKED_AGAIN)
                if reply["parent_header"].get("msg_id") == message:
                    return reply

    async def _hear(self, message: str, cell: Any, position: int) -> None:
        """Take in what the cell sends until it says that it is done."""
        assert self.kc is not None
        while True:
            heard = await self.kc.iopub_channel.get_msg(timeout=None)
            self._heard_at = monotonic()
            if heard["parent_header"].get("msg_id") == message:
                try:
                    self.process_message(heard, cell, position)
                except CellExecutionComplete:
                    return

    async def _dies(self) -> None:
        """Return when the kernel's process has ended."""
        if self.kernel_pid is not None and hasattr(os, "pidfd_open"):
            with contextlib.suppress(OSError):
                with _process(self.kernel_pid) as (handle, ended):
                    asyncio.get_running_loop().add_reader(handle, ended.set)
                    try:
                        await ended.wait()
                    finally:
                        asyncio.get_running_loop().remove_reader(handle)
                return
        while self.km is not None and await self.km.is_alive():
            await asyncio.sleep(LAST_WORDS)

    async def _death_of(self, place: Place) -> Exception:
        provisioner = getattr(self.km, "provisioner", None)
        code = await provisioner.poll() if provisioner is not None else None
        code = code if isinstance(code, int) else None
        if self._watch is not None and self._watch.crossed is not None and self.limits.memory is not None:
            return over_the_ceiling(place, self._watch.crossed, self.limits.memory)
        if code == -signal.SIGKILL and self._killed_for_memory.again():
            return out_of_memory(place, self._watch.usage.peak_memory if self._watch is not None else 0)
        return died(place, code)

    def output(self, outs: list[Any], msg: dict[str, Any], display_id: str | None, cell_index: int) -> Any:
        """Take one output in: printed text is joined and bounded, everything is left out where nobody wants it."""
        if not self.keep_outputs:
            return None
        if self.output_hook_stack[msg["parent_header"].get("msg_id")]:
            return super().output(outs, msg, display_id, cell_index)
        if self.clear_before_next_output:
            self.taken.cleared()
        content = msg["content"]
        if msg["msg_type"] != "stream":
            if self.taken.room_for_data(content.get("data", {}), len(outs)):
                return super().output(outs, msg, display_id, cell_index)
            if not self.taken.cut:
                outs.append(_printed("stderr", CUT_OUTPUTS))
            self.taken.cut = True
            return None
        text = self.taken.room_for_text(content["text"])
        if not text:
            return None
        if not self.clear_before_next_output and self.taken.goes_on(outs, content["name"], text):
            return _printed(content["name"], text)
        content["text"] = text
        out = super().output(outs, msg, display_id, cell_index)
        self.taken.opened(out)
        return out

    def clear_output(self, outs: list[Any], msg: dict[str, Any], cell_index: int) -> None:
        """Forget what was printed along with what is cleared."""
        super().clear_output(outs, msg, cell_index)
        if not outs:
            self.taken.cleared()

    def _update_display_id(self, display_id: str, msg: dict[str, Any]) -> None:
        super()._update_display_id(display_id, msg)
        for position in self._display_id_map.get(display_id, ()):
            self.nb_man.changed(position)

    def _left(self) -> float | None:
        return None if self.deadline is None else self.deadline - monotonic()


class _Died(Exception):
    """The kernel is gone."""


_Task = asyncio.Future[Any]


def _printed(stream: str, text: str) -> Any:
    nbformat: Any = v4  # it has no types
    return nbformat.new_output("stream", name=stream, text=text)


async def _dropped(*tasks: _Task) -> None:
    """Cancel the tasks and wait until they are."""
    for task in tasks:
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)


@contextlib.contextmanager
def _process(pid: int) -> Iterator[tuple[int, asyncio.Event]]:
    """Yield a handle that is readable when the process has ended, and an event for it. Raises ``OSError``."""
    handle = os.pidfd_open(pid)
    try:
        yield handle, asyncio.Event()
    finally:
        os.close(handle)
