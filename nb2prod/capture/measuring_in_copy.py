"""A request and a place where the notebook has run go in; measurements come out, one by one as they are made.

Three places: a kernel of our own at the end of a run, a kernel that somebody works in, and this very process. In each,
the process is copied and the copy measures, so that nothing is changed and nothing has to wait.
"""

from __future__ import annotations

import json
import os
import shutil
import signal
import tempfile
import time
from collections.abc import Callable, Iterable, Mapping
from contextlib import suppress
from dataclasses import asdict
from pathlib import Path
from typing import Any

from nb2prod.capture.capture import request_message
from nb2prod.capture.energy import energy
from nb2prod.capture.measurements import Cost, Measured, Measurement, MeasureRequest, State
from nb2prod.capture.model import CaptureRequest, Evidence
from nb2prod.capture.probe.copying import PID, copy_to
from nb2prod.capture.probe.measuring.measure import MEASUREMENTS, measure_apart
from nb2prod.capture.probe.standing import unfit
from nb2prod.capture.reading import read_evidence
from nb2prod.capture.running import COPYING, FROM_THE_TOP, is_alive, standing_of
from nb2prod.capture.sending import (
    code_to_call,
    code_to_install,
    code_to_measure,
    code_to_measure_at_the_end,
    code_to_remove,
)
from nb2prod.errors import Problem, UnusableInput
from nb2prod.notebook.model import Notebook
from nb2prod.runs.execute import execute
from nb2prod.runs.model import Attendant, Limits, OnCell
from nb2prod.runs.running import RUN_AFRESH, running_kernel

FILE = "measured.ndjson"
NAMES = tuple(MEASUREMENTS)
"""The measurements that there are, in the order in which they are made."""
LOOK = 0.05
"""Seconds between two looks at what the copy has written."""
STOPPED = "it was stopped"
OnLook = Callable[[Measured], None]


class Measuring:
    """Measurements that are being made elsewhere. Look at them as often as you like; ``close`` them in the end."""

    def __init__(
        self, request: MeasureRequest, folder: Path, only: Iterable[str] | None = None, notes: tuple[str, ...] = ()
    ) -> None:
        self.request = request
        self.folder = folder
        self.notes = notes
        wanted = set(NAMES if only is None else only)
        self._made = {name: Measurement(name) for name in NAMES if name in wanted}
        self._read = 0
        self._why = ""
        self.done = False
        """Whether all of them have ended, as of the last look."""

    def look(self) -> Measured:
        """Return what there is so far; takes no time to speak of."""
        ended = self.done or not is_alive(self.folder)
        self._take_in()
        if ended and not self.done:
            self.done = True
            self._leave_out(self._why or "the copy of the process ended before it was measured")
        return Measured(self.request, dict(self._made), notes=self.notes)

    def cancel(self) -> None:
        """End it; what has been measured so far stays."""
        self._why = self._why or STOPPED
        with suppress(OSError, ValueError):
            if is_alive(self.folder):  # else its number may be somebody else's by now
                os.killpg(int((self.folder / PID).read_text()), signal.SIGKILL)  # and whatever it has started

    def close(self) -> None:
        """End it, and remove what it has written."""
        self.look()
        self.cancel()
        shutil.rmtree(self.folder, ignore_errors=True)

    def wait(self, on_look: OnLook | None = None) -> Measured:
        """Return all measurements when they have ended; ``on_look`` is called with those so far whenever one has."""
        before = None
        while True:
            found = self.look()
            if on_look is not None and found != before:
                on_look(found)
            if self.done:
                return found
            before = found
            time.sleep(LOOK)

    def _take_in(self) -> None:
        with suppress(FileNotFoundError), (self.folder / FILE).open("rb") as file:
            file.seek(self._read)
            for line in file.read().split(b"\n")[:-1]:
                self._read += len(line) + 1
                self._note(json.loads(line))

    def _note(self, event: dict[str, Any]) -> None:
        if event["state"] == "done":
            self.done = True
            self._leave_out(STOPPED)
        elif event["name"] in self._made:
            self._made[event["name"]] = Measurement(**{**event, "state": State(event["state"])})

    def _leave_out(self, why: str) -> None:
        for name, each in self._made.items():
            if each.state in {State.WAITING, State.RUNNING}:
                self._made[name] = Measurement(name, State.SKIPPED, why=why)


def _message(request: MeasureRequest, folder: Path, only: Iterable[str] | None) -> dict[str, Any]:
    return {"request": asdict(request), "file": str(folder / FILE), "only": None if only is None else sorted(only)}


def begin_here(namespace: Mapping[str, Any], request: MeasureRequest, only: Iterable[str] | None = None) -> Measuring:
    """Begin to measure objects of this very process, and return at once.

    Raises ``UnusableInput`` where the process cannot be copied.
    """
    problems = [Problem(why, "this kernel", RUN_AFRESH) for why in unfit()]
    if problems:
        raise UnusableInput(problems)
    folder = Path(tempfile.mkdtemp(prefix="nb2prod-measuring-"))
    message = _message(request, folder, only)
    scope = dict(namespace)
    try:
        copy_to(lambda: measure_apart(scope, message["request"], message["file"], message["only"]), str(folder))
    except BaseException:
        shutil.rmtree(folder, ignore_errors=True)
        raise
    return Measuring(request, folder, only)


def begin_in_kernel(kernel: str, request: MeasureRequest, only: Iterable[str] | None = None) -> Measuring:
    """Begin to measure the objects of a kernel that somebody works in, by its id or connection file.

    Raises ``UnusableInput`` where it cannot be asked.
    """
    with running_kernel(kernel) as running:
        standing = standing_of(running)
        problems = [Problem(why, "the kernel", RUN_AFRESH) for why in standing.unfit]
        if not standing.ran:
            problems.append(Problem("nothing has run in it yet", "the kernel", FROM_THE_TOP))
        if problems:
            raise UnusableInput(problems)
        folder = Path(tempfile.mkdtemp(prefix="nb2prod-measuring-"))
        try:
            code = code_to_measure(_message(request, folder, only), str(folder), len(standing.ran))
            if not running.ask(code, COPYING):
                raise UnusableInput(Problem("something ran in it while it was looked at", "the kernel", "try again"))
        except BaseException:
            shutil.rmtree(folder, ignore_errors=True)
            raise
    return Measuring(request, folder, only)


def run_and_measure(
    notebook: Notebook,
    request: MeasureRequest,
    *,
    only: Iterable[str] | None = None,
    parameters: Mapping[str, Any] | None = None,
    kernel: str | None = None,
    timeout: float | None = None,
    on_cell: OnCell | None = None,
    on_look: OnLook | None = None,
) -> Measured:
    """Run the notebook and measure its objects at its end. ``timeout`` is in seconds, for the run.

    Raises what :func:`nb2prod.runs.execute.execute` raises.
    """
    folder = Path(tempfile.mkdtemp(prefix="nb2prod-measuring-")).resolve()
    asked = list(NAMES if only is None else only)
    measuring = Measuring(request, folder, asked)
    try:
        message = request_message(notebook, CaptureRequest(), folder)
        measure = code_to_measure_at_the_end(_message(request, folder, asked), str(folder))
        attendant = Attendant(
            first=code_to_install(message),
            after_cell=lambda index: code_to_call("after_cell", index),
            last=f"({code_to_call('finish')}, {code_to_remove()}, {measure}) and None",
        )
        with energy() as used:
            run = execute(
                notebook,
                parameters=parameters,
                kernel=kernel,
                limits=Limits(seconds=timeout),
                on_cell=on_cell,
                attendant=attendant,
                keep_outputs=False,
            )
        found = measuring.wait(on_look)
        cost = _cost(read_evidence(folder), run.seconds, used.kwh)
        return Measured(found.request, found.measurements, cost, run.notes)
    finally:
        measuring.close()


def _cost(evidence: Evidence, seconds: float, kwh: float | None) -> Cost:
    slowest = max(evidence.cells, key=lambda cell: cell.seconds, default=None)
    return Cost(
        seconds=round(seconds, 3),
        peak_memory_mb=round(max((cell.peak_memory_mb for cell in evidence.cells), default=0.0), 1),
        slowest=(slowest.index, round(slowest.seconds, 3)) if slowest is not None else (0, 0.0),
        kwh=kwh,
    )
