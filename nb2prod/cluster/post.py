"""A module's name goes in; it runs in a process of its own on some node, and is heard and told from here."""

from __future__ import annotations

import contextlib
import os
import queue
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from importlib import metadata
from pathlib import Path
from typing import Any

from nb2prod.errors import Problem
from nb2prod.runs.killing import kill_with_all_it_started

HEARING = 1.0
"""Seconds that a call waits for the next line."""
MOST_MISSED = 10
"""Calls in a row that do not get through, before a process counts as gone."""
AT_ONCE = 4
"""Calls of one post that are under way at the same time: one hears, others say."""
PATIENCE = 5.0
"""Seconds for a process to be killed by its node, before it is left to the node."""
BOOT = Path("/proc/sys/kernel/random/boot_id")


@dataclass(frozen=True)
class Needs:
    """What a node has to be like."""

    proof: tuple[str, str]
    """A file, and what is in it: who sees that sees the folder that we see."""
    machine: str = ""
    """The machine that it has to be; empty where any will do."""


def this_machine() -> str:
    """Return what tells this machine, since it was started, from all others."""
    with contextlib.suppress(OSError):
        return BOOT.read_text(encoding="ascii").strip()
    return os.uname().nodename


def version_here() -> str:
    """Return the version of nb2prod that is installed; nothing where it only lies on the path."""
    try:
        return metadata.version("nb2prod")
    except metadata.PackageNotFoundError:
        return ""


def problems_here(needs: Needs, version: str) -> list[Problem]:
    """Return why no process can do its work on this node."""
    node = f"node {os.uname().nodename}"
    found = []
    if version != (here := version_here()):
        found.append(Problem(f"has nb2prod {here}, and not {version}", node, "install the same on all nodes"))
    file, text = needs.proof
    try:
        seen = Path(file).read_text(encoding="ascii") == text
    except OSError:
        seen = False
    if not seen:
        remedy = "share the folder, under the same path on all nodes"
        found.append(Problem(f"does not see {Path(file).parent} as it is here", node, remedy))
    if needs.machine and needs.machine != this_machine():
        remedy = "name a PostgreSQL server with --ledger: a file's locks do not hold between machines"
        found.append(Problem("is another machine than the one that has the ledger's file", node, remedy))
    return found


class Post:
    """Stands on a node as an actor of Ray's, and minds one process there; with it ends what it minds."""

    def __init__(self) -> None:
        self._process: subprocess.Popen[bytes] | None = None
        self._lines: queue.SimpleQueue[bytes] = queue.SimpleQueue()
        self._ended = threading.Event()

    def begin(
        self, module: str, line: bytes, variables: Mapping[str, str], needs: Needs, version: str
    ) -> list[Problem]:
        """Start a module, and tell it a line; or return why that is of no use here."""
        if found := problems_here(needs, version):
            return found
        # what Ray tells its own processes is not for those of a notebook: it may use Ray by itself
        own = {name: value for name, value in os.environ.items() if not name.startswith("RAY_")}
        self._process = subprocess.Popen(
            [sys.executable, "-m", module],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            env={**own, **variables},
            start_new_session=True,
        )
        threading.Thread(target=self._listen, args=(self._process,), daemon=True).start()
        self.say(line)
        return []

    def _listen(self, process: subprocess.Popen[bytes]) -> None:
        assert process.stdout is not None
        for line in process.stdout:
            self._lines.put(line)
        process.wait()
        self._ended.set()

    def hear(self) -> tuple[list[bytes], int | None]:
        """Return what the process has told since, as soon as there is some; and its exit code, if that was all."""
        found: list[bytes] = []
        with contextlib.suppress(queue.Empty):
            found.append(self._lines.get(timeout=HEARING))
            while True:
                found.append(self._lines.get_nowait())
        if found or not self._ended.is_set() or self._process is None:
            return found, None
        return found, self._process.returncode

    def say(self, line: bytes) -> None:
        """Write to the process."""
        if self._process is not None and self._process.stdin is not None:
            with contextlib.suppress(OSError):
                self._process.stdin.write(line)
                self._process.stdin.flush()

    def interrupt(self) -> None:
        """Send it what Ctrl-C does."""
        if self._process is not None:
            with contextlib.suppress(OSError):
                self._process.send_signal(signal.SIGINT)

    def kill(self) -> None:
        """Kill it with all that it has started."""
        if self._process is not None:
            kill_with_all_it_started(self._process.pid)


class RemoteProcess:
    """A process on some node, as it is seen from here."""

    def __init__(
        self, ray: Any, cpus: int, module: str, line: bytes, variables: Mapping[str, str], needs: Needs
    ) -> None:
        """Have one started as soon as some node has so many processors to give."""
        self._ray = ray
        post = ray.remote(Post).options(
            num_cpus=cpus, max_restarts=0, max_concurrency=AT_ONCE, scheduling_strategy="SPREAD"
        )
        self._post = post.remote()
        self._begun = self._post.begin.remote(module, line, dict(variables), needs, version_here())
        self._how: str | None = None

    def lines(self) -> Iterator[bytes]:
        """Yield what it tells, until it has ended or its node is gone."""
        try:
            if problems := self._ray.get(self._begun):
                self._how = "; ".join(f"{each.where} {each.what}: {each.remedy}" for each in problems)
                return
            code, missed = None, 0
            while code is None:
                try:
                    told, code = self._ray.get(self._post.hear.remote())
                except self._ray.exceptions.ActorUnavailableError:  # the network, perhaps; else it is dead soon
                    missed += 1
                    if missed > MOST_MISSED:
                        raise
                    time.sleep(HEARING)
                else:
                    missed = 0
                    yield from told
            self._how = "" if code == 0 else f"signal {-code}" if code < 0 else f"exit status {code}"
        except self._ray.exceptions.RayError as error:
            self._how = _words(error)

    def say(self, line: bytes) -> None:
        """Have it told something."""
        self._post.say.remote(line)

    def waits(self) -> bool:
        """Say whether no node has had room for it so far."""
        return self._how is None and not self._ray.wait([self._begun], timeout=0)[0]

    def ended(self) -> str | None:
        """Return how it has ended."""
        return self._how

    def interrupt(self) -> None:
        """Have it interrupted; one that waits is not to begin any more."""
        if self.waits():
            self.close()
        else:
            self._post.interrupt.remote()

    def kill(self) -> None:
        """Have it killed by its node."""
        if not self.waits():
            with contextlib.suppress(self._ray.exceptions.RayError):
                self._ray.get(self._post.kill.remote(), timeout=PATIENCE)
        self.close()

    def close(self) -> None:
        """Give up its place."""
        self._ray.kill(self._post)


def _words(error: Exception) -> str:
    """Return in a few words why Ray's part of it is gone; Ray itself tells it on many lines."""
    lines = [line.strip() for line in str(error).splitlines() if line.strip()]
    told = [line for line in lines if "died" in line or "dead" in line or "terminated" in line]
    return f"Ray says: {(told or lines or [type(error).__name__])[-1][:200]}"
