"""What the ledger knows of runs and sweeps: by identifier, by notebook, by status."""

from __future__ import annotations

import difflib
from collections.abc import Collection, Mapping
from typing import Any

from sqlalchemy import Connection, func, inspect, select

from nb2prod.errors import Problem, UsageError
from nb2prod.ledger.database import Database
from nb2prod.ledger.exact import value_of
from nb2prod.ledger.identifiers import as_typed
from nb2prod.ledger.model import Attempt, RunRecord, Status, SweepRecord
from nb2prod.ledger.rows import attempt_of, record_of, silence, sweep_of
from nb2prod.ledger.tables import attempts, evidence, reports, runs, sweeps

LATEST = "last"
"""What names the run, or sweep, that was queued last: it has a letter that identifiers have not."""
_SHOWN_NAMES = 5


class Reading:
    """The half of a ledger that changes nothing. A run that nobody does any more is ``lost``, written so or not."""

    def __init__(self, database: Database) -> None:
        self._database = database

    @property
    def read_only(self) -> bool:
        """Return whether it cannot be written, and is only read."""
        return self._database.read_only

    def run(self, said: str) -> RunRecord:
        """Return the run with this identifier, or with the only one that begins so. Raises ``UsageError``."""
        return self._database.read(lambda connection: _run(connection, _named(connection, runs, said, "run")))

    def runs(
        self,
        *,
        notebook: str | None = None,
        sweep: str | None = None,
        statuses: Collection[Status] = (),
        tag: str | None = None,
        limit: int | None = None,
    ) -> tuple[RunRecord, ...]:
        """Return runs, those last that were queued last; with ``limit``, the last so many of those asked for."""
        which = [runs.c.notebook == notebook] if notebook is not None else []
        which += [runs.c.sweep == sweep] if sweep is not None else []
        if statuses:  # those that are lost and not yet written as such stand as running
            seen = {*statuses, Status.RUNNING} if Status.LOST in statuses else set(statuses)
            which.append(runs.c.status.in_(sorted(seen)))
        asked = select(runs, silence()).where(*which).order_by(runs.c.row.desc())

        def work(connection: Connection) -> tuple[RunRecord, ...]:
            found: list[RunRecord] = []
            for row in connection.execute(asked).mappings():
                record = record_of(row)
                if (statuses and record.status not in statuses) or (tag is not None and tag not in record.tags):
                    continue
                found.append(record)
                if limit is not None and len(found) >= limit:
                    break
            return tuple(reversed(found))

        return self._database.read(work)

    def counts(self, sweep: str) -> Mapping[Status, int]:
        """Return how many runs of a sweep stand how, as it is written: those that are lost may stand as running."""
        return self._database.read(lambda connection: _counts(connection, sweep))

    def attempts(self, run: str) -> tuple[Attempt, ...]:
        """Return the attempts at a run, in order."""
        asked = select(attempts).where(attempts.c.run == run).order_by(attempts.c.attempt)
        return self._database.read(lambda c: tuple(attempt_of(row) for row in c.execute(asked).mappings()))

    def evidence(self, run: str, attempt: int) -> str:
        """Return the sha256 of what an attempt at a run has kept for an export; empty where that is nothing."""
        asked = select(evidence.c.sha256).where(evidence.c.run == run, evidence.c.attempt == attempt)

        def work(connection: Connection) -> str:
            if not inspect(connection).has_table(evidence.name):  # the ledger was made before there was any
                return ""
            return str(connection.execute(asked).scalar() or "")

        return self._database.read(work)

    def reported(self, *, run: str | None = None, sweep: str | None = None) -> Mapping[str, Mapping[int, float]]:
        """Return what a run, or each of a sweep's, reported in its last attempt: by run, by step. Those that reported
        nothing, or whose last attempt is not over, are not in it."""
        asked = select(runs.c.id, reports.c.reported).join(
            reports, (reports.c.run == runs.c.id) & (reports.c.attempt == runs.c.attempt)
        )
        asked = asked.where(runs.c.id == run) if run is not None else asked
        asked = asked.where(runs.c.sweep == sweep) if sweep is not None else asked

        def work(connection: Connection) -> dict[str, dict[int, float]]:
            if not inspect(connection).has_table(reports.name):  # the ledger was made before there were any
                return {}
            found = connection.execute(asked.order_by(runs.c.row))
            return {str(name): dict(value_of(said)) for name, said in found}

        return self._database.read(work)

    def sweep(self, said: str) -> SweepRecord:
        """Return the sweep with this identifier, or with the only one that begins so. Raises ``UsageError``."""

        def work(connection: Connection) -> SweepRecord:
            name = _named(connection, sweeps, said, "sweep")
            row = connection.execute(select(sweeps).where(sweeps.c.id == name)).mappings().one()
            return sweep_of(row, _counts(connection, name))

        return self._database.read(work)

    def sweeps(self, *, notebook: str | None = None) -> tuple[SweepRecord, ...]:
        """Return sweeps, the latest last."""
        asked = select(sweeps).order_by(sweeps.c.row)
        asked = asked if notebook is None else asked.where(sweeps.c.notebook == notebook)

        def work(connection: Connection) -> tuple[SweepRecord, ...]:
            rows = list(connection.execute(asked).mappings())
            return tuple(sweep_of(row, _counts(connection, row["id"])) for row in rows)

        return self._database.read(work)


def _run(connection: Connection, name: str) -> RunRecord:
    return record_of(connection.execute(select(runs, silence()).where(runs.c.id == name)).mappings().one())


def _counts(connection: Connection, sweep: str) -> dict[Status, int]:
    asked = select(runs.c.status, func.count()).where(runs.c.sweep == sweep).group_by(runs.c.status)
    return {Status(status): count for status, count in connection.execute(asked)}


def _named(connection: Connection, table: Any, said: str, kind: str) -> str:
    """Return the identifier that somebody meant."""
    if said.strip().lower() == LATEST:
        last = connection.execute(select(table.c.id).order_by(table.c.row.desc()).limit(1)).scalar()
        if last is None:
            raise UsageError(Problem(f"no {kind} has been recorded", said))
        return str(last)
    wanted = as_typed(said)
    begins = select(table.c.id).where(table.c.id.startswith(wanted, autoescape=True)).order_by(table.c.row)
    found = [str(name) for name in connection.execute(begins).scalars()] if wanted else []
    if wanted in found or len(found) == 1:
        return wanted if wanted in found else found[0]
    where = f"{kind} {said!r}"
    if found:
        more = f", and {len(found) - _SHOWN_NAMES} more" if len(found) > _SHOWN_NAMES else ""
        what = f"{len(found)} {kind}s begin so: {', '.join(found[:_SHOWN_NAMES])}{more}"
        raise UsageError(Problem(what, where, "type more of it"))
    names = [str(name) for name in connection.execute(select(table.c.id)).scalars()]
    near = difflib.get_close_matches(wanted, names, n=1)
    remedy = f"did you mean {near[0]!r}?" if near else "`nb2prod runs list` shows them"
    raise UsageError(Problem(f"there is no such {kind}", where, remedy))
