"""Long work on the server: a real export is started, followed, cancelled, lost and found again."""

from __future__ import annotations

import asyncio
import json
import os
import signal
import socket
import time
from collections.abc import AsyncIterator, Callable
from pathlib import Path
from typing import Any

import psutil
import pytest
from tornado.httpclient import HTTPClientError

from nb2prod.server.attend import contents_path
from nb2prod.server.jobs import Job, Jobs, TooManyJobs
from tests.making import write_notebook
from tests.server.conftest import API, Fetch

ORDER = {"kind": "export", "path": "small.ipynb", "destination": "small-service", "verify": "none"}


async def _start(fetch: Fetch, **changes: Any) -> dict[str, Any]:
    response = await fetch(*API, "jobs", method="POST", body=json.dumps({**ORDER, **changes}))
    assert response.code == 202
    return dict(json.loads(response.body))


async def _events(fetch: Fetch, job: str, after: int = 0) -> list[dict[str, Any]]:
    response = await fetch(*API, "jobs", job, "events", params={"after": str(after)}, request_timeout=120)
    assert response.headers["Content-Type"] == "application/x-ndjson"
    return [json.loads(line) for line in response.body.splitlines() if line]


async def test_an_export_is_followed_to_its_proof(jp_fetch: Fetch, jp_root_dir: Path, small: Path) -> None:
    job = await _start(jp_fetch, verify="fast")
    assert job["state"] == "running"
    events = await _events(jp_fetch, job["id"])
    assert [event["n"] for event in events] == list(range(1, len(events) + 1))
    keys = [event["key"] for event in events if event["event"] == "progress"]
    assert [*dict.fromkeys(keys)] == ["analyse", "run", "plan", "lock", "render", "environment", "prove", "deliver"]
    assert {event["cell"] for event in events if event.get("key") == "run"} == {None, 1, 2, 3}
    last = events[-1]
    assert (last["event"], last["state"], last["exit_code"]) == ("ended", "done", 0)
    assert last["result"]["parity"]["equal"] == last["result"]["parity"]["rows"] > 0
    assert (jp_root_dir / last["repository"] / "pyproject.toml").is_file()
    assert last["repository"] == "small-service"
    assert await _events(jp_fetch, job["id"], after=len(events) - 1) == [last], "a stream goes on where it broke off"
    found = json.loads((await jp_fetch(*API, "jobs", job["id"])).body)
    assert (found["state"], found["path"]) == ("done", "small.ipynb")
    assert "command" not in found


def test_one_export_at_a_time_goes_into_one_folder(tmp_path: Path) -> None:
    jobs = Jobs(tmp_path / "jobs", tmp_path, most=3)
    running = tmp_path / "jobs" / "0123456789abcdef"
    running.mkdir(parents=True)
    facts = {"id": running.name, "created": time.time(), "root": str(tmp_path), "destination": "a/service"}
    (running / "job.json").write_text(json.dumps(facts))  # one that is about to write its first event
    with pytest.raises(TooManyJobs, match="an export into `a/service` is running already"):
        jobs.start({"kind": "export", "destination": "a/service"}, ["--version"])
    assert [job.id for job in jobs.all()] == [running.name]


def test_a_job_whose_lock_is_not_taken_yet_is_not_lost(tmp_path: Path) -> None:
    folder = tmp_path / "0123456789abcdef"
    folder.mkdir()
    (folder / "alive").touch()
    (folder / "events.ndjson").touch()
    assert Job(folder, {"created": time.time()}).is_alive()
    assert not Job(folder, {"created": time.time() - 60}).is_alive()
    (folder / "events.ndjson").write_text('{"n": 1, "event": "started"}\n')
    assert not Job(folder, {"created": time.time()}).is_alive()


def test_a_repository_lies_where_its_export_says_it_does(tmp_path: Path) -> None:
    """A second one that is not proven is not called as one would guess."""
    written = tmp_path / "services" / "small-not-proven-2"
    assert contents_path({"repository": str(written)}, tmp_path) == "services/small-not-proven-2"
    assert contents_path({"repository": str(tmp_path.parent / "elsewhere")}, tmp_path) is None
    assert contents_path({"error": {"problems": []}}, tmp_path) is None
    assert contents_path(None, tmp_path) is None


async def test_the_service_of_an_export_is_tried_and_stopped(jp_fetch: Fetch, jp_root_dir: Path, small: Path) -> None:
    assert (await _events(jp_fetch, (await _start(jp_fetch))["id"]))[-1]["state"] == "done"
    response = await jp_fetch(*API, "changes", params={"path": "small-service"})
    assert json.loads(response.body) == {"diff": ""}, "the first export changed nothing"
    body = json.dumps({"kind": "serve", "path": "small-service"})
    job = json.loads((await jp_fetch(*API, "jobs", method="POST", body=body)).body)
    serving = await _until(job["id"], jp_fetch, lambda last: last.get("event") == "serving")
    assert serving["schema"]["example"]["request"] == {"x": 1.0}
    asked = (*API, "jobs", job["id"], "predict")
    answer = json.loads((await jp_fetch(*asked, method="POST", body='{"record": {"x": 3.0}}')).body)
    assert (answer["status"], answer["answer"]["predictions"]) == (200, [1.5])
    refused = json.loads((await jp_fetch(*asked, method="POST", body='{"record": {"y": 3.0}}')).body)
    assert refused["status"] == 422
    await jp_fetch(*API, "jobs", job["id"], method="DELETE")
    assert (await _events(jp_fetch, job["id"]))[-1]["state"] == "cancelled"
    with pytest.raises(HTTPClientError) as gone:
        await jp_fetch(*asked, method="POST", body='{"record": {"x": 3.0}}')
    assert gone.value.code == 404
    with pytest.raises(OSError), socket.create_connection(("127.0.0.1", serving["port"]), timeout=2):
        pass

    small.write_text(small.read_text().replace("len(y)", "(2 * len(y))"))
    assert (await _events(jp_fetch, (await _start(jp_fetch))["id"]))[-1]["result"]["state"] == "merged"
    changes = json.loads((await jp_fetch(*API, "changes", params={"path": "small-service"})).body)["diff"]
    assert "+    weights = [sum(y) / (2 * len(y))]" in changes


async def test_a_cancelled_export_leaves_nothing(jp_fetch: Fetch, jp_root_dir: Path, small: Path) -> None:
    small.write_text(small.read_text().replace("time.sleep(0.2)", "time.sleep(60)"))
    job = await _start(jp_fetch)
    with pytest.raises(HTTPClientError) as refused:
        await _start(jp_fetch)
    assert refused.value.code == 429
    assert refused.value.response is not None
    assert "small.ipynb" in json.loads(refused.value.response.body)["message"]
    await _until_running(job["id"], jp_fetch)
    began = time.monotonic()
    assert (await jp_fetch(*API, "jobs", job["id"], method="DELETE")).code == 204
    assert (await _events(jp_fetch, job["id"]))[-1]["state"] == "cancelled"
    assert time.monotonic() - began < 30
    assert [path.name for path in jp_root_dir.iterdir() if path.name != "small.ipynb"] == []
    await jp_fetch(*API, "jobs", job["id"], method="DELETE")
    assert json.loads((await jp_fetch(*API, "jobs")).body) == {"jobs": []}


async def _until(job: str, fetch: Fetch, is_there: Callable[[dict[str, Any]], bool]) -> dict[str, Any]:
    """Return the last event of a job that runs, as soon as it is what is waited for."""
    for _ in range(600):
        found = json.loads((await fetch(*API, "jobs", job)).body)
        if is_there(found["last"]):
            return dict(found["last"])
        assert found["state"] == "running", found
        await asyncio.sleep(0.1)
    raise AssertionError("it did not come to that")


async def _until_running(job: str, fetch: Fetch) -> None:
    """Wait until the kernel runs the first cell."""
    await _until(job, fetch, lambda last: bool(last.get("cell")))


async def test_what_stands_in_the_way_is_in_the_last_event(jp_fetch: Fetch, small: Path) -> None:
    small.write_text(small.read_text().replace("weights = [", "raise ValueError('no weights')\\nweights = ["))
    last = (await _events(jp_fetch, (await _start(jp_fetch))["id"]))[-1]
    assert (last["state"], last["exit_code"]) == ("failed", 3)
    (problem,) = last["result"]["error"]["problems"]
    assert "no weights" in problem["what"]
    assert problem["where"].startswith("cell [2]")


async def test_a_new_server_finds_the_job_that_an_old_one_started(jp_fetch: Fetch, small: Path) -> None:
    job = await _start(jp_fetch)
    events = await _events(jp_fetch, job["id"])
    from jupyter_core.paths import jupyter_runtime_dir

    later = Jobs(Path(jupyter_runtime_dir()) / "nb2prod" / "jobs", small.parent.resolve(), 1)
    assert later.get(job["id"]).last() == events[-1]
    assert await _all(later.follow(later.get(job["id"]))) == events
    elsewhere = Jobs(later.folder, small.parent.parent.resolve(), 1)
    assert elsewhere.all() == [], "the jobs of another root are nobody's business here"


async def test_a_job_that_was_killed_is_said_to_be_lost(jp_fetch: Fetch, small: Path) -> None:
    from jupyter_core.paths import jupyter_runtime_dir

    small.write_text(small.read_text().replace("time.sleep(0.2)", "time.sleep(60)"))
    job = await _start(jp_fetch)
    await _until_running(job["id"], jp_fetch)
    folder = Path(jupyter_runtime_dir()) / "nb2prod" / "jobs" / job["id"]
    attendant = int((folder / "pid").read_text())
    os.kill(attendant, signal.SIGKILL)
    last = (await _events(jp_fetch, job["id"]))[-1]
    assert (last["event"], last["state"]) == ("ended", "lost")


@pytest.mark.parametrize(
    ("change", "says"),
    [
        ({"verify": "deep"}, "verify"),
        ({"surprise": 1}, "surprise"),
        ({"path": "../small.ipynb"}, "not a path inside"),
        ({"destination": ".hidden/x"}, "hidden"),
        ({"timeout": -1}, "timeout"),
        ({"timeout": float("nan")}, "timeout"),
        ({"timeout": float("inf")}, "timeout"),
    ],
)
async def test_an_order_that_cannot_be_is_refused(
    jp_fetch: Fetch, small: Path, change: dict[str, Any], says: str
) -> None:
    with pytest.raises(HTTPClientError) as refused:
        await _start(jp_fetch, **change)
    assert refused.value.code == 422
    assert refused.value.response is not None
    assert says in str(json.loads(refused.value.response.body)["problems"])


async def test_what_somebody_types_is_kept_nowhere_and_shown_to_nobody(jp_fetch: Fetch, small: Path) -> None:
    """Not in a file of the job, nor in a list of processes, nor to who asks for the job; and it comes in as typed."""
    from jupyter_core.paths import jupyter_runtime_dir

    cells = [
        ("parameters", "depth = 1.5\nname = 'a'"),
        (
            "data",
            "import time\ntime.sleep(60 if name == 'a' else 0)\nassert (depth, name) == (4711.5, 'zeta gamma'), name",
        ),
        ("inference", "sample = {'x': 1.0}\nprediction = sample['x'] * depth"),
    ]
    write_notebook(small, cells)
    umask = os.umask(0)
    try:
        job = await _start(jp_fetch, parameters={"depth": "4711.5", "name": "a"})
    finally:
        os.umask(umask)
    await _until_running(job["id"], jp_fetch)
    folder = Path(jupyter_runtime_dir()) / "nb2prod" / "jobs" / job["id"]
    assert job["parameters"] == ["depth", "name"]
    attendant = psutil.Process(int((folder / "pid").read_text()))
    started = [attendant, *attendant.children(recursive=True)]
    assert len(started) >= 3
    assert [each.cmdline() for each in started if "4711.5" in str(each.cmdline())] == []
    files = list(folder.iterdir())
    assert len(files) >= 5
    assert [path.name for path in files if "4711.5" in path.read_text()] == []
    assert {path.stat().st_mode & 0o777 for path in files} == {0o600}
    assert {path.stat().st_mode & 0o777 for path in (folder, folder.parent, folder.parent.parent)} == {0o700}
    await jp_fetch(*API, "jobs", job["id"], method="DELETE")
    assert (await _events(jp_fetch, job["id"]))[-1]["state"] == "cancelled"
    await jp_fetch(*API, "jobs", job["id"], method="DELETE")
    assert not folder.exists()

    job = await _start(jp_fetch, parameters={"depth": "4711.5", "name": "zeta gamma"})
    assert (await _events(jp_fetch, job["id"]))[-1]["state"] == "done"


def _last_of(jobs: Jobs, command: list[str], parameters: dict[str, str]) -> dict[str, Any]:
    """Return the last event of a job that has been waited for."""
    job = jobs.start({"kind": "export", "path": "n.ipynb"}, command, parameters)
    events = asyncio.run(_all(jobs.follow(job)))
    assert [value for value in parameters.values() if value in json.dumps(events)] == []
    return events[-1]


async def _all(events: AsyncIterator[dict[str, Any] | None]) -> list[dict[str, Any]]:
    return [event async for event in events if event is not None]


def test_no_event_shows_a_secret_that_was_typed(tmp_path: Path) -> None:
    last = _last_of(
        Jobs(tmp_path / "run" / "jobs", tmp_path, 1), ["explain", "zeta9Gamma7"], {"password": "zeta9Gamma7"}
    )
    assert (last["state"], last["exit_code"]) == ("failed", 2)


def test_many_parameters_do_not_keep_a_command_waiting_that_reads_none(tmp_path: Path) -> None:
    last = _last_of(Jobs(tmp_path / "run" / "jobs", tmp_path, 1), ["--version"], {"text": "many words " * 200_000})
    assert (last["state"], last["exit_code"]) == ("done", 0)
