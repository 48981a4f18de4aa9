"""Compare what was asked and answered lately with the model's baseline: in a thread, and when somebody asks."""

from __future__ import annotations

import logging
import threading
import time
from datetime import datetime, timezone
from pathlib import Path
from typing import Any

from . import baseline
from .scores import FEWEST_BASELINE, FEWEST_ROWS, NOTABLE, score
from .window import Sample, Window
from .workers import Workers

logger = logging.getLogger(__name__)

EVERY = 2.0
"""Seconds between two looks at what waits; as long a comparison holds."""


class Comparing:
    """Has the windows of all workers: of this one up to now, of others up to ``EVERY`` seconds ago."""

    def __init__(self, sample: Sample, workers: Workers, size: int, alarms: float) -> None:
        self._sample, self._workers, self._size, self._alarms = sample, workers, size, alarms
        self._lock = threading.Lock()
        self._stopped = threading.Event()
        self._thread = threading.Thread(target=self._run, name="drift", daemon=True)
        self._found: dict[str, Any] = {}
        self._until = 0.0
        self._why = "the service has not been started"
        self._version = ""
        self._baseline: baseline.Baseline | None = None
        self._window = Window((), (), size)

    def start(self, folder: Path, version: str) -> None:
        """Take the model's baseline, if there is one, and begin to look."""
        self._version = version
        try:
            self._baseline = baseline.read(folder, version)
        except baseline.NoBaseline as error:
            self._why = str(error)
            logger.warning("Drift cannot be told: %s.", error)
            return
        self._window = Window(self._baseline.columns, self._baseline.answers, self._size)
        self._thread.start()

    def stop(self) -> None:
        """Look no more."""
        self._stopped.set()
        if self._baseline is not None:
            self._thread.join()
        self._workers.leave()

    def drift(self) -> dict[str, Any]:
        """Return what there is to say of drift, as ``GET /drift`` gives it."""
        with self._lock:
            if time.monotonic() >= self._until:
                self._look()
                self._found = self._compared()
                self._until = time.monotonic() + EVERY / 2
            return self._found

    def _run(self) -> None:
        while not self._stopped.wait(EVERY):
            try:
                with self._lock:
                    self._look()
                    self._workers.tell(self._said())
            except Exception:  # the next look has the rest
                logger.exception("What was asked lately could not be compared.")

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
            return self._state("no baseline", self._why)
        own = self._said()
        alike = [own, *(each for each in self._workers.others() if is_alike(own, each))]
        together = [
            list(map(sum, zip(*cells, strict=True))) for cells in zip(*(s["counts"] for s in alike), strict=True)
        ]
        rows = sum(together[0]) if together else 0
        first = min((each["since"] for each in alike if each["since"]), default=None)
        since = first and datetime.fromtimestamp(first, timezone.utc).isoformat(timespec="seconds")
        about = self._baseline
        more = {
            "rule": f"PSI >= {NOTABLE}, and p < {self._alarms:g} for all columns together (Bonferroni)",
            "baseline": {"source": about.source, "rows": about.rows, "answered": about.answered},
            "window": {"rows": rows, "since": since, "workers": len(alike)},
        }
        if about.rows < FEWEST_BASELINE:
            why = f"the model's rows are {about.rows}, and it takes {FEWEST_BASELINE} to compare with"
            return self._state("no baseline", why, more)
        if rows < FEWEST_ROWS:
            why = f"{rows} records were answered lately, and it takes {FEWEST_ROWS} to compare"
            return self._state("too few records", why, more)
        every = (*about.columns, *about.answers)
        scores = [score(each, counts, len(every), self._alarms) for each, counts in zip(every, together, strict=True)]
        more["fields"], more["answers"] = scores[: len(about.columns)], scores[len(about.columns) :]
        drifted = [each["name"] or "the value" for each in scores if each["drifted"]]
        return self._state("drift" if drifted else "no drift", ", ".join(drifted), more)

    def _state(self, state: str, why: str, more: dict[str, Any] | None = None) -> dict[str, Any]:
        return {"model_version": self._version, "state": state, "why": why, **(more or {})}


def is_alike(own: dict[str, Any], other: dict[str, Any]) -> bool:
    """Whether another worker compares with the same: it may be one of before a training."""
    sizes, others = ([len(each) for each in said["counts"]] for said in (own, other))
    return bool(own["model_version"] == other["model_version"]) and sizes == others
