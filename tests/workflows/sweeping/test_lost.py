"""An attempt that seemed lost goes on all the same: its successor's record and files stay what they are."""

from __future__ import annotations

import hashlib
import os
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import nbformat
import pytest
from sqlalchemy import update

from nb2prod.errors import LedgerUnusable, Problem
from nb2prod.ledger.ledger import Ledger, open_ledger
from nb2prod.ledger.liveness import this_process
from nb2prod.ledger.model import Claim, Owner, RunRecord, Status
from nb2prod.ledger.tables import runs
from nb2prod.workflows.sweeping.judging import Verdicts
from nb2prod.workflows.sweeping.model import SweepOptions
from nb2prod.workflows.sweeping.orders import Order, Telling
from nb2prod.workflows.sweeping.planning import plan, runs_of
from nb2prod.workflows.sweeping.work import Work
from tests.making import Cells
from tests.workflows.sweeping.started import notebook_in, waited_for

ELSEWHERE = Owner("elsewhere", 7, "1", "another machine")
CELLS: Cells = [
    ("parameters", "n = 0"),
    (
        None,
        "import time\nfrom pathlib import Path\nfirst = not Path('begun').exists()\nPath('begun').touch()\n"
        "while first and not Path('go').exists():\n    time.sleep(0.05)",
    ),
    (None, "print('first' if first else 'second')\nif first:\n    Path('went on').touch()"),
]
"""A notebook whose first attempt waits in its second cell until it may go on."""


@dataclass
class Away:
    """The other machine's way to the ledger, for signs of life."""

    away: bool = True
    refused: threading.Event = field(default_factory=threading.Event)
    """Set when it has been told that the attempt is no longer its own."""


@pytest.fixture
def network(monkeypatch: pytest.MonkeyPatch) -> Away:
    state, beat = Away(), Ledger.beat

    def through(self: Ledger, claim: Claim, *at: Any, **options: Any) -> bool:
        if claim.attempt == 1 and state.away:
            raise LedgerUnusable(Problem("cannot be reached", "the ledger", "wait"))
        heard = beat(self, claim, *at, **options)
        if not heard:
            state.refused.set()
        return heard

    monkeypatch.setattr(Ledger, "beat", through)
    monkeypatch.setattr("nb2prod.ledger.beating.BEAT_SECONDS", 0.05)
    return state


@pytest.fixture
def work(tmp_path: Path) -> Iterator[Work]:
    """What is needed for the one run of a sweep."""
    file = tmp_path / "runs.sqlite"
    planned = plan(SweepOptions(notebook_in(tmp_path, CELLS), ("n=1",), ledger=str(file)))
    with open_ledger(file, create=True) as ledger:
        sweep = ledger.add_sweep(planned.sweep, runs_of(planned.first, {}, planned.rows))
        with open(os.devnull, "wb") as nobody:  # noqa: PTH123
            yield Work(ledger, Order(0, sweep, str(file), ()), Telling(0, nobody.fileno()), Verdicts())


def begun_twice(work: Work, folder: Path) -> tuple[threading.Thread, RunRecord]:
    """Have a run begun elsewhere, then seem lost and be done here; return who still does it, and the record."""
    first = work.ledger.claim(ELSEWHERE)
    assert first is not None
    thread = threading.Thread(target=work.do, args=(first,), daemon=True)
    thread.start()
    waited_for(lambda: (folder / "begun").exists())
    work.ledger._database.write(lambda c: c.execute(update(runs).values(heartbeat=runs.c.heartbeat - 1000)))
    assert work.ledger.settle() == (first.run.id,)
    assert work.ledger.requeue([first.run.id], [Status.LOST]) == (first.run.id,)
    second = work.ledger.claim(this_process())
    assert second is not None
    assert work.do(second) is None
    return thread, work.ledger.run(first.run.id)


def succeeded_second(record: RunRecord) -> bool:
    """Say whether a record is of the second attempt, and its notebook that of this record."""
    document = nbformat.read(record.output, as_version=4)
    return (
        (record.status, record.attempt) == (Status.SUCCEEDED, 2)
        and hashlib.sha256(Path(record.output).read_bytes()).hexdigest() == record.output_sha256
        and [output.text for cell in document.cells for output in cell.get("outputs", ())] == ["second\n"]
    )


def test_what_it_still_writes_is_not_what_the_record_names(work: Work, network: Away, tmp_path: Path) -> None:
    thread, record = begun_twice(work, tmp_path)
    assert succeeded_second(record)
    (tmp_path / "go").touch()
    thread.join(60)
    assert (tmp_path / "went on").exists(), "nobody could tell it"
    assert work.ledger.run(record.id) == record
    assert succeeded_second(record)


def test_it_ends_at_its_next_cell_where_it_hears_of_it(work: Work, network: Away, tmp_path: Path) -> None:
    thread, record = begun_twice(work, tmp_path)
    network.away = False
    assert network.refused.wait(60)
    waited_for(lambda: not any(each.name.startswith("signs of life") for each in threading.enumerate()))
    (tmp_path / "go").touch()
    thread.join(60)
    assert not (tmp_path / "went on").exists()
    assert work.ledger.run(record.id) == record
    assert succeeded_second(record)


def test_each_attempt_clears_away_what_one_that_was_killed_was_writing(work: Work, tmp_path: Path) -> None:
    (tmp_path / "begun").touch()
    (name,) = [run.id for run in work.ledger.runs()]
    for attempt in (1, 2):
        claim = work.ledger.claim(ELSEWHERE)
        assert claim is not None
        written = Path(claim.run.output)
        part = written.with_name(f".{written.name}.0123abcd.part")
        part.write_text("half")
        work.ledger._database.write(lambda c: c.execute(update(runs).values(heartbeat=runs.c.heartbeat - 1000)))
        assert work.ledger.settle() == (name,)
        assert work.ledger.requeue([name], [Status.LOST]) == (name,), attempt
    claim = work.ledger.claim(this_process())
    assert claim is not None
    assert Path(claim.run.output).name == f"{name}.attempt-3.ipynb"
    assert work.do(claim) is None
    assert [each.name for each in written.parent.iterdir()] == [f"{name}.attempt-3.ipynb"]
