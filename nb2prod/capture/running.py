"""A notebook and a kernel that has run it go in; the evidence comes out, without running the notebook again.

The kernel's process is copied, the copy is asked, and the kernel goes on at once, as it was.
"""

from __future__ import annotations

import fcntl
import json
import os
import signal
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from difflib import SequenceMatcher
from itertools import groupby
from pathlib import Path

from nb2prod.capture.capture import request_message
from nb2prod.capture.model import CaptureRequest, Evidence
from nb2prod.capture.probe.copying import ALIVE, PID, SAID
from nb2prod.capture.reading import read_evidence
from nb2prod.capture.sending import code_to_ask_standing, code_to_copy
from nb2prod.errors import Problem, UnusableInput
from nb2prod.notebook.model import SKIP, Cell, Notebook
from nb2prod.runs.running import RUN_AFRESH, RunningKernel, running_kernel

FROM_THE_TOP = "restart the kernel and run all cells, or run the notebook afresh"
COPYING = 60.0
"""Seconds that a kernel of much memory may take to copy its process."""
PATIENCE = 900.0
"""Seconds that the copy may take where nobody said how many."""
LOOK = 0.05
"""Seconds between two looks for what the copy has written."""
MOST_TOLD = 10


@dataclass(frozen=True)
class Standing:
    """How a kernel stands: see ``probe/standing.py``."""

    ran: tuple[str, ...]
    raised: tuple[int, ...] | None
    folder: str
    since: float
    unfit: tuple[str, ...]


def standing_of(kernel: RunningKernel) -> Standing:
    """Return how the kernel stands. Raises ``UnusableInput`` where it does not answer."""
    said = json.loads(kernel.ask(code_to_ask_standing()))
    raised = None if said["raised"] is None else tuple(said["raised"])
    return Standing(tuple(said["ran"]), raised, said["folder"], said["since"], tuple(said["unfit"]))


def obstacles(notebook: Notebook, standing: Standing) -> list[Problem]:
    """Return why the kernel's state is not what a run of the notebook from the top would give; nothing where it is."""
    found = [*_differences(notebook, standing.ran)]
    found += [] if found else _raised(notebook, standing)  # by numbers, which are those of a run from the top
    folder = os.path.realpath(notebook.path.parent)
    if standing.folder != folder:
        found.append(Problem(f"the kernel works in {standing.folder}, not in the notebook's folder", "", RUN_AFRESH))
    found += [Problem(why, "the kernel", RUN_AFRESH) for why in standing.unfit]
    rest = len(found) - MOST_TOLD
    return found if rest <= 0 else [*found[:MOST_TOLD], Problem(f"and {rest} more like these", "", FROM_THE_TOP)]


def _cells(notebook: Notebook) -> list[Cell]:
    """Return the cells of a run."""
    return [cell for cell in notebook.cells if cell.section != SKIP and cell.source.strip()]


def _raised(notebook: Notebook, standing: Standing) -> Iterator[Problem]:
    """Yield the cells that raised, by what the kernel knows, where it does, and by the outputs that are saved."""
    for number, cell in enumerate(_cells(notebook), 1):
        known = standing.raised is not None
        if cell.raised or (known and number in (standing.raised or ()) and not cell.may_raise):
            yield Problem("raised when it ran", cell.label, FROM_THE_TOP)
        elif not known and cell.execution_count is None:
            what = "has no number, so its outputs are not those of this kernel, and nobody can tell whether it raised"
            yield Problem(what, cell.label, f"save the notebook; if its outputs were cleared, {FROM_THE_TOP}")


def _differences(notebook: Notebook, ran: tuple[str, ...]) -> Iterator[Problem]:
    """Yield how the inputs that ran are others than the cells from the top."""
    cells = _cells(notebook)
    wanted = [_plain(cell.source) for cell in cells]
    inputs = [_plain(text) for text in ran if text.strip()]
    if not inputs:
        yield Problem("nothing has run in it yet", "the kernel", FROM_THE_TOP)
        return
    for kind, first, last, begin, end in SequenceMatcher(None, wanted, inputs, autojunk=False).get_opcodes():
        edited = kind == "replace" and last - first == end - begin
        different = cells[first:last] if kind != "equal" else []
        for moved, group in groupby(different, lambda cell: _plain(cell.source) in inputs):
            yield _told(list(group), "moved" if moved else "edited" if edited else "never")
        for text in inputs[begin:end] if kind != "equal" and not edited else ():
            if inputs.count(text) > wanted.count(text):  # else it was told as a cell that ran out of its order
                yield _besides(text, notebook)


NOT_AS_RUN = {
    "edited": ("was edited since it ran", "were edited since they ran"),
    "moved": ("ran out of its order", "ran out of their order"),
    "never": ("has not run as it is now", "have not run as they are now"),
}


def _told(cells: list[Cell], what: str) -> Problem:
    """Return one problem for cells in a row that have the same."""
    one, many = NOT_AS_RUN[what]
    if len(cells) == 1:
        return Problem(one, cells[0].label, FROM_THE_TOP)
    return Problem(many, f"cells [{cells[0].index + 1}] to [{cells[-1].index + 1}]", FROM_THE_TOP)


def _plain(text: str) -> str:
    return text.rstrip("\n")  # as IPython keeps it


def _besides(text: str, notebook: Notebook) -> Problem:
    """Return the problem of an input that is not the next cell."""
    same = next((cell for cell in notebook.cells if _plain(cell.source) == text), None)
    if same is None:
        shown = text.strip().splitlines()[0][:60]
        return Problem(f"something ran that is no cell of the notebook now: `{shown}`", "the kernel", FROM_THE_TOP)
    if same.section == SKIP:
        return Problem("is tagged `skip`, and it ran", same.label, FROM_THE_TOP)
    return Problem("ran more than once", same.label, FROM_THE_TOP)


def capture_running(
    notebook: Notebook,
    request: CaptureRequest,
    kernel: str,
    *,
    folder: Path,
    gone: tuple[str, ...] = (),
    timeout: float | None = None,
) -> Evidence:
    """Return what a kernel shows that has run the notebook; what is too big for JSON lies below ``folder`` then.

    ``request`` asks for nothing that is no longer as it was; ``gone`` are variables that hold something else now.
    ``folder`` must be there and be ours alone (mode 0700). ``timeout`` is in seconds for all of it. Raises
    ``UnusableInput`` where the kernel's state is not that of a run from the top, or it cannot be asked.
    """
    folder = folder.resolve()
    with running_kernel(kernel) as running:
        standing = standing_of(running)
        problems = obstacles(notebook, standing)
        if problems:
            raise UnusableInput(problems)
        message = {**request_message(notebook, request, folder), "since": standing.since, "gone": gone}
        if not running.ask(code_to_copy(message, str(folder), len(standing.ran)), COPYING):
            raise UnusableInput(Problem("something ran in it while it was looked at", "the kernel", FROM_THE_TOP))
    began = time.monotonic()
    with _ended_in_the_end(folder):
        _wait(folder, began + (timeout or PATIENCE))
    return read_evidence(folder)


@contextmanager
def _ended_in_the_end(folder: Path) -> Iterator[None]:
    """End the copy, and what it has started, whatever happens."""
    try:
        yield
    finally:
        with suppress(OSError, ValueError):
            os.killpg(int((folder / PID).read_text()), signal.SIGKILL)  # and whatever it has started


def _wait(folder: Path, deadline: float) -> None:
    """Wait for the evidence of the copy. Raises ``UnusableInput`` where it ends without, or takes too long."""
    while is_alive(folder):
        if (folder / "evidence.json").exists():
            return
        if time.monotonic() > deadline:
            what = "the copy of the kernel has not answered in the time that it has (--timeout)"
            raise UnusableInput(_failed(what, folder))
        time.sleep(LOOK)
    if not (folder / "evidence.json").exists():
        raise UnusableInput(_failed("the copy of the kernel ended before it had answered", folder))


def is_alive(folder: Path) -> bool:
    """Return whether the copy lives: then its lock cannot be had."""
    with suppress(FileNotFoundError), (folder / ALIVE).open() as file:
        try:
            fcntl.flock(file, fcntl.LOCK_SH | fcntl.LOCK_NB)
        except OSError:
            return True
    return False


def _failed(what: str, folder: Path) -> Problem:
    said = ""
    with suppress(OSError):
        said = "".join(f"\n    {line[:300]}" for line in (folder / SAID).read_text(errors="replace").splitlines()[-5:])
    return Problem(what + said, "the kernel", RUN_AFRESH)
