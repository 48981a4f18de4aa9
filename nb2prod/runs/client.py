"""A notebook client on papermill's, whose errors are true and whose memory does not grow with what cells print."""

from __future__ import annotations

import asyncio
import contextlib
import os
import signal
import threading
from collections.abc import Callable
from pathlib import Path
from queue import Empty
from time import monotonic
from typing import Any

from nbclient.exceptions import CellExecutionError, CellTimeoutError, DeadKernelError
from papermill.clientwrap import PapermillNotebookClient

from nb2prod.errors import Nb2ProdError, Problem, UnusableInput
from nb2prod.runs.failures import died, plain, raised, timed_out

QUIET_SECONDS = 30
"""How long to wait for a cell's last outputs once it is done; only a message that was lost makes this come true."""
STREAM_LIMIT = 1_000_000
"""Characters of printed output that are kept for one cell."""


class TruthfulClient(PapermillNotebookClient):  # type: ignore[misc]
    """Runs single cells and silent code, within one deadline for all of them."""

    def __init__(self, nb_man: Any, *, total_timeout: float | None, keep_outputs: bool, **options: Any) -> None:
        super().__init__(nb_man, raise_on_iopub_timeout=False, iopub_timeout=QUIET_SECONDS, **options)
        self.total_timeout = total_timeout
        self.keep_outputs = keep_outputs
        self.deadline: float | None = None
        self.timeout_func = lambda cell: self._left()
        self.kernel_pid: int | None = None
        self._printed: dict[int, int] = {}

    async def start(self, log: Path, **options: Any) -> None:
        """Start the kernel; what it writes past Jupyter goes to the file ``log``.

        Raises ``UnusableInput`` if it does not come up, after a second try: under load one in a hundred fails.
        """
        for last_try in (False, True):
            try:
                await self._start_once(log, **options)
                break
            except RuntimeError as error:
                if last_try:
                    raise _not_started(str(self.kernel_name), str(error), log) from error
        if self.total_timeout is not None:
            self.deadline = monotonic() + self.total_timeout

    async def _start_once(self, log: Path, **options: Any) -> None:
        self.create_kernel_manager()
        with log.open("ab") as stream:
            try:
                await self.async_start_new_kernel(stdout=stream, stderr=stream, **options)
            except OSError as error:
                await self._async_cleanup_kernel()
                raise RuntimeError(str(error)) from error
        assert self.km is not None
        self.kernel_pid = getattr(self.km.provisioner, "pid", None)
        await self.async_start_new_kernel_client()
        assert self.kc is not None
        # zmq drops what exceeds its queue, a cell's end included; a dropped end looks like a cell that hangs
        with contextlib.suppress(Exception):
            self.kc.iopub_channel.socket.set_hwm(0)

    async def stop(self, *, failed: bool) -> None:
        """End the kernel and whatever it started; at once if the run ``failed``."""
        if failed:
            self.shutdown_kernel = "immediate"
            if self.km is not None:
                with contextlib.suppress(Exception):
                    await self.km.interrupt_kernel()
        try:
            if self.km is not None:
                await self._async_cleanup_kernel()
        finally:
            if self.kernel_pid is not None:
                with contextlib.suppress(OSError, AttributeError):
                    os.killpg(self.kernel_pid, signal.SIGKILL)

    async def run_cell(self, cell: Any, position: int, label: str) -> None:
        """Run one cell; ``label`` is how errors name it. Raises ``NotebookRaised``, ``KernelDied``, ``TimedOut``."""
        self.on_cell_error = None
        replies: list[dict[str, Any]] = []
        self.on_cell_executed = lambda execute_reply, **_: replies.append(execute_reply)
        try:
            await self.async_execute_cell(cell, position)
        except CellExecutionError as error:
            raise raised(label, replies[-1]["content"] if replies else {"ename": str(error)}) from None
        except CellTimeoutError:
            raise timed_out(label, self.total_timeout or 0) from None
        except DeadKernelError:
            await self._raise_death(label)

    async def _raise_death(self, label: str) -> None:
        task = asyncio.current_task()
        if task is not None and task.cancelling():  # nbclient takes our own cancellation for the kernel's death
            raise asyncio.CancelledError from None
        raise died(label, await self._exit_code()) from None

    async def _exit_code(self) -> int | None:
        provisioner = getattr(self.km, "provisioner", None)
        code = await provisioner.poll() if provisioner is not None else None
        return code if isinstance(code, int) else None

    async def run_silently(self, code: str, label: str) -> None:
        """Run ``code`` outside history and counts; its outputs are nobody's. Errors as for a cell."""
        assert self.kc is not None
        message = self.kc.execute(code, silent=True, store_history=False, allow_stdin=False)
        while True:
            left = self._left()
            try:
                reply = await self.kc.shell_channel.get_msg(timeout=1 if left is None else min(1, left))
            except Empty:
                if not await self.kc.is_alive():
                    raise died(label, await self._exit_code()) from None
                if self.deadline is not None and monotonic() >= self.deadline:
                    raise timed_out(label, self.total_timeout or 0) from None
                continue
            if reply["parent_header"].get("msg_id") == message:
                break
        if reply["content"]["status"] == "error":
            raise raised(label, reply["content"])

    def output(self, outs: list[Any], msg: dict[str, Any], display_id: str | None, cell_index: int) -> Any:
        """Take one output in: printed text is joined and bounded, everything is left out where nobody wants it."""
        if not self.keep_outputs:
            return None
        if msg["msg_type"] != "stream" or self.output_hook_stack[msg["parent_header"].get("msg_id")]:
            return super().output(outs, msg, display_id, cell_index)
        text = msg["content"]["text"]
        kept = self._printed.get(cell_index, 0)
        self._printed[cell_index] = kept + len(text)
        if kept > STREAM_LIMIT:
            return None
        if kept + len(text) > STREAM_LIMIT:
            msg["content"]["text"] = text[: STREAM_LIMIT - kept] + "\n[more was printed and is not kept]\n"
        if outs and outs[-1].get("output_type") == "stream" and outs[-1]["name"] == msg["content"]["name"]:
            outs[-1]["text"] += msg["content"]["text"]
            return None
        return super().output(outs, msg, display_id, cell_index)

    def _left(self) -> float | None:
        return None if self.deadline is None else max(0.001, self.deadline - monotonic())


def run_to_end(work: Callable[[], Any]) -> Any:
    """Run the coroutine that ``work`` makes, also where an event loop runs already (a server, a notebook)."""
    try:
        asyncio.get_running_loop()
    except RuntimeError:
        return asyncio.run(_until_told_to_end(work))
    from concurrent.futures import ThreadPoolExecutor

    with ThreadPoolExecutor(1) as pool:
        return pool.submit(lambda: asyncio.run(work())).result()


async def _until_told_to_end(work: Callable[[], Any]) -> Any:
    """Run the coroutine; SIGTERM cancels it as asyncio lets Ctrl-C do, where somebody waits for ``SystemExit``.

    An exception out of the signal's handler would be lost wherever a library of the loop catches everything.
    """
    handler = signal.getsignal(signal.SIGTERM)
    if threading.current_thread() is not threading.main_thread() or not callable(handler):
        return await work()
    loop, task = asyncio.get_running_loop(), asyncio.current_task()
    assert task is not None
    told: list[bool] = []
    result = None

    def end() -> None:
        if not told:
            told.append(True)
            task.cancel()

    loop.add_signal_handler(signal.SIGTERM, end)
    try:
        result = await work()
    except (Exception, asyncio.CancelledError):
        if not told:
            raise
    finally:
        loop.remove_signal_handler(signal.SIGTERM)
        signal.signal(signal.SIGTERM, handler)
    if told:
        handler(signal.SIGTERM, None)
    return result


def _not_started(kernel: str, why: str, log: Path) -> Nb2ProdError:
    said = plain(log.read_text(encoding="utf-8", errors="replace")).strip().splitlines()[-5:] if log.exists() else []
    details = "".join(f"\n    {line[:300]}" for line in said)
    return UnusableInput(
        Problem(
            f"the kernel {kernel!r} does not start: {why}{details}",
            "--kernel",
            "Install ipykernel in its environment, or name another kernel.",
        )
    )
