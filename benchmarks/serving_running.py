"""One side, started, asked and ended: a place in, its start-up time, whether it answers right, and its loads out."""

from __future__ import annotations

import contextlib
import http.client
import json
import os
import shutil
import socket
import subprocess
import sys
import tempfile
import time
import uuid
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psutil
from serving_load import SILENCE_SECONDS, difference
from serving_sides import ECHO, SERVICE, Place, Side, variables
from serving_wires import WIRES

START_SECONDS = 240
"""Ray takes most of a minute on a machine that is busy."""
GRACE_SECONDS = 15
MARK = "NB2PROD_SERVING_BENCHMARK"
BATCH = 1000
LOAD = Path(__file__).with_name("serving_load.py")


class Unfit(Exception):
    """A side does not start, or does not answer as it should; the message says how."""


@dataclass(frozen=True)
class Running:
    """A side that answers."""

    side: Side
    place: Place
    records: Sequence[Any]
    answers: Sequence[Any]
    tolerance: Mapping[str, float]
    process: subprocess.Popen[bytes]
    mark: str
    start_seconds: float

    def check(self) -> int:
        """Ask for every record by itself; return how many were asked for.

        Raises:
            Unfit: An answer is not the notebook's.
        """
        for number, (record, answer) in enumerate(zip(self.records, self.answers, strict=True)):
            problem = ask(self.side, self.place.port, [record], [answer], self.tolerance)
            if problem:
                raise Unfit(f"wrong: record {number}: {problem}")
        return len(self.records)

    def load(self, clients: int, seconds: float, batch: int = 1) -> dict[str, Any]:
        """Return what ``clients`` saw that send ``batch`` records a request."""
        rows = list(zip(self.records, self.answers, strict=True))
        groups = [[row] for row in rows] if batch == 1 else [[rows[n % len(rows)] for n in range(batch)]]
        plan = {
            "port": self.place.port,
            "wire": self.side.wire,
            "tolerance": dict(self.tolerance),
            "clients": clients,
            "warm_up": min(1.0, seconds / 4) if batch == 1 else 0,  # one of these may take seconds
            "seconds": seconds,
            "exchanges": [{"records": [r for r, _ in each], "expected": [a for _, a in each]} for each in groups],
        }
        limit = 2 * seconds + 3 * SILENCE_SECONDS
        try:
            done = subprocess.run(
                [sys.executable, str(LOAD)], input=json.dumps(plan), capture_output=True, text=True, timeout=limit
            )
        except subprocess.TimeoutExpired:
            raise Unfit(f"{clients} clients: not through after {limit:.0f} s") from None
        if done.returncode:
            raise Unfit(f"{clients} clients: {done.stderr.strip().splitlines()[-1]}")
        seen: dict[str, Any] = json.loads(done.stdout)
        if seen["wrong"]:
            raise Unfit(f"wrong: {clients} clients: {seen['wrong']} answers, such as {seen['first_wrong']}")
        if batch == 1 and not seen["answered"]:
            raise Unfit(f"{clients} clients: no answer in the {seconds:g} s that count; --seconds gives it more")
        return seen

    def megabytes(self) -> float:
        """Return the resident memory of all its processes."""
        total = 0
        for process in family(self.process.pid, self.mark):
            with contextlib.suppress(psutil.Error):
                total += process.memory_info().rss
        return total / 1e6


@contextlib.contextmanager
def running(side: Side, place: Place) -> Iterator[Running]:
    """Start a side and wait for its first right answer; end all its processes when the block is left.

    Raises:
        Unfit: It ended by itself, or gives no right answer in time.
    """
    mark = uuid.uuid4().hex
    repository = place.repository
    records, answers = repository.parity("requests"), repository.parity("responses")
    answers = records if side is ECHO else answers
    place.work.mkdir(parents=True, exist_ok=True)
    side.prepare(place)
    short = tempfile.mkdtemp(prefix="serving-")  # sockets lie there, whose paths may not be long
    env = {**variables(side, place), "TMPDIR": short, "RAY_TMPDIR": short, MARK: mark}
    log = place.work / f"{side.name}.log"
    with log.open("wb") as out:
        began = time.perf_counter()
        process = subprocess.Popen(
            side.command(place),
            cwd=repository.folder if side is SERVICE else place.work,
            env=env,
            stdin=subprocess.DEVNULL,
            stdout=out,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
        try:
            tolerance = repository.parity("tolerance")
            _first_answer(side, place, process, records[0], answers[0], tolerance, log)
            taken = time.perf_counter() - began
            yield Running(side, place, records, answers, tolerance, process, mark, taken)
        finally:
            end(process, mark)
            shutil.rmtree(short, ignore_errors=True)


def _first_answer(
    side: Side,
    place: Place,
    process: subprocess.Popen[bytes],
    record: Any,
    answer: Any,
    tolerance: Mapping[str, float],
    log: Path,
) -> None:
    ends = time.monotonic() + START_SECONDS
    problem: str | None = "nothing listens"
    while time.monotonic() < ends:
        if process.poll() is not None:
            raise Unfit(f"ended with exit code {process.returncode}: {_end_of(log)}")
        try:
            problem = ask(side, place.port, [record], [answer], tolerance)
        except (OSError, http.client.HTTPException) as error:
            problem = str(error) or type(error).__name__
        if problem is None:
            return
        time.sleep(0.02)
    raise Unfit(f"no right answer in {START_SECONDS} s: {problem}: {_end_of(log)}")


def ask(side: Side, port: int, records: list[Any], answers: list[Any], tolerance: Mapping[str, float]) -> str | None:
    """Ask once, and say what is wrong with the answer."""
    wire = WIRES[side.wire]
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=SILENCE_SECONDS)
    try:
        body = wire.request(records).partition(b"\r\n\r\n")[2]
        connection.request("POST", wire.path, body, {"content-type": "application/json"})
        response = connection.getresponse()
        said = response.read()
    finally:
        connection.close()
    if response.status != 200:
        return f"{response.status}: {said[:300].decode('utf-8', 'replace')}"
    try:
        return difference(wire.predictions(said), answers, dict(tolerance))
    except ValueError as error:
        return str(error)


def family(root: int, mark: str) -> list[psutil.Process]:
    """Return a process, those that came of it, and those that have left it and carry its mark."""
    found: dict[int, psutil.Process] = {}
    with contextlib.suppress(psutil.Error):
        parent = psutil.Process(root)
        found = {each.pid: each for each in (parent, *parent.children(recursive=True))}
    for process in psutil.process_iter():
        with contextlib.suppress(psutil.Error, OSError):
            if process.pid not in found and process.environ().get(MARK) == mark:
                found[process.pid] = process
    return [each for each in found.values() if each.pid != os.getpid()]


def end(process: subprocess.Popen[bytes], mark: str) -> None:
    """End a side: the first process as an operator would, then whatever is left of it."""
    known = family(process.pid, mark)
    try:
        process.terminate()
        with contextlib.suppress(subprocess.TimeoutExpired):
            process.wait(GRACE_SECONDS)
        _, left = psutil.wait_procs(known, 2)
        for each in left:
            with contextlib.suppress(psutil.Error):
                each.terminate()
        psutil.wait_procs(left, 3)
    finally:  # also when somebody presses Ctrl-C again
        for each in (*known, *family(process.pid, mark)):
            with contextlib.suppress(psutil.Error):
                each.kill()
        process.wait()


def free_ports(count: int) -> list[int]:
    """Return ports that nobody listens on."""
    with contextlib.ExitStack() as stack:
        sockets = [stack.enter_context(socket.socket()) for _ in range(count)]
        for each in sockets:
            each.bind(("127.0.0.1", 0))
        return [each.getsockname()[1] for each in sockets]


def _end_of(log: Path) -> str:
    return " | ".join(log.read_text("utf-8", "replace").splitlines()[-6:])[-800:]
