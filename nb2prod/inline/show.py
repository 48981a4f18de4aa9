"""``readiness()`` and ``%readiness``: a path, or none, to the view of that notebook; a new one replaces the last."""

from __future__ import annotations

import asyncio
from collections.abc import Generator, Mapping
from pathlib import Path
from typing import Any

from nb2prod.errors import Problem, UsageError
from nb2prod.inline.checking import Source
from nb2prod.inline.long_checks import Measuring, Step
from nb2prod.inline.shell import kernel_shell
from nb2prod.inline.widget import Readiness
from nb2prod.workflows.asked import Asked

MAGIC = "readiness"
_last: Readiness | None = None


def readiness(notebook: str | Path | None = None) -> Readiness:
    """Show what stands between a notebook and production: findings, with where they are and what to do.

    Static rules look at once and again after each cell that runs; what takes long runs when its button is pressed. The
    notebook is the one that the kernel runs, where the frontend says which that is, else the one that is given: the
    view asks for it. ``print`` gives it as text. What keeps a notebook from being checked is shown, and not raised.
    Raises ``UsageError`` only for what is no path.
    """
    global _last
    if not isinstance(notebook, str | Path | None):
        what = f"{type(notebook).__name__} is not the path of a notebook"
        raise UsageError(Problem(what, "readiness(...)", "give its path as a text: `readiness('analysis.ipynb')`"))
    given = None if notebook is None else Path(notebook)
    shell = kernel_shell()
    namespace = {} if shell is None else shell.user_ns
    source = Source(given, namespace, _connection(shell))
    if _last is not None:
        _last.close()
    _last = Readiness(source, _measuring_in(namespace), shell)
    return _last


def load_magics(shell: Any) -> None:
    """Give a shell ``%readiness``, which takes what ``readiness`` takes, in quotes or not."""
    shell.register_magic_function(_readiness, magic_kind="line", magic_name=MAGIC)


def unload_magics(shell: Any) -> None:
    """Take ``%readiness`` away, and the view with it."""
    global _last
    shell.magics_manager.magics["line"].pop(MAGIC, None)
    if _last is not None:
        _last.close()
        _last = None


def _readiness(line: str) -> Readiness:
    """Show what stands between this notebook and production: ``%readiness [NOTEBOOK]``."""
    path = line.strip().strip("\"'")
    return readiness(path or None)


def _measuring_in(namespace: Mapping[str, Any]) -> Measuring:
    """Return what makes the long checks of the objects in ``namespace``; to be called where the kernel runs its cells.

    A process is copied while none of its threads is amid something: in this one, between two cells.
    """
    try:
        loop: asyncio.AbstractEventLoop | None = asyncio.get_running_loop()
    except RuntimeError:  # no kernel
        loop = None

    def measuring(asked: Asked) -> Generator[Step]:
        from nb2prod.inline.long_checks_in_copy import (
            measured,
        )  # late: it takes long to import, and not all want long checks

        yield from measured(loop, namespace, asked)

    return measuring


def _connection(shell: Any) -> str:
    """Return the kernel's connection file, whose name has its id."""
    parent = getattr(getattr(shell, "kernel", None), "parent", None)
    return str(getattr(parent, "connection_file", "") or "")
