"""What goes wrong with the database or with who writes into it: told in words, nothing overwritten, nothing false."""

from __future__ import annotations

import os
import sqlite3
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from nb2prod.errors import LedgerUnusable, UsageError
from nb2prod.ledger.beating import beating
from nb2prod.ledger.ledger import Ledger, open_ledger
from nb2prod.ledger.liveness import this_process
from nb2prod.ledger.model import Ended, NewRun, Status
from tests.disks import powerless
from tests.ledger.servers import Server

ROOT = Path(__file__).parents[2]
RUN = NewRun("/work/a.ipynb", "0" * 64, {"lr": 0.1})
BEGIN = """
import sys, time
from nb2prod.ledger.ledger import open_ledger
from nb2prod.ledger.liveness import this_process
from nb2prod.ledger.model import NewRun
with open_ledger(sys.argv[1], create=True) as ledger:
    print(ledger.begin(NewRun("/work/a.ipynb", "0" * 64), this_process()).run.id, flush=True)
    time.sleep(600)
"""
LIST = """
import sys
from nb2prod.errors import Nb2ProdError
from nb2prod.ledger.ledger import open_ledger
from nb2prod.ledger.model import NewRun
try:
    with open_ledger(sys.argv[1], create=sys.argv[2] == "create") as ledger:
        print(ledger.read_only, *[(each.id, str(each.status)) for each in ledger.runs()], ledger.settle())
        ledger.add(NewRun("/work/a.ipynb", "0" * 64))
except Nb2ProdError as error:
    print(error)
"""


def python(code: str, *arguments: object) -> str:
    """Run code as somebody whom permissions hold for."""
    command = [*powerless(), sys.executable, "-c", code, *map(str, arguments)]
    done = subprocess.run(command, env={**os.environ, "PYTHONPATH": str(ROOT)}, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    return done.stdout


@pytest.fixture
def begun(place: str) -> Iterator[tuple[subprocess.Popen[str], str]]:
    """Another process that does a run, and the run."""
    command = [sys.executable, "-c", BEGIN, place]
    process = subprocess.Popen(command, env={**os.environ, "PYTHONPATH": str(ROOT)}, stdout=subprocess.PIPE, text=True)
    assert process.stdout is not None
    with process.stdout:
        yield process, process.stdout.readline().strip()
    process.kill()
    process.wait()


def test_a_run_whose_process_was_killed_is_lost(place: str, begun: tuple[subprocess.Popen[str], str]) -> None:
    process, name = begun
    with open_ledger(place) as ledger:
        assert ledger.run(name).status is Status.RUNNING
        process.kill()
        while Path(f"/proc/{process.pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z":
            time.sleep(0.01)
        assert ledger.run(name).status is Status.LOST, "also before its parent has asked how it ended"
        process.wait()
        assert ledger.settle() == (name,)


def test_signs_of_life_go_on_while_the_process_is_busy(ledger: Ledger, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("nb2prod.ledger.beating.BEAT_SECONDS", 0.05)
    claim = ledger.begin(RUN, this_process())
    with beating(ledger, claim) as pulse:
        pulse.at(1, 3)
        first = wait_for(lambda: (run := ledger.run(claim.run.id)).cell == 1 and run.heard)
        assert wait_for(lambda: ledger.run(claim.run.id).heard != first)
        assert not pulse.taken.is_set()
        assert ledger.end(claim, Ended(Status.INTERRUPTED))
        assert pulse.taken.wait(10), "who does a run learns that it is no longer his"


def wait_for(look: Callable[[], Any]) -> Any:
    until = time.monotonic() + 60
    while not (found := look()):
        assert time.monotonic() < until
        time.sleep(0.02)
    return found


@pytest.mark.slow
@pytest.mark.parametrize("how", ["stop", "kill"])
def test_a_server_that_is_gone_for_ten_seconds_gets_the_truth_afterwards(postgresql: Server, how: str) -> None:
    with open_ledger(postgresql.database(), create=True) as ledger:
        done, again = ledger.begin(RUN, this_process()), ledger.begin(RUN, this_process())
        other = ledger.add(RUN)
        with beating(ledger, again) as pulse:
            getattr(postgresql, how)()
            ended: list[bool] = []
            thread = threading.Thread(target=lambda: ended.append(ledger.end(done, Ended(Status.SUCCEEDED))))
            thread.start()
            time.sleep(10)
            assert not ended
            postgresql.start()
            pulse.at(5, 6)
            wait_for(lambda: ledger.run(again.run.id).cell == 5)
            thread.join(60)
        assert ended == [True]
        assert ledger.settle() == ()
        assert [each.status for each in ledger.runs()] == [Status.SUCCEEDED, Status.RUNNING, Status.QUEUED]
        claim = ledger.claim(this_process(), run=other)
        assert claim is not None and claim.attempt == 1


def test_a_server_that_is_not_there_is_told_of_without_its_password(tmp_path: Path) -> None:
    said = f"postgresql://somebody:Hunter2Hunter2@/db?host={tmp_path}&sslpassword=Hunter3Hunter3"
    with pytest.raises(LedgerUnusable, match="cannot be reached") as caught:
        open_ledger(said)
    assert "somebody:***@" in str(caught.value)
    assert "Hunter" not in str(caught.value) and "Hunter" not in repr(caught.value)


@pytest.mark.parametrize(
    "said", ["mysql://me:Hunter2Hunter2@host/db", "http://Hunter2Hunter2", "sqlite://", "x://y:z:Hunter2"]
)
def test_other_databases_are_refused_without_showing_a_password(said: str) -> None:
    with pytest.raises(UsageError) as caught:
        open_ledger(said)
    assert "Hunter" not in str(caught.value)


def test_an_address_of_sqlite_is_a_file(tmp_path: Path) -> None:
    with open_ledger(f"sqlite:///{tmp_path}/a%20b.sqlite", create=True) as ledger:
        ledger.add(RUN)
    assert len(list(tmp_path.glob("a*b.sqlite"))) == 1


def test_names_of_files_may_be_odd(tmp_path: Path) -> None:
    file = tmp_path / "a?b=1&mode=memory#%20 ü" / "runs.sqlite"
    with open_ledger(file, create=True) as ledger:
        name = ledger.add(RUN)
    assert file.exists()
    with open_ledger(file) as ledger:
        assert ledger.run(name).status is Status.QUEUED


@pytest.mark.parametrize("content", [b"not a database" * 100, b"SQLite format 3\0" + b"\xff" * 5000])
@pytest.mark.parametrize("create", [True, False])
def test_a_file_that_is_no_database_is_refused_and_left_as_it_is(tmp_path: Path, content: bytes, create: bool) -> None:
    file = tmp_path / "runs.sqlite"
    file.write_bytes(content)
    with pytest.raises(LedgerUnusable, match=r"runs\.sqlite"):
        open_ledger(file, create=create)
    assert file.read_bytes() == content


def test_a_ledger_with_damaged_pages_is_refused_and_left_as_it_is(tmp_path: Path) -> None:
    file = tmp_path / "runs.sqlite"
    with open_ledger(file, create=True) as ledger:
        ledger.add_to_sweep(_sweep(ledger), [RUN] * 300)
    content = bytearray(file.read_bytes())
    content[8192:] = b"\xff" * (len(content) - 8192)
    file.write_bytes(content)
    with pytest.raises(LedgerUnusable, match="damaged"), open_ledger(file, create=True) as ledger:
        ledger.runs()
        ledger.add(RUN)
    assert file.read_bytes() == content


def _sweep(ledger: Ledger) -> str:
    from tests.ledger.test_ledger import SWEEP

    return ledger.add_sweep(SWEEP)


def test_a_ledger_of_a_later_version_is_refused_and_left_as_it_is(place: str) -> None:
    from sqlalchemy import update

    from nb2prod.ledger.tables import ledger as table

    with open_ledger(place, create=True) as ledger:
        ledger.add(RUN)
        ledger._database.write(lambda c: c.execute(update(table).values(schema_version=99)))
    for create in (True, False):
        with pytest.raises(LedgerUnusable, match="schema is version 99, and this one knows 1"):
            open_ledger(place, create=create)


def test_a_database_of_another_program_is_refused_and_left_as_it_is(tmp_path: Path) -> None:
    file = tmp_path / "mlflow.db"
    with closing(sqlite3.connect(file)) as connection:
        connection.execute("CREATE TABLE runs (a)")
    before = file.read_bytes()
    with pytest.raises(LedgerUnusable, match="is a database of something else"):
        open_ledger(file, create=True)
    with closing(sqlite3.connect(file)) as connection:
        assert connection.execute("SELECT name FROM sqlite_master").fetchall() == [("runs",)]
    assert len(file.read_bytes()) == len(before)


def test_reading_makes_no_ledger(tmp_path: Path) -> None:
    with pytest.raises(LedgerUnusable, match="nothing has been recorded"):
        open_ledger(tmp_path / "folder" / "runs.sqlite")
    empty = tmp_path / "empty.sqlite"
    empty.touch()
    with pytest.raises(LedgerUnusable, match="nothing has been recorded"):
        open_ledger(empty)
    assert [path.name for path in tmp_path.iterdir()] == ["empty.sqlite"]
    with pytest.raises(LedgerUnusable, match="is a folder"):
        open_ledger(tmp_path, create=True)


def test_a_file_that_another_process_keeps_locked_is_waited_for_and_then_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("nb2prod.ledger.database.LOCKED_SECONDS", 0.2)
    file = tmp_path / "runs.sqlite"
    with open_ledger(file, create=True) as ledger, closing(sqlite3.connect(file, isolation_level=None)) as other:
        claim = ledger.begin(RUN, this_process())
        other.execute("BEGIN IMMEDIATE")
        with pytest.raises(LedgerUnusable, match="another process has kept it locked"):
            ledger.beat(claim)
        ended: list[bool] = []
        thread = threading.Thread(target=lambda: ended.append(ledger.end(claim, Ended(Status.SUCCEEDED))))
        thread.start()
        time.sleep(1)
        other.execute("ROLLBACK")
        thread.join(60)
        assert ended == [True]


def test_a_ledger_in_a_folder_that_cannot_be_written_is_read(closed_folder: Path) -> None:
    file = closed_folder / "runs.sqlite"
    with open_ledger(file, create=True) as ledger:
        name = ledger.add(RUN)
    closed_folder.chmod(0o555)
    file.chmod(0o444)
    said = python(LIST, file, "read")
    assert said.startswith(f"True ('{name}', 'queued') ()")
    assert "cannot be written" in said


def test_a_ledger_that_cannot_be_written_is_read_while_others_write_and_after_they_were_killed(
    closed_folder: Path,
) -> None:
    file = closed_folder / "runs.sqlite"
    command = [sys.executable, "-c", BEGIN, str(file)]
    process = subprocess.Popen(command, env={**os.environ, "PYTHONPATH": str(ROOT)}, stdout=subprocess.PIPE, text=True)
    assert process.stdout is not None
    with process.stdout:
        name = process.stdout.readline().strip()
    for path in closed_folder.iterdir():
        path.chmod(0o444)
    closed_folder.chmod(0o555)
    assert python(LIST, file, "read").startswith(f"True ('{name}', 'running') ()")
    process.kill()
    process.wait()
    assert python(LIST, file, "read").startswith(f"True ('{name}', 'lost') ()"), "what it wrote is in the log only"


def test_a_ledger_cannot_be_made_where_nothing_can_be_written(closed_folder: Path) -> None:
    closed_folder.chmod(0o555)
    for file in (closed_folder / "runs.sqlite", closed_folder / "folder" / "runs.sqlite"):
        said = python(LIST, file, "create")
        assert "cannot be opened" in said or "its folder cannot be made" in said
        assert str(file) in said
    assert list(closed_folder.iterdir()) == []


def test_a_full_disk_is_told_of_and_what_was_written_before_stays(small_disk: Path) -> None:
    file = small_disk / "runs.sqlite"
    with open_ledger(file, create=True) as ledger:
        claim = ledger.begin(RUN, this_process())
        (small_disk / "filling").write_bytes(b"\0" * 600_000)
        big = NewRun("/work/a.ipynb", "0" * 64, {"text": "x" * 50_000})
        with pytest.raises(LedgerUnusable, match="there is no room left"):
            for _ in range(100):
                ledger.add(big)
        (small_disk / "filling").unlink()
        before = len(ledger.runs())
        assert ledger.end(claim, Ended(Status.SUCCEEDED))
    with open_ledger(file) as ledger:
        assert len(ledger.runs()) == before
        assert ledger.run(claim.run.id).status is Status.SUCCEEDED
