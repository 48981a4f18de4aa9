"""What the ledger knows of runs, as plain data without secrets, for ``--json`` and for programs."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import asdict
from datetime import date, datetime, time
from pathlib import PurePath
from typing import Any

from nb2prod.ledger.model import Attempt, RunRecord
from nb2prod.rules.secret_texts import HIDDEN, harmless
from nb2prod.workflows.shown import is_secret


def run_briefly(run: RunRecord) -> dict[str, Any]:
    """Return what a list tells of a run: neither its error, whose traceback may be long, nor where it was made."""
    return {
        "id": run.id,
        "status": run.status.value,
        "why": harmless(run.why),
        "parameters": shown_parameters(run.parameters),
        "given": list(run.given),
        "metrics": plain(run.metrics),
        "output": run.output,
        "sweep": run.sweep,
        "number": run.number,
        "attempt": run.attempt,
        "tags": list(run.tags),
        "queued": moment(run.queued),
        "started": moment(run.started),
        "ended": moment(run.ended),
        "seconds": run.seconds,
        "cell": run.cell,
        "cells": run.cells,
    }


def run_as_dict(run: RunRecord) -> dict[str, Any]:
    """Return what is known of a run. Moments are UTC, memory is in bytes, cells are indices from 0."""
    return {
        **run_briefly(run),
        "notebook": run.notebook,
        "notebook_sha256": run.sha256,
        "output_sha256": run.output_sha256,
        "seed": run.seed,
        "kernel": run.kernel,
        "heard": moment(run.heard),
        "peak_memory": run.peak_memory,
        "cpu_seconds": run.cpu_seconds,
        "error": _error(run),
        "versions": dict(run.versions),
        "git_commit": run.git_commit,
        "git_dirty": run.git_dirty,
        "host": run.owner.host if run.owner is not None else "",
        "pid": run.owner.pid if run.owner is not None else None,
        "shared": harmless(run.shared),
        "notes": [harmless(note) for note in run.notes],
        "options": plain(run.options),
    }


def attempt_as_dict(attempt: Attempt) -> dict[str, Any]:
    """Return what is known of an attempt at a run."""
    moments = {"started": moment(attempt.started), "ended": moment(attempt.ended)}
    return {**asdict(attempt), **moments, "status": attempt.status.value, "why": harmless(attempt.why)}


def reported_as_list(reported: Mapping[int, float]) -> list[dict[str, Any]]:
    """Return what a run reported while it trained, in the order in which it did."""
    return [{"step": step, "value": plain(value)} for step, value in reported.items()]


def shown_parameters(parameters: Mapping[str, Any]) -> dict[str, Any]:
    """Return parameters as JSON has them, ``***`` where one is a secret."""
    return {name: HIDDEN if is_secret(name, plain(each)) else plain(each) for name, each in parameters.items()}


def plain(value: Any) -> Any:
    """Return a value as JSON has it: what it has no word for, dates and NaN among it, as a text."""
    if isinstance(value, Mapping):
        return {key if isinstance(key, str) else str(plain(key)): plain(each) for key, each in value.items()}
    if isinstance(value, list | tuple):
        return [plain(each) for each in value]
    if isinstance(value, date | datetime | time):
        return value.isoformat()
    if isinstance(value, float) and not math.isfinite(value):
        return str(value)
    return str(value) if isinstance(value, PurePath) else value


def moment(value: datetime | None) -> str | None:
    """Return a moment as JSON has it, to the millisecond."""
    return None if value is None else value.isoformat(timespec="milliseconds")


def _error(run: RunRecord) -> dict[str, Any] | None:
    if not run.error_name and not run.message:
        return None
    return {
        "cell": run.error_cell,
        "name": run.error_name,
        "message": harmless(run.message),
        "traceback": harmless(run.traceback),
    }
