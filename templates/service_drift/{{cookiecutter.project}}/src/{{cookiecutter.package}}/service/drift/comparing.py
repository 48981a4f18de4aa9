"""Compare what was asked and answered lately with the model's baseline: in a thread, and when somebody asks."""

from __future__ import annotations

import logging
import threading
import time
from pathlib import Path
from typing import Any

from ..workers import Workers
from .baseline import Baseline, NoBaseline, read
from .sample import Sample
from .saying import said_of, state
from .window import Window

logger = logging.getLogger(__name__)

STALE = 60.0
"""Seconds after which a worker that says nothing is not there any more."""
EVERY = 2.0
"""Seconds between two looks at what waits; as long a comparison holds."""


class Comparing:
    """Has the windows of all workers: of this one up to now, of others up to ``EVERY`` seconds ago."""

    def __init__(self, sample: Sample, workers: Workers, size: int, alarms: float) -> None:
        self._sample, self._workers, self._size, self._alarms = sample, workers, size, alarms
        self._lock = threading.Lock()
        self._found: dict[str, Any] = {}
        self._until = 0.0
        self._why = "the service has not been started"
        self._version = ""
        self._baseline: Baseline | None = None
        self._window = Window((), (), size)

    def start(self, folder: Path, version: str) -> None:
        """Take the model's baseline, if there is one."""
        self._version = version
        try:
            self._baseline = read(folder, version)
        except NoBaseline as error:
            self._why = str(error)
            logger.warning("Drift cannot be told: %s.", error)
            return
        self._window = Window(self._baseline.columns, self._baseline.answers, self._size)

    def drift(self) -> dict[str, Any]:
        """Return what there is to say of drift, as ``GET /drift`` gives it."""
        with self._lock:
            if time.monotonic() >= self._until:
                self._look()
                self._found = self._compared()
                self._until = time.monotonic() + EVERY / 2
            return self._found

    def numbers(self, key: str) -> dict[str, float]:
        """Return one number of every column; answers have names of their own."""
        found = self.drift()
        fields = {each["name"]: float(each[key]) for each in found.get("fields", ())}
        answers = {f"answer {each['name']}".strip(): float(each[key]) for each in found.get("answers", ())}
        return {**fields, **answers}

    def look(self) -> None:
        """Let what waits into the window, and tell the other workers."""
        if self._baseline is not None:
            with self._lock:
                self._look()
                self._workers.tell(self._said())

    def _look(self) -> None:
        """Let what waits into the window."""
        waiting = self._sample.waiting
        while waiting and self._baseline is not None:
            for record, prediction in zip(*waiting.popleft(), strict=False):
                self._window.add(record, prediction)

    def _said(self) -> dict[str, Any]:
        window = self._window
        return {"model_version": self._version, "since": window.since, "counts": window.counts}

    def _compared(self) -> dict[str, Any]:
        if self._baseline is None:
            return state(self._version, "no baseline", self._why)
        return said_of(self._baseline, self._said(), self._workers.others(STALE), self._alarms)
