"""Files of events that are long, cut anywhere or not there: the last event, all of them, and who waits meanwhile."""

from __future__ import annotations

import asyncio
import json
import time
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nb2prod.server import events
from nb2prod.server.events import PART, every, last_of
from nb2prod.server.jobs import Jobs

EVENTS = st.lists(st.integers(0, 3 * PART), max_size=4).map(
    lambda sizes: [{"n": number, "event": "log", "text": "x" * size} for number, size in enumerate(sizes, 1)]
)


@given(EVENTS, st.sampled_from(["", "{", '{"n": 9, "text": "' + "y" * 2 * PART]))
def test_the_last_event_is_the_last_that_is_whole(happened: list[dict[str, Any]], half: str) -> None:
    with TemporaryDirectory() as folder:
        path = Path(folder) / "events"
        assert last_of(path) is None
        assert list(every(path)) == []
        path.write_text("".join(json.dumps(event) + "\n" for event in happened) + half)
        assert last_of(path) == (happened[-1] if happened else None)
        assert list(every(path)) == happened


@pytest.fixture
def jobs(tmp_path: Path) -> Jobs:
    """The jobs of a server, one of which had a great deal to tell."""
    folder = tmp_path / "jobs" / "0123456789abcdef"
    folder.mkdir(parents=True)
    facts = {"id": folder.name, "created": time.time() - 3600, "root": str(tmp_path), "command": [], "kind": "sweep"}
    (folder / "job.json").write_text(json.dumps(facts))
    (folder / "alive").touch()
    told: list[dict[str, Any]] = [{"event": "started"}]
    told += [{"event": "sweep-begun", "run": f"abc-{number}", "done": number} for number in range(MANY)]
    told += [{"event": "ended", "state": "done", "exit_code": 0}]
    lines = [json.dumps({"n": number, **event}) + "\n" for number, event in enumerate(told, 1)]
    (folder / "events.ndjson").write_text("".join(lines))
    return Jobs(tmp_path / "jobs", tmp_path, most=1)


MANY = 20_000


def test_what_became_of_a_job_is_known_without_reading_all_that_it_told(
    jobs: Jobs, monkeypatch: pytest.MonkeyPatch
) -> None:
    parsed: list[bytes] = []
    loads = json.loads
    monkeypatch.setattr(events.json, "loads", lambda text: (parsed.append(text), loads(text))[1])
    (job,) = jobs.all()
    told = job.as_dict()
    assert (told["state"], told["last"]["n"]) == ("done", MANY + 2)
    jobs._forget_old()
    jobs.cancel(job)
    assert jobs.all() == []
    assert len(parsed) < 12


async def test_others_have_their_turn_while_much_is_told(jobs: Jobs) -> None:
    (job,) = jobs.all()
    turns = 0

    async def other() -> None:
        nonlocal turns
        while True:
            turns += 1
            await asyncio.sleep(0)

    task = asyncio.create_task(other())
    numbers = [event["n"] async for event in jobs.follow(job, after=5) if event is not None]
    task.cancel()
    assert numbers == list(range(6, MANY + 3))
    assert turns >= (job.folder / "events.ndjson").stat().st_size // PART
