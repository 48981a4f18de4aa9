"""Runs go in before they are begun; each change of how they stand is one transaction, made by whoever may make it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from functools import partial
from pathlib import Path
from types import TracebackType
from typing import Any
from uuid import uuid4

from sqlalchemy import ColumnElement, Connection, RowMapping, func, insert, literal, select, update
from sqlalchemy.exc import IntegrityError

from nb2prod.errors import Nb2ProdError
from nb2prod.ledger.attempt_files import path_of_attempt
from nb2prod.ledger.database import Database, Result
from nb2prod.ledger.exact import text_of
from nb2prod.ledger.identifiers import new_identifier
from nb2prod.ledger.liveness import lives_here, why_gone
from nb2prod.ledger.model import OPEN, Claim, Ended, NewRun, NewSweep, Owner, Status
from nb2prod.ledger.places import Place, place_of
from nb2prod.ledger.reading import Reading
from nb2prod.ledger.rows import (
    NOTHING_YET,
    owner_of,
    record_of,
    row_of_end,
    row_of_owner,
    row_of_run,
    row_of_sweep,
    silence,
)
from nb2prod.ledger.tables import attempts, database_now, evidence, reports, runs, sweeps

MOST_ATTEMPTS = 3
MOST_NAMES = 100
END_PATIENCE_SECONDS = 600.0
"""How long a database may be gone before how a run ended is given up: it will not be known otherwise."""
ID = "{id}"
"""What becomes the run's identifier in the path of its output."""
_TO_BEGIN = (runs.c.row, runs.c.attempt, runs.c.output)
"""What has to be known of a run to begin an attempt at it."""
_NEVER_AGAIN = OPEN | {Status.SUCCEEDED, Status.PRUNED}
_HIS = (Status.RUNNING, Status.LOST)
"""``lost`` is presumed: a sign of life of the very attempt, or its end, is better known, until another is begun."""


class Ledger(Reading):
    """Runs and sweeps in a database, for any number of threads and processes at once; each process opens its own.

    Every method may raise ``LedgerUnusable``. A server that is gone for a while is waited for.
    """

    def __init__(self, place: Place, *, create: bool = False, patience: float = 0) -> None:
        """Open the ledger; ``create`` makes it where there is none. ``patience`` is in seconds, for a server."""
        super().__init__(Database(place, create=create, patience=patience))

    def __enter__(self) -> Ledger:
        return self

    def __exit__(self, *_: type[BaseException] | BaseException | TracebackType | None) -> None:
        self.close()

    def close(self) -> None:
        """Let go of the database."""
        self._database.close()

    @property
    def place(self) -> Place:
        """Return where it is."""
        return self._database.place

    def add(self, new: NewRun) -> str:
        """Queue a run and return its identifier."""
        nonce, row = uuid4().hex, row_of_run(new)

        def work(connection: Connection, name: str) -> str:
            there = connection.execute(select(runs.c.id).where(runs.c.token == nonce)).scalar()
            if there is None:
                own = {"token": nonce, "queued": database_now()}
                connection.execute(insert(runs).values(row | own | _called(name, row)))
            return str(there or name)

        return self._named(work)

    def begin(self, new: NewRun, owner: Owner) -> Claim:
        """Queue a run and claim it at once, for a process that does it itself: both or neither."""
        token, row = uuid4().hex, row_of_run(new)

        def work(connection: Connection, name: str) -> Claim:
            if (done := _claimed(connection, token)) is not None:
                return done
            own = {"token": token, "queued": database_now()}
            connection.execute(insert(runs).values(row | own | _called(name, row)))
            first = select(*_TO_BEGIN).where(runs.c.token == token)
            _begin_attempt(connection, connection.execute(first).mappings().one(), token, owner)
            done = _claimed(connection, token)
            assert done is not None
            return done

        return self._named(work)

    def add_sweep(self, new: NewSweep, planned: Sequence[NewRun] = ()) -> str:
        """Queue a sweep with its first runs, all or none; return its identifier. Its runs are ``ID-1``, ``ID-2``."""
        nonce, row = uuid4().hex, row_of_sweep(new)
        rows = [{**row_of_run(each), "token": uuid4().hex} for each in planned]

        def work(connection: Connection, name: str) -> str:
            there = connection.execute(select(sweeps.c.id).where(sweeps.c.nonce == nonce)).scalar()
            if there is not None:
                return str(there)
            connection.execute(insert(sweeps).values(row | {"id": name, "nonce": nonce, "created": database_now()}))
            _add_numbered(connection, name, 1, rows)
            return name

        return self._named(work)

    def add_to_sweep(self, sweep: str, planned: Sequence[NewRun]) -> tuple[str, ...]:
        """Queue more runs of a sweep and return their identifiers."""
        rows = [{**row_of_run(each), "token": uuid4().hex} for each in planned]

        def work(connection: Connection) -> tuple[str, ...]:
            wanted = [row["token"] for row in rows]
            there = connection.execute(select(runs.c.id).where(runs.c.token.in_(wanted)).order_by(runs.c.row))
            if names := tuple(there.scalars()):
                return names
            connection.execute(select(sweeps.c.id).where(sweeps.c.id == sweep).with_for_update())
            last = connection.execute(select(func.max(runs.c.number)).where(runs.c.sweep == sweep)).scalar()
            return _add_numbered(connection, sweep, (last or 0) + 1, rows)

        return self._database.write(work)

    def claim(self, owner: Owner, *, sweep: str | None = None, run: str | None = None) -> Claim | None:
        """Begin an attempt at the first run that is queued, of a sweep or a certain one; ``None`` where none is.

        No two get the same: each change is one transaction that finds the run still queued.
        """
        token = uuid4().hex
        which: list[ColumnElement[bool]] = [runs.c.status == Status.QUEUED]
        which += [runs.c.sweep == sweep] if sweep is not None else []
        which += [runs.c.id == run] if run is not None else []
        queued = select(*_TO_BEGIN).where(*which).order_by(runs.c.row)
        first = queued.limit(1).with_for_update(skip_locked=True)

        def work(connection: Connection) -> Claim | None:
            if (done := _claimed(connection, token)) is not None:
                return done
            row = connection.execute(first).mappings().first()
            if row is None:
                return None
            _begin_attempt(connection, row, token, owner)
            return _claimed(connection, token)

        return self._database.write(work)

    def beat(self, claim: Claim, cell: int | None = None, cells: int | None = None, *, patience: float = 0) -> bool:
        """Give a sign of life, and say which cell runs. Return whether the attempt is still the claim's."""
        at = {} if cell is None else {"cell": cell, "cells": cells}
        alive = {"status": Status.RUNNING, "heartbeat": database_now(), "why": "", **at}

        def work(connection: Connection) -> bool:
            if connection.execute(update(runs).where(*_his(claim)).values(alive)).rowcount == 0:
                return False
            taken_back = attempts.c.status == Status.LOST
            again = {"status": Status.RUNNING, "why": ""}
            connection.execute(update(attempts).where(*_attempt(claim), taken_back).values(again))
            return True

        return self._database.write(work, patience)

    def end(self, claim: Claim, ended: Ended, *, patience: float | None = None) -> bool:
        """Say how the attempt ended. Return whether that counts: what has ended stays so, and what was given to
        somebody else, because its owner seemed lost, is his.

        ``patience`` is in seconds, for a server that is gone; ``END_PATIENCE_SECONDS`` if not given.
        """
        if ended.status in OPEN:
            raise ValueError(f"{ended.status} is no end")
        row = {**row_of_end(ended), "ended": database_now(), "heartbeat": database_now()}
        of_attempt = {
            "status": ended.status,
            "ended": database_now(),
            "seconds": ended.seconds,
            "why": row["message"] or row["why"],
        }

        def work(connection: Connection) -> bool:
            if connection.execute(update(runs).where(*_his(claim)).values(row)).rowcount == 0:
                there = _row(connection, runs.c.id == claim.run.id)  # the answer to our own commit may have been lost
                same = there is not None and (there["token"], there["attempt"]) == (claim.token, claim.attempt)
                return same and there is not None and there["status"] == ended.status
            connection.execute(update(attempts).where(*_attempt(claim)).values(of_attempt))
            if ended.evidence_sha256:
                kept = {"run": claim.run.id, "attempt": claim.attempt, "sha256": ended.evidence_sha256}
                connection.execute(insert(evidence).values(kept))
            if ended.reported:
                said = text_of([[step, float(value)] for step, value in ended.reported.items()])
                connection.execute(insert(reports).values(run=claim.run.id, attempt=claim.attempt, reported=said))
            return True

        return self._database.write(work, END_PATIENCE_SECONDS if patience is None else patience)

    def settle(self, sweep: str | None = None) -> tuple[str, ...]:
        """Write ``lost`` where who did a run is gone; return the runs. Does nothing where the ledger is read-only.

        Who is silent and lives is not written so: he may have been asleep with the machine, and nobody is to do his
        run again meanwhile.
        """
        which = [runs.c.status == Status.RUNNING, *([runs.c.sweep == sweep] if sweep is not None else [])]
        if self._database.read_only:
            return ()
        seen = self._database.read(lambda c: list(c.execute(select(runs, silence()).where(*which)).mappings()))
        gone = [(row, why_gone(owner, row["silence"])) for row in seen if (owner := owner_of(row)) is not None]
        gone = [(row, why) for row, why in gone if why and not lives_here(owner_of(row))]
        if not gone:
            return ()
        return self._database.write(lambda c: tuple(str(row["id"]) for row, why in gone if _lose(c, row, why)))

    def requeue(
        self, which: Iterable[str], statuses: Iterable[Status], most_attempts: int = MOST_ATTEMPTS
    ) -> tuple[str, ...]:
        """Queue those runs again that stand like one of ``statuses`` and were begun less than ``most_attempts`` times.

        Return them. What succeeded or was stopped early is never done again. The attempts that were made stay recorded.
        """
        names, wanted = sorted(set(which)), sorted(set(statuses))
        if _NEVER_AGAIN & set(wanted):
            raise ValueError("what is not over, succeeded or was stopped early is not done again")
        again = {**NOTHING_YET, "status": Status.QUEUED, "token": uuid4().hex}

        def work(connection: Connection) -> tuple[str, ...]:
            found: list[str] = []
            for name in names:
                may = (runs.c.id == name, runs.c.status.in_(wanted), runs.c.attempt < most_attempts)
                already = (runs.c.id == name, runs.c.token == again["token"])
                if (
                    connection.execute(update(runs).where(*may).values(again)).rowcount
                    or connection.execute(select(runs.c.id).where(*already)).first()
                ):
                    found.append(name)
            return tuple(found)

        return self._database.write(work)

    def _named(self, work: Callable[..., Result]) -> Result:
        """Do ``work`` with a new identifier, with others until one is free."""
        for _ in range(MOST_NAMES):
            try:
                return self._database.write(partial(work, name=new_identifier()))
            except Nb2ProdError as error:
                if not isinstance(error.__cause__, IntegrityError):
                    raise
        raise self._database.refusal("has no name left for a run", "try again")


def open_ledger(said: str | Path | Place, *, create: bool = False, patience: float = 0) -> Ledger:
    """Open the ledger that somebody named: a file, or a database's address."""
    return Ledger(said if isinstance(said, Place) else place_of(said), create=create, patience=patience)


def _his(claim: Claim) -> tuple[ColumnElement[bool], ...]:
    """Return what holds of a run while an attempt at it is under way."""
    return (
        runs.c.id == claim.run.id,
        runs.c.attempt == claim.attempt,
        runs.c.token == claim.token,
        runs.c.status.in_(_HIS),
    )


def _attempt(claim: Claim) -> tuple[ColumnElement[bool], ...]:
    return attempts.c.run == claim.run.id, attempts.c.attempt == claim.attempt


def _row(connection: Connection, which: ColumnElement[bool]) -> RowMapping | None:
    return connection.execute(select(runs, silence()).where(which)).mappings().first()


def _claimed(connection: Connection, token: str) -> Claim | None:
    """Return the claim with this token, if it has been made: the answer to its commit may have been lost."""
    row = _row(connection, runs.c.token == token)
    record = record_of(row) if row is not None else None
    return Claim(record, record.attempt, token) if record is not None else None


def _add_numbered(connection: Connection, sweep: str, first: int, rows: Sequence[dict[str, Any]]) -> tuple[str, ...]:
    names = tuple(f"{sweep}-{number}" for number in range(first, first + len(rows)))
    told = [
        row | {"sweep": sweep, "number": number} | _called(name, row)
        for number, (name, row) in enumerate(zip(names, rows, strict=True), first)
    ]
    if told:
        connection.execute(insert(runs).values(queued=database_now()), told)
    return names


def _called(name: str, row: dict[str, Any]) -> dict[str, Any]:
    return {"id": name, "output": row["output"].replace(ID, name)}


def _begin_attempt(connection: Connection, row: RowMapping, token: str, owner: Owner) -> None:
    number = row["attempt"] + 1
    output = path_of_attempt(row["output"], of=row["attempt"], attempt=number)
    begun = {"status": Status.RUNNING, "attempt": number, "token": token, "output": output}
    moments = {"started": database_now(), "heartbeat": database_now()}
    this = (runs.c.row == row["row"], runs.c.status == Status.QUEUED)
    connection.execute(update(runs).where(*this).values(NOTHING_YET | begun | moments | row_of_owner(owner)))
    told = select(
        runs.c.id, runs.c.attempt, runs.c.status, runs.c.started, runs.c.owner_host, runs.c.owner_pid, literal("")
    ).where(runs.c.token == token)
    columns = ["run", "attempt", "status", "started", "host", "pid", "why"]
    connection.execute(insert(attempts).from_select(columns, told))


def _lose(connection: Connection, row: RowMapping, why: str) -> bool:
    """Write that a run is lost, unless something was heard of it since the row was read."""
    same = (
        runs.c.id == row["id"],
        runs.c.status == Status.RUNNING,
        runs.c.token == row["token"],
        runs.c.heartbeat == row["heartbeat"],
    )
    lost = {"status": Status.LOST, "why": why}
    if connection.execute(update(runs).where(*same).values(lost)).rowcount == 0:
        return False
    which = (attempts.c.run == row["id"], attempts.c.attempt == row["attempt"])
    connection.execute(update(attempts).where(*which).values(lost))
    return True
