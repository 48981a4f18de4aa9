"""What the Makefile of a repository starts, and takes longer than its tests: here with less of it."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.templates.sample import run_in

Get = Callable[[str], Path]


def command_of(repository: Path, *arguments: str) -> list[str]:
    """Return what `make` would run, less the interpreter."""
    made = subprocess.run(
        ["make", "-n", "-o", "setup", *arguments], cwd=repository, capture_output=True, text=True, check=True
    )
    return made.stdout.split()[1:]


@pytest.mark.parametrize("name", ["churn", "tariff"])
def test_fuzzing_a_service_says_how_many_bodies_were_handled(sample: Get, name: str) -> None:
    repository = sample(name)
    command = command_of(repository, "fuzz", "SEED=7")
    assert command == ["-m", "tests.fuzz", "--seed", "7"]
    done = run_in(repository, *command, "--bodies", "400")
    assert done.returncode == 0, done.stdout + done.stderr
    assert done.stderr.count("bodies: ") == 10
    assert "Seed 7, " in done.stdout and "0 not handled" in done.stdout
    assert not list(repository.glob("tests/fuzz_kept/*"))


def test_fuzzing_keeps_what_a_service_does_not_handle(sample_copy: Get) -> None:
    repository = sample_copy("tariff")
    code = repository / "src/tariff/service/records.py"
    code.write_text(
        code.read_text().replace(
            "    records = quickly(raw)\n", "    assert raw.isascii()\n    records = quickly(raw)\n", 1
        )
    )
    done = run_in(repository, "-m", "tests.fuzz", "--bodies", "2000")
    assert done.returncode == 1, done.stdout + done.stderr
    kept = list(repository.glob("tests/fuzz_kept/*.body"))
    assert len(kept) == 20 and not any(path.read_bytes().isascii() for path in kept)
    assert all(f"tests/fuzz_kept/{path.name}: status 500" in done.stdout for path in kept)
    assert "AssertionError" in (repository / "var/fuzz.log").read_text()
    again = run_in(repository, "-m", "pytest", "-q", "-p", "no:cacheprovider", "tests/test_fuzz.py", "-k", "crash")
    assert again.returncode == 1
    assert "status 500" in again.stdout


def test_no_request_is_lost_while_a_service_is_restarted(sample: Get) -> None:
    repository = sample("tariff")
    command = command_of(repository, "restarts")
    assert command == ["-m", "tests.restarts"]
    done = run_in(repository, *command, "--times", "2", "--rate", "100")
    assert done.returncode == 0, done.stdout + done.stderr
    assert done.stderr.splitlines() == ["replaced 1 of 2 times", "replaced 2 of 2 times"]
    said = json.loads(done.stdout)
    assert set(said["answers"]) == {"200"} and sum(said["answers"].values()) > 50 * said["seconds"]


def test_lost_requests_are_counted_and_said(sample_copy: Get) -> None:
    repository = sample_copy("tariff")
    code = repository / "src/tariff/service/eager.py"
    text, old = code.read_text(), "        if self._front.service.draining:\n"
    assert old in text
    dropping = "        if self.server_state.total_requests % 50 < 2:\n            self.transport.abort()\n            return True\n"
    code.write_text(text.replace(old, dropping + old))
    done = run_in(repository, "-m", "tests.restarts", "--times", "2")
    assert done.returncode == 1, done.stdout + done.stderr
    said = json.loads(done.stdout.splitlines()[0])
    assert set(said["answers"]) > {"200"}
    assert "var/restarts.log" in done.stdout


KILLED = """
import os, re, signal, sys, time
from pathlib import Path
from tests.process import service
from tests.server import Client

record = Path("artifacts/record.json")
with service(Path("log.txt"), WORKERS=2) as (process, port, log):
    record.write_text(record.read_text().replace('"sha256": "', '"sha256": "0', 1))
    os.kill(int(re.findall(r"Started server process .(\\d+)", log.read_text())[0]), signal.SIGKILL)
    statuses = set()
    while log.read_text().count("does not start") < 2 and process.poll() is None:
        statuses.add(Client(port).get("/readyz").status)
        time.sleep(0.1)
    print(process.poll(), statuses)
"""


def test_a_worker_that_cannot_be_started_again_ends_no_other(sample_copy: Get) -> None:
    done = run_in(sample_copy("tariff"), "-c", KILLED)
    assert done.stdout == "None {200}\n", done.stdout + done.stderr
