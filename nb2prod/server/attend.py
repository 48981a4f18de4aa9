"""Attends to one command of nb2prod: its progress goes into a file of events, the last of which says how it ended.

Started as ``python -m nb2prod.server.attend FOLDER``, where ``FOLDER/job.json`` holds the command. Parameters that
somebody has typed come by standard input, go on to the command the same way, and into no file. It is a process of its
own, so that a job outlives the Jupyter server that started it, and whoever comes later reads the same file. While it
lives it holds a lock on ``FOLDER/alive``; SIGTERM ends the command, which then cleans up.
"""

from __future__ import annotations

import fcntl
import json
import os
import signal
import subprocess
import sys
import threading
import time
from contextlib import suppress
from pathlib import Path
from tempfile import TemporaryFile
from types import FrameType
from typing import Any, TextIO

EVENTS = "events.ndjson"
ALIVE = "alive"
PATIENCE = 30.0
"""Seconds that a command has to clean up before it is killed."""
MOST_LINE = 20_000
"""Characters of one line of the log that are kept."""
UNRECORDED = {"sweep-cell"}
"""Events that are not kept: they tell only where one of many runs is, and there is one for each cell of each."""
HIDDEN = "***"
"""What stands where a secret stood."""


class Record:
    """The file of events: numbered from 1, each with the seconds since the start."""

    def __init__(self, file: TextIO) -> None:
        self._file = file
        self._began = time.monotonic()
        self._count = 0
        self.secrets: tuple[str, ...] = ()
        """What is not to be seen in any event."""

    def add(self, event: dict[str, Any]) -> None:
        """Write one event; whoever follows the file sees it at once."""
        self._count += 1
        line = {"n": self._count, "at": round(time.monotonic() - self._began, 2), **self._masked(event)}
        self._file.write(json.dumps(line) + "\n")
        self._file.flush()

    def _masked(self, value: Any) -> Any:
        if isinstance(value, str):
            for each in self.secrets:
                value = value.replace(each, HIDDEN)
        elif isinstance(value, dict):
            return {key: self._masked(each) for key, each in value.items()}
        elif isinstance(value, list):
            return [self._masked(each) for each in value]
        return value


def main(folder: Path) -> int:
    """Run the command of the job in ``folder`` to its end."""
    job = json.loads((folder / "job.json").read_text(encoding="utf-8"))
    with private(folder / ALIVE).open("w") as alive, private(folder / EVENTS).open("w", encoding="utf-8") as file:
        fcntl.flock(alive, fcntl.LOCK_EX)  # before the first event: until then a job is taken to be starting
        record = Record(file)
        record.add({"event": "started"})
        ending = Ending()
        told = sys.stdin.read()
        record.secrets = _secrets_in(json.loads(told or "{}"))
        record.add({"event": "ended", **_attend(job["command"], told, record, Path(job["root"]), ending)})
    return 0


def private(path: Path) -> Path:
    """Return a path where there is a file that nobody else may read."""
    path.touch(mode=0o600)
    return path


def _secrets_in(typed: dict[str, str]) -> tuple[str, ...]:
    """Return the values that are secrets, by their names or their look."""
    if not typed:
        return ()
    from nb2prod.rules.secret_texts import values_in

    return values_in(f"{name} = {value!r}" for name, value in typed.items())


class Ending:
    """SIGTERM ends the command that is attended to, also where it comes before the command has started."""

    def __init__(self) -> None:
        self.told = False
        self._process: subprocess.Popen[str] | None = None
        signal.signal(signal.SIGTERM, self._end)
        signal.signal(signal.SIGALRM, self._kill)
        signal.signal(signal.SIGINT, signal.SIG_IGN)

    def watch(self, process: subprocess.Popen[str]) -> None:
        """End this one when told."""
        self._process = process
        if self.told:
            self._pass_on()

    def _end(self, signum: int, frame: FrameType | None) -> None:
        if not self.told:
            self.told = True
            self._pass_on()

    def _pass_on(self) -> None:
        if self._process is not None:
            with suppress(OSError):
                self._process.terminate()
            signal.setitimer(signal.ITIMER_REAL, PATIENCE)

    def _kill(self, signum: int, frame: FrameType | None) -> None:
        if self._process is not None:
            with suppress(OSError):
                os.killpg(self._process.pid, signal.SIGKILL)


def _attend(command: list[str], told: str, record: Record, root: Path, ending: Ending) -> dict[str, Any]:
    """Run the command, which reads ``told``, and return how it ended; ``root`` is the folder that the server shows."""
    with TemporaryFile("w+", encoding="utf-8") as result:
        process = subprocess.Popen(
            [sys.executable, "-P", "-m", "nb2prod", *command],
            stdin=subprocess.PIPE,
            stdout=result,
            stderr=subprocess.PIPE,
            text=True,
            encoding="utf-8",
            errors="replace",
            start_new_session=True,
        )
        ending.watch(process)
        threading.Thread(target=_tell, args=(process.stdin, told), daemon=True).start()
        assert process.stderr is not None
        for line in process.stderr:
            event = _event(line.rstrip("\n")[:MOST_LINE])
            if event["event"] not in UNRECORDED:
                record.add(event)
        code = process.wait()
        result.seek(0)
        printed = _brief(_json(result.read()))
    made = {"repository": contents_path(printed, root)}
    return {"state": _state(code, ending.told), "exit_code": code, "result": printed, **made}


def _tell(stdin: TextIO, told: str) -> None:
    with suppress(OSError, ValueError), stdin:  # a command that has ended reads nothing
        stdin.write(told)


def contents_path(result: dict[str, Any] | None, root: Path) -> str | None:
    """Return where the repository of a result lies, as the contents manager has it; ``None`` where there is none.

    It is not always where it was ordered: what is not proven stands beside.
    """
    place = (result or {}).get("repository")
    if not isinstance(place, str) or not Path(place).is_relative_to(root):
        return None
    return Path(place).relative_to(root).as_posix()


def _event(line: str) -> dict[str, Any]:
    """Return what a line on stderr says: progress where it is JSON, a line of the log otherwise."""
    found = _json(line) if line.startswith("{") else None
    return found if found is not None and "event" in found else {"event": "log", "text": line}


def _json(text: str) -> dict[str, Any] | None:
    try:
        found = json.loads(text)
    except ValueError:
        return None
    return found if isinstance(found, dict) else None


def _brief(result: dict[str, Any] | None) -> dict[str, Any] | None:
    """Return a result with the identifiers of a sweep's runs: they are in the ledger, and here they could be many MB,
    which whoever lists the jobs would get."""
    if result is None or "sweep" not in result:
        return result
    return {**result, "runs": [run["id"] for run in result.get("runs", ())]}


def _state(code: int, cancelled: bool) -> str:
    """Return how a command ended: ``done``, ``cancelled``, or ``failed``, also where it is ``done`` but not proven."""
    if cancelled:
        return "cancelled"
    return "done" if code == 0 else "failed"


if __name__ == "__main__":
    raise SystemExit(main(Path(sys.argv[1])))
