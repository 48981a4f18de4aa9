"""Long work on the server: started, found again, followed, cancelled. A job is a folder; see ``attend``."""

from __future__ import annotations

import asyncio
import fcntl
import json
import os
import secrets
import shutil
import signal
import subprocess
import sys
import threading
import time
from collections.abc import AsyncIterator, Mapping
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from nb2prod.errors import Nb2ProdError, Problem
from nb2prod.server.attend import ALIVE, EVENTS, private
from nb2prod.server.events import Tail, every, last_of

KEPT = 30
"""How many jobs that ended are kept to be looked at."""
BEAT = 15.0
"""Seconds after which silence is broken, so that nothing between server and browser cuts the stream."""
LOOK = 0.1
"""Seconds between two looks into the file of events."""
STARTING = 10.0
"""Seconds that a job may take to write its first event."""


class TooManyJobs(Nb2ProdError):
    """As many jobs run as are allowed."""


class NoSuchJob(Nb2ProdError):
    """There is no job with this id."""


@dataclass(frozen=True)
class Job:
    """One job, as its folder describes it."""

    folder: Path
    facts: dict[str, Any]
    """What it was started with: ``id``, ``created``, ``root``, ``command``, and what was ordered, with its ``kind``."""

    @property
    def id(self) -> str:
        """The job's name in addresses."""
        return self.folder.name

    def is_alive(self) -> bool:
        """Return whether somebody attends to it: then its lock cannot be had, or is about to be taken."""
        try:
            with (self.folder / ALIVE).open("r") as file:
                fcntl.flock(file, fcntl.LOCK_SH | fcntl.LOCK_NB)
        except FileNotFoundError:
            pass
        except OSError:
            return True
        return time.time() - float(self.facts["created"]) < STARTING and self.last() is None

    def ended(self) -> dict[str, Any] | None:
        """Return the last event if the job has ended; one of ours where it was killed."""
        alive = self.is_alive()  # asked first: it may end between the two questions
        last = self.last() or {"n": 0}
        if last.get("event") == "ended":
            return last
        return None if alive else {"n": last["n"] + 1, "event": "ended", "state": "lost", "exit_code": None}

    def last(self) -> dict[str, Any] | None:
        """Return the last event so far."""
        return last_of(self.folder / EVENTS)

    def port(self) -> int:
        """Return where the service listens that the job runs. Raises ``NoSuchJob`` where none does."""
        port = next((event["port"] for event in every(self.folder / EVENTS) if event["event"] == "serving"), None)
        if port is None or self.ended() is not None:
            raise NoSuchJob(Problem("no service is running there", remedy="start it"))
        return int(port)

    def as_dict(self) -> dict[str, Any]:
        """Return the job as the server tells of it."""
        ended = self.ended()
        facts = {key: value for key, value in self.facts.items() if key not in {"command", "root"}}
        last = ended or self.last() or {}
        return {**facts, "state": "running" if ended is None else ended["state"], "last": last}


class Jobs:
    """The jobs of one root folder, those of servers before this one included."""

    def __init__(self, folder: Path, root: Path, most: int) -> None:
        self.folder = folder
        self.root = root
        self.most = most

    def start(self, facts: dict[str, Any], command: list[str], parameters: Mapping[str, str] | None = None) -> Job:
        """Start a job; ``command`` is what to type behind ``nb2prod``. Raises ``TooManyJobs``.

        ``parameters``, as somebody has typed them, go through a pipe and into no file: they may be secrets.
        """
        running = [job for job in self.all() if job.ended() is None]
        if len(running) >= self.most:
            names = ", ".join(str(job.facts.get("path", job.id)) for job in running)
            what = f"{len(running)} jobs are running already, as many as are allowed: {names}"
            raise TooManyJobs(Problem(what, remedy="wait for one of them, or cancel it"))
        target = facts.get("destination")
        if target and any(job.facts.get("destination") == target for job in running):
            what = f"an export into `{target}` is running already"
            raise TooManyJobs(Problem(what, remedy="wait for it, cancel it, or choose another name"))
        self._forget_old()
        folder = self.folder / secrets.token_hex(8)
        self.folder.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        self.folder.mkdir(exist_ok=True, mode=0o700)
        folder.mkdir(mode=0o700)
        job = {**facts, "id": folder.name, "created": time.time(), "root": str(self.root)}
        private(folder / "job.json").write_text(json.dumps({**job, "command": command}), encoding="utf-8")
        # -P, here and there: modules in the folder that the server stands in, beside notebooks, are not ours
        with private(folder / "attendant.log").open("wb") as log:
            process = subprocess.Popen(
                [sys.executable, "-P", "-m", "nb2prod.server.attend", str(folder)],
                stdin=subprocess.PIPE,
                stdout=log,
                stderr=log,
                start_new_session=True,
            )
        told = json.dumps(dict(parameters or {})).encode()
        # waits for its end, too, so that no zombie is left of it
        threading.Thread(target=process.communicate, args=(told,), daemon=True).start()
        private(folder / "pid").write_text(str(process.pid), encoding="utf-8")
        return self.get(folder.name)

    def all(self) -> list[Job]:
        """Return the jobs, the newest first."""
        names = [path.name for path in self.folder.iterdir()] if self.folder.is_dir() else []
        found = []
        for name in names:
            with suppress(NoSuchJob):
                found.append(self.get(name))
        return sorted(found, key=lambda job: float(job.facts["created"]), reverse=True)

    def get(self, name: str) -> Job:
        """Return the job of that id. Raises ``NoSuchJob``."""
        folder = self.folder / name
        try:
            if not name.isalnum():
                raise ValueError(name)
            facts = json.loads((folder / "job.json").read_text(encoding="utf-8"))
            if facts["root"] != str(self.root):
                raise ValueError(name)
        except (OSError, ValueError, KeyError):
            raise NoSuchJob(Problem("there is no such job", remedy="it may have been forgotten: start again")) from None
        return Job(folder, facts)

    def cancel(self, job: Job) -> None:
        """Tell a job to end and to clean up; one that has ended is forgotten."""
        if job.ended() is not None:
            shutil.rmtree(job.folder, ignore_errors=True)
            return
        with suppress(OSError, ValueError):
            os.kill(int((job.folder / "pid").read_text(encoding="utf-8")), signal.SIGTERM)

    async def follow(self, job: Job, after: int = 0) -> AsyncIterator[dict[str, Any] | None]:
        """Yield the events with a number above ``after``, old and new, until the last; ``None`` where it is silent."""
        silent = time.monotonic()
        events = Tail(job.folder / EVENTS)
        while True:
            alive = job.is_alive()  # asked first: what it writes on its way out is read below
            while found := events.more():
                for event in found:
                    if event["n"] > after:
                        silent = time.monotonic()
                        yield event
                    if event["event"] == "ended":
                        return
                await asyncio.sleep(0)  # a long file is not to keep everybody else waiting
            if not alive and (ended := job.ended()) is not None:
                yield ended
                return
            if time.monotonic() - silent > BEAT:
                silent = time.monotonic()
                yield None
            await asyncio.sleep(LOOK)

    def _forget_old(self) -> None:
        for job in [job for job in self.all() if job.ended() is not None][KEPT:]:
            shutil.rmtree(job.folder, ignore_errors=True)
