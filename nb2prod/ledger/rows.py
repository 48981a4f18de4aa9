"""Rows of the tables to what they say, and back."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from sqlalchemy import Label, RowMapping, case, func

from nb2prod.ledger.exact import text_of, value_of
from nb2prod.ledger.liveness import why_gone
from nb2prod.ledger.model import Attempt, Ended, NewRun, NewSweep, Owner, RunRecord, Status, SweepRecord
from nb2prod.ledger.tables import database_now, database_up_since, runs

_SAME = (
    "id", "notebook", "sha256", "kernel", "sweep", "number", "attempt", "seconds", "cell", "cells", "output",
    "output_sha256", "git_commit", "peak_memory", "cpu_seconds", "error_cell", "error_name", "message", "traceback",
    "shared",
)  # fmt: skip
"""Columns that are in a record as they are."""
_EXACT = ("parameters", "options", "metrics", "versions")
_TUPLES = ("given", "tags", "notes")
NOTHING_YET = {
    "started": None, "ended": None, "heartbeat": None, "seconds": None, "cell": None, "cells": None, "why": "",
    "metrics": "{}", "output_sha256": "", "versions": "{}", "peak_memory": None, "cpu_seconds": None,
    "error_cell": None, "error_name": "", "message": "", "traceback": "", "shared": "", "notes": "[]",
    "owner_host": None, "owner_pid": None, "owner_started": None, "owner_space": None,
}  # fmt: skip
"""What is known of how a run went before it is begun."""


def silence() -> Label[float]:
    """Return the column with the seconds since the last sign of life, or since the database was started."""
    since = database_up_since()
    heard = case((runs.c.heartbeat > since, runs.c.heartbeat), else_=since)
    return func.coalesce(database_now() - heard, 0.0).label("silence")


def record_of(row: RowMapping) -> RunRecord:
    """Return what a row says of a run, which has a column ``silence``: ``running`` only while somebody does it."""
    owner = owner_of(row)
    status, why = Status(row["status"]), row["why"]
    if status is Status.RUNNING and owner is not None and (gone := why_gone(owner, row["silence"])):
        status, why = Status.LOST, gone
    told: dict[str, Any] = {name: row[name] for name in _SAME}
    told |= {name: value_of(row[name]) for name in _EXACT}
    told |= {name: tuple(value_of(row[name])) for name in _TUPLES}
    return RunRecord(
        **told,
        status=status,
        why=why,
        owner=owner,
        seed=_number(row["seed"]),
        git_dirty=None if row["git_dirty"] is None else bool(row["git_dirty"]),
        queued=moment(row["queued"]),
        started=_moment(row["started"]),
        ended=_moment(row["ended"]),
        heard=_moment(row["heartbeat"]),
    )


def owner_of(row: RowMapping) -> Owner | None:
    """Return who does a run, or did its last attempt."""
    if row["owner_pid"] is None:
        return None
    return Owner(row["owner_host"], row["owner_pid"], row["owner_started"], row["owner_space"])


def row_of_run(new: NewRun) -> dict[str, Any]:
    """Return the columns of a run that nobody has begun, but for its name and the moment."""
    return {
        **NOTHING_YET,
        "notebook": storable(new.notebook),
        "sha256": new.sha256,
        "parameters": text_of(dict(new.parameters)),
        "given": text_of(list(new.given)),
        "tags": text_of(list(new.tags)),
        "seed": None if new.seed is None else str(new.seed),
        "kernel": storable(new.kernel),
        "output": storable(new.output),
        "options": text_of(dict(new.options)),
        "git_commit": new.git_commit,
        "git_dirty": None if new.git_dirty is None else int(new.git_dirty),
        "status": Status.QUEUED,
        "attempt": 0,
    }


def row_of_owner(owner: Owner) -> dict[str, Any]:
    """Return the columns that say who does a run."""
    return {
        "owner_host": owner.host,
        "owner_pid": owner.pid,
        "owner_started": owner.started,
        "owner_space": owner.space,
    }


def row_of_end(ended: Ended) -> dict[str, Any]:
    """Return the columns that say how an attempt ended, but for the moment."""
    told = {"kernel": storable(ended.kernel), "output": storable(ended.output)}
    return {
        **{name: value for name, value in told.items() if value},
        **(dict(zip(("cell", "cells"), ended.at, strict=True)) if ended.at is not None else {}),
        "status": ended.status,
        "why": storable(ended.why),
        "seconds": ended.seconds,
        "metrics": text_of({name: float(value) for name, value in ended.metrics.items()}),
        "output_sha256": ended.output_sha256,
        "versions": text_of(dict(ended.versions)),
        "peak_memory": ended.peak_memory,
        "cpu_seconds": ended.cpu_seconds,
        "error_cell": ended.error_cell,
        "error_name": storable(ended.error_name),
        "message": storable(ended.message),
        "traceback": storable(ended.traceback),
        "shared": storable(ended.shared),
        "notes": text_of([storable(note) for note in ended.notes]),
    }


def row_of_sweep(new: NewSweep) -> dict[str, Any]:
    """Return the columns of a sweep, but for its name and the moment."""
    return {
        "notebook": storable(new.notebook),
        "sha256": new.sha256,
        "content": new.content,
        "space": text_of(dict(new.space)),
        "search": new.search,
        "seed": None if new.seed is None else str(new.seed),
        "metric": new.metric,
        "direction": new.direction,
        "engine": new.engine,
        "options": text_of(dict(new.options)),
    }


def sweep_of(row: RowMapping, counts: dict[Status, int]) -> SweepRecord:
    """Return what a row says of a sweep."""
    same = ("id", "notebook", "sha256", "content", "search", "metric", "direction", "engine")
    return SweepRecord(
        **{name: row[name] for name in same},
        space=value_of(row["space"]),
        options=value_of(row["options"]),
        seed=_number(row["seed"]),
        created=moment(row["created"]),
        counts=counts,
    )


def attempt_of(row: RowMapping) -> Attempt:
    """Return what a row says of an attempt."""
    return Attempt(
        number=row["attempt"],
        status=Status(row["status"]),
        started=moment(row["started"]),
        ended=_moment(row["ended"]),
        seconds=row["seconds"],
        host=row["host"],
        pid=row["pid"],
        why=row["why"],
    )


def moment(seconds: float) -> datetime:
    """Return the moment, UTC, that many seconds after 1970."""
    return datetime.fromtimestamp(seconds, UTC)


def storable(text: str) -> str:
    """Return a text as any database takes it: without what is no Unicode, and without the character 0."""
    return text.encode("utf-8", "backslashreplace").decode("utf-8").replace("\0", "\\x00")


def _moment(seconds: float | None) -> datetime | None:
    return None if seconds is None else moment(seconds)


def _number(text: str | None) -> int | None:
    return None if text is None else int(text)
