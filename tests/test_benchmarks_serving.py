"""The serving benchmark on servers made for it: what it counts, that it finds wrong answers, what it leaves behind."""

from __future__ import annotations

import http.client
import json
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import psutil
import pytest

BENCHMARKS = Path(__file__).parents[1] / "benchmarks"
APP = """
import asyncio, json, os, subprocess, sys

asked = 0

async def app(scope, receive, send):
    global asked
    if scope["type"] == "lifespan":
        if os.environ.get("LEAVES_A_CHILD"):
            code = "import os, time; open('child', 'w').write(str(os.getpid())); time.sleep(600)"
            subprocess.Popen([sys.executable, "-c", code], start_new_session=True)
        while (message := await receive())["type"] == "lifespan.startup":
            await send({"type": "lifespan.startup.complete"})
        await send({"type": "lifespan.shutdown.complete"})
        return
    body = b""
    more = True
    while more:
        message = await receive()
        body, more = body + message["body"], message["more_body"]
    asked += 1
    await asyncio.sleep(float(os.environ.get("SLOW", 0)))
    records = json.loads(body)["records"]
    answers = [record * 2 for record in records]
    if asked > int(os.environ.get("RIGHT", 10**9)):
        answers[0] += 1
    status = 200 if asked <= int(os.environ.get("SANE", 10**9)) else 503
    answer = json.dumps({"predictions": answers, "asked": asked}).encode()
    headers = [(b"content-type", b"application/json")]
    if not os.environ.get("CHUNKED"):
        headers.append((b"content-length", str(len(answer)).encode()))
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": answer[:9], "more_body": True})
    await send({"type": "http.response.body", "body": answer[9:]})
"""
"""Answers twice the record; some settings make it worse. Each answer is another text, so that every one is read."""


@pytest.fixture(autouse=True)
def _importable(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.syspath_prepend(str(BENCHMARKS))


@contextmanager
def served(folder: Path, **settings: str) -> Iterator[int]:
    (folder / "doubling.py").write_text(APP)
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    command = [sys.executable, "-m", "uvicorn", "doubling:app", "--port", str(port), "--log-level", "warning"]
    process = subprocess.Popen(command, cwd=folder, env=settings)
    try:
        for _ in range(600):
            with socket.socket() as probe:
                if probe.connect_ex(("127.0.0.1", port)) == 0:
                    break
            time.sleep(0.05)
        yield port
    finally:
        process.terminate()
        process.wait(20)


def load(port: int, clients: int = 3, rows: int = 1, **more: Any) -> subprocess.CompletedProcess[str]:
    exchanges = [{"records": [n] * rows, "expected": [2 * n] * rows} for n in range(5)]
    plan = {"port": port, "wire": "service", "tolerance": {"relative": 1e-6}, "clients": clients, "warm_up": 0.1}
    plan |= {"seconds": 0.5, "exchanges": exchanges, **more}
    command = [sys.executable, str(BENCHMARKS / "serving_load.py")]
    return subprocess.run(command, input=json.dumps(plan), capture_output=True, text=True, timeout=120)


@pytest.mark.parametrize("settings", [{}, {"CHUNKED": "1"}], ids=["with their length", "in chunks"])
@pytest.mark.parametrize(("clients", "rows"), [(1, 1), (16, 1), (1, 20_000)])
def test_right_answers_are_counted(tmp_path: Path, settings: dict[str, str], clients: int, rows: int) -> None:
    with served(tmp_path, **settings) as port:
        done = load(port, clients, rows)
    seen = json.loads(done.stdout)
    assert seen["wrong"] == 0, seen
    assert seen["answered"] > 0 and seen["per_second"] == seen["answered"] / 0.5
    assert 0 < seen["p50_ms"] <= seen["p99_ms"]


def test_no_more_is_counted_than_was_asked(tmp_path: Path) -> None:
    with served(tmp_path) as port:
        seen = json.loads(load(port, warm_up=0).stdout)
        asked = int(json.loads(_once(port, [1]))["asked"]) - 1
    assert asked - 3 <= seen["answered"] <= asked, "all but those that came after the end, one a client at the most"


def test_one_wrong_answer_of_many_is_found(tmp_path: Path) -> None:
    with served(tmp_path, RIGHT="20") as port:
        seen = json.loads(load(port).stdout)
    assert seen["wrong"] > 0
    assert "answer[0]: " in seen["first_wrong"] and " instead of " in seen["first_wrong"]


def test_an_answer_that_is_none_is_wrong(tmp_path: Path) -> None:
    with served(tmp_path, SANE="20") as port:
        seen = json.loads(load(port).stdout)
    assert seen["wrong"] > 0 and seen["first_wrong"].startswith("HTTP/1.1 503")


def test_a_server_that_is_not_there_is_said_to_be(tmp_path: Path) -> None:
    with served(tmp_path) as port:
        pass
    done = load(port)
    assert done.returncode == 1 and "ConnectionRefusedError" in done.stderr and "Traceback" not in done.stderr


@pytest.mark.parametrize(
    ("actual", "expected", "told"),
    [
        (["a", 1.0], ["a", 1.0 + 1e-9], None),
        ([{"x": [1.0, None]}], [{"x": [1.0, None]}], None),
        ([1.0], [1], "answer[0]: 1.0 instead of 1"),
        ([1], [1.0], None),
        ([True], [1.0], "answer[0]: True instead of 1.0"),
        ([1.001], [1.0], "answer[0]: 1.001 instead of 1.0"),
        (["no"], ["yes"], "answer[0]: 'no' instead of 'yes'"),
        ([1.0], [1.0, 2.0], "answer: 1 items instead of 2"),
        ([{"a": 1}], [{"b": 1}], "answer[0]: ['a'] instead of ['b']"),
        ([None], [0.0], "answer[0]: None instead of 0.0"),
    ],
)
def test_answers_are_compared_as_values(actual: Any, expected: Any, told: str | None) -> None:
    from serving_load import difference

    assert difference(actual, expected, {"relative": 1e-6}) == told


def _once(port: int, records: list[int]) -> bytes:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=20)
    connection.request("POST", "/predict", json.dumps({"records": records}))
    with connection.getresponse() as response:
        body = response.read()
    connection.close()
    return body


def repository(folder: Path) -> Any:
    from serving_cases import Repository

    parity = folder / "tests" / "parity"
    parity.mkdir(parents=True)
    for name, value in (("requests", [1, 2, 3]), ("responses", [2, 4, 6]), ("tolerance", {"relative": 1e-6})):
        (parity / f"{name}.json").write_text(json.dumps(value))
    package = folder / "src" / "doubling"
    package.mkdir(parents=True)
    (package / "inference.py").touch()
    return Repository(folder)


def side(**settings: str) -> Any:
    from serving_sides import Side

    def command(place: Any) -> list[str]:
        return [str(place.python), "-m", "uvicorn", "doubling:app", "--port", str(place.port)]

    def prepare(place: Any) -> None:
        (place.work / "doubling.py").write_text(APP)

    return Side("doubling", "service", command, prepare=prepare, variables=settings)


def place(folder: Path) -> Any:
    from serving_running import free_ports
    from serving_sides import Place

    return Place(repository(folder / "repository"), Path(sys.executable), folder / "work", free_ports(1))


def test_a_side_is_started_checked_loaded_and_ended_with_all_that_it_has_started(tmp_path: Path) -> None:
    from serving_running import running

    with running(side(LEAVES_A_CHILD="1"), place(tmp_path)) as started:
        assert started.check() == 3 and started.start_seconds > 0
        assert started.load(2, 0.3)["answered"] > 0
        assert started.load(1, 0.3, batch=1000)["answered"] > 0
        child = int((tmp_path / "work" / "child").read_text())
        assert psutil.pid_exists(child) and started.megabytes() > 10
    assert not psutil.pid_exists(child) or psutil.Process(child).status() == psutil.STATUS_ZOMBIE
    assert started.process.returncode is not None


@pytest.mark.parametrize(
    ("right", "when"), [("2", "record 1: answer[0]: "), ("6", "2 clients: ")], ids=["alone", "under load"]
)
def test_wrong_answers_of_a_side_are_told(tmp_path: Path, right: str, when: str) -> None:
    from serving_running import Unfit, running

    def measured() -> None:
        with running(side(RIGHT=right), place(tmp_path)) as started:
            started.check()
            started.load(2, 0.3)

    with pytest.raises(Unfit, match="wrong: ") as caught:
        measured()
    assert when in str(caught.value)


def test_a_side_that_is_too_slow_for_the_time_is_told_and_gets_no_figure(tmp_path: Path) -> None:
    from serving_running import Unfit, running

    def measured() -> None:
        with running(side(SLOW="1.5"), place(tmp_path)) as started:
            assert started.load(1, 0.4, batch=1000)["p50_ms"] > 1500, "long requests are seen to their end"
            started.load(2, 0.4)

    with pytest.raises(Unfit, match=r"2 clients: no answer in the 0.4 s that count"):
        measured()


def test_a_side_that_does_not_start_is_told_with_its_last_words(tmp_path: Path) -> None:
    from serving_running import Unfit, running
    from serving_sides import Side

    def command(place: Any) -> list[str]:
        return [str(place.python), "-c", "raise SystemExit('no licence')"]

    with pytest.raises(Unfit, match="exit code 1: no licence"), running(Side("x", "service", command), place(tmp_path)):
        pass


def test_tables_have_medians_ratios_and_what_is_absent() -> None:
    import serving_table

    def seen(rate: float) -> dict[str, Any]:
        loads = {n: {"per_second": rate, "p50_ms": 1.0, "p99_ms": 1000 / rate} for n in ("1", "16")}
        return {"loads": loads, "rows_per_second": 10 * rate, "start_seconds": 1.0, "megabytes": 50.0}

    rounds = {"own": [seen(900), seen(1000), seen(5000)], "slow": [seen(100)], "echo": [seen(2000)]}
    facts: dict[str, Any] = {name: {"versions": {"lib": "1.2"}, "megabytes": 9} for name in rounds}
    facts["batch"] = {"rows": 1000}
    lines = list(serving_table.table(rounds, {"other": "wrong: all of it"}, facts))
    assert lines[2].startswith("| own (lib 1.2) | 1,000 / 1,000 | 1.00 / 1.00 | 1.00 / 1.00 | 10,000 |")
    assert lines[-1].startswith("| other | not measured: wrong: all of it |")
    assert list(serving_table.ratios(rounds, "own", "echo")) == [
        f"- {n} connections: 10.0 times the best peer (slow), p99 0.10 times the best peer's, 0.50 of the echo"
        for n in ("1", "16")
    ]
