"""A shell to what ran in it: before somebody looked, by its history, and from then on by its events."""

from __future__ import annotations

import time
import weakref
from collections.abc import Callable
from types import MethodType
from typing import Any

from nb2prod.workflows.as_ran import Ran

EVENT = "post_run_cell"
MOST_KEPT = 2_000
"""Inputs that are remembered."""


class Following:
    """Remembers what ran, and tells after each cell; whoever is told is held weakly."""

    def __init__(self, shell: Any, told: Callable[[], None]) -> None:
        """Take the shell and a bound method."""
        assert isinstance(told, MethodType)
        self._shell = weakref.ref(shell)
        self._told = weakref.WeakMethod(told)
        self._ran = _before(shell)
        self.own = {each.count for each in self._ran[-1:]}
        """The numbers of the inputs that asked for the view: nobody wants to be told of those."""
        shell.events.register(EVENT, self._after)

    @property
    def ran(self) -> list[Ran]:
        """What ran, in that order."""
        return list(self._ran)

    def close(self) -> None:
        """Look no more."""
        shell = self._shell()
        if shell is not None and self._after in shell.events.callbacks[EVENT]:
            shell.events.unregister(EVENT, self._after)

    def _after(self, result: Any) -> None:
        """Remember the cell that has run; nothing here may take time, and nothing may raise."""
        told = self._told()
        if told is None:
            self.close()
            return
        info = getattr(result, "info", None)
        source = getattr(info, "raw_cell", None)
        if not isinstance(source, str) or getattr(info, "silent", False) or not getattr(info, "store_history", True):
            return
        cell = getattr(info, "cell_id", None)
        self._ran.append(Ran(source, result.execution_count, cell if isinstance(cell, str) else None, time.time()))
        del self._ran[:-MOST_KEPT]
        told()


def _before(shell: Any) -> list[Ran]:
    """Return what ran until now, the input that runs at this moment included."""
    inputs = list(getattr(shell.history_manager, "input_hist_raw", ()))[-MOST_KEPT:]
    first = len(getattr(shell.history_manager, "input_hist_raw", ())) - len(inputs)
    return [Ran(source, first + number) for number, source in enumerate(inputs) if isinstance(source, str) and source]
