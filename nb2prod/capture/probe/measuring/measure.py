"""A namespace and a request go in; each measurement is made by itself, and what came of it goes out as plain data."""

# ruff: noqa: PTH123
from __future__ import annotations

import json
import os
import signal
import sys
import threading
import time
import warnings
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from ..body import nothing_happened
from ..copying import copy_to
from ..standing import unfit
from . import (
    answering,
    columns,
    comparing,
    duplicates,
    groups,
    refitting,
    robustness,
    saving,
    shifts,
    telltale,
)
from .skipping import SkipError, TooLongError, short
from .subject import Subject

MEASUREMENTS: dict[str, Callable[[Subject], Any]] = {
    "too-few-rows": duplicates.sizes,
    "duplicate-rows": duplicates.duplicate_rows,
    "rows-in-train-and-test": duplicates.shared_rows,
    "constant-column": columns.constant,
    "near-constant-column": columns.near_constant,
    "identifier-feature": columns.identifiers,
    "missing-values": columns.missing,
    "mixed-types": columns.mixed,
    "date-as-text": columns.dates,
    "rare-category": columns.rare,
    "imbalance-without-metric": columns.classes,
    "shifted-distribution": shifts.shifted,
    "telltale-feature": telltale.telltale,
    "unserialisable-model": saving.saved,
    "large-model": saving.size,
    "slow-answer": answering.latency,
    "nan-answer": answering.missing_answers,
    "answer-type-changes": answering.types,
    "batch-differs": answering.batch,
    "unknown-category-fails": answering.unknown_category,
    "column-order": answering.column_order,
    "fragile-to-missing-value": robustness.missing_value,
    "fragile-to-noise": robustness.noise,
    "overfitting-gap": comparing.gap,
    "weak-slice": groups.slices,
    "group-difference": groups.named_groups,
    "miscalibrated": comparing.calibration,
    "worse-than-baseline": refitting.baselines,
    "unstable-across-seeds": refitting.seeds,
}
"""By the names of the rules that read them, the quickest first."""

SECONDS = 15.0
"""What one measurement may take where the request says nothing."""
SECONDS_FOR_ALL = 120.0
STEP = 0.005
AGAIN = 0.01
"""Seconds until it is said once more that the time is over, where Python has lost it: callbacks of weak references and
``__del__`` raise nothing."""


def measure(
    namespace: dict[str, Any],
    request: dict[str, Any],
    tell: Callable[[dict[str, Any]], None] | None = None,
    only: list[str] | None = None,
) -> dict[str, dict[str, Any]]:
    """Return, for each measurement, ``{"value": ...}`` or ``{"why": ...}`` with its ``seconds``.

    Nothing of the namespace is changed, and no random state. ``tell`` hears of each when it begins (``state`` is
    ``running``) and ends (``measured`` or ``skipped``). ``only`` are the names of those that are wanted.
    """
    found: dict[str, dict[str, Any]] = {}
    for name in MEASUREMENTS:
        if only is None or name in only:
            if tell:
                tell({"name": name, "state": "running"})
            found[name] = one(name, namespace, request)
            if tell:
                tell(_event(name, found[name]))
    return found


def one(name: str, namespace: dict[str, Any], request: dict[str, Any]) -> dict[str, Any]:
    """Make one measurement; whatever goes wrong in it is why there is none."""
    began = time.monotonic()
    found: dict[str, Any] = {}
    seconds = float(request.get("seconds") or SECONDS)
    try:
        with nothing_happened(namespace), warnings.catch_warnings(), _limited(seconds):
            warnings.simplefilter("ignore")
            found["value"] = json.loads(json.dumps(MEASUREMENTS[name](Subject(namespace, request)), allow_nan=False))
    except TooLongError:
        found = {"why": _too_long(seconds)}
    except SkipError as reason:
        found = {"why": str(reason)}
    except KeyboardInterrupt:
        raise
    except BaseException as error:  # a model may raise anything, SystemExit too
        found = {"why": f"it could not be measured: {short(error)}"}
    return {**found, "seconds": round(time.monotonic() - began, 3)}


def measure_apart(namespace: dict[str, Any], request: dict[str, Any], file: str, only: list[str] | None = None) -> None:
    """Make each measurement in a process of its own and write what comes of it to a file, an event a line.

    This is for a copy of the notebook's process: what crashes or hangs there ends with its measurement.
    """
    until = time.monotonic() + SECONDS_FOR_ALL
    with open(file, "a", encoding="utf-8") as stream:
        for name in MEASUREMENTS:
            if only is not None and name not in only:
                continue
            if time.monotonic() > until:
                why = f"the measurements before it have taken the {SECONDS_FOR_ALL:g} seconds that there are for all"
                _write(stream, {"name": name, "state": "skipped", "why": why, "seconds": 0.0})
                continue
            _write(stream, {"name": name, "state": "running"})
            child = os.fork()
            if child == 0:
                _measure_and_end(name, namespace, request, stream)
            seconds = float(request.get("seconds") or SECONDS)
            why = _wait(child, seconds * 1.5 + 1, seconds)
            if why:
                _write(stream, {"name": name, "state": "skipped", "why": why, "seconds": seconds})
        _write(stream, {"name": "", "state": "done"})


def measure_at_the_end(
    namespace: dict[str, Any], request: dict[str, Any], file: str, only: list[str] | None, folder: str
) -> None:
    """Measure in a copy of this process and do not wait for it; in the process itself where it cannot be copied."""
    if not unfit():
        copy_to(lambda: measure_apart(namespace, request, file, only), folder)
        return
    with open(file, "a", encoding="utf-8") as stream:
        measure(namespace, request, lambda event: _write(stream, event), only)
        _write(stream, {"name": "", "state": "done"})


def _measure_and_end(name: str, namespace: dict[str, Any], request: dict[str, Any], stream: Any) -> None:
    code = 1
    try:
        _write(stream, _event(name, one(name, namespace, request)))
        code = 0
    finally:
        os._exit(code)


def _wait(child: int, limit: float, seconds: float) -> str:
    """Wait for a process; return why it has told nothing, where it has not."""
    until = time.monotonic() + limit
    while time.monotonic() < until:
        ended, status = os.waitpid(child, os.WNOHANG)
        if ended:
            return "" if status == 0 else f"the process ended in the middle of it (status {status})"
        time.sleep(STEP)
    os.kill(child, signal.SIGKILL)
    os.waitpid(child, 0)
    return _too_long(seconds)


def _too_long(seconds: float) -> str:
    return f"it took longer than the {seconds:g} seconds that it has"


def _event(name: str, found: dict[str, Any]) -> dict[str, Any]:
    return {"name": name, "state": "measured" if "value" in found else "skipped", **found}


def _write(stream: Any, event: dict[str, Any]) -> None:
    stream.write(json.dumps(event) + "\n")
    stream.flush()


@contextmanager
def _limited(seconds: float) -> Iterator[None]:
    """Raise ``TooLongError`` in the block when its time is over, where the system and the thread allow that."""
    if not hasattr(signal, "setitimer") or threading.current_thread() is not threading.main_thread():
        yield
        return

    def end(number: int, frame: Any) -> None:
        raise TooLongError

    def lost(unraisable: Any) -> None:
        if unraisable.exc_type is TooLongError:
            signal.setitimer(signal.ITIMER_REAL, AGAIN)
        else:
            told(unraisable)

    before, told = signal.signal(signal.SIGALRM, end), sys.unraisablehook
    sys.unraisablehook = lost
    running = signal.setitimer(signal.ITIMER_REAL, seconds)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_REAL, *running)
        signal.signal(signal.SIGALRM, before)
        sys.unraisablehook = told
