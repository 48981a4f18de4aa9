"""Workers as processes of this machine, each with its share of the processors."""

from __future__ import annotations

import contextlib
import os
import secrets
import signal
import subprocess
import sys
from collections.abc import Iterator, Sequence

from nb2prod.runs.killing import kill_with_all_it_started
from nb2prod.runs.temporary import clear
from nb2prod.workflows.sweeping.cores import shares, thread_variables, usable_cores
from nb2prod.workflows.sweeping.crews import WORKER, Process, Seat


class LocalCrew:
    """The processors of this machine."""

    def __init__(self, workers: int | None = None) -> None:
        """Have so many workers; as many as there are processors to use if not given."""
        self._cores = usable_cores()
        self.count = workers or len(self._cores)
        self._marks: list[str] = []

    def together(self, runs: int) -> Sequence[Seat]:
        """Return one seat for all."""
        return (Seat(self._cores, self.count),)

    def apart(self, runs: int) -> Sequence[Seat]:
        """Return a seat for each worker."""
        return tuple(Seat(cores) for cores in shares(self._cores, self.count)[:runs])

    def start(self, seat: Seat, line: bytes) -> Process:
        """Start a process."""
        # as many threads for each run, whoever does it: the last digits of a result depend on that
        threads = thread_variables(max(1, len(self._cores) // self.count), os.environ)
        mark = secrets.token_hex(4)
        self._marks.append(mark)
        process = subprocess.Popen(
            [sys.executable, "-m", WORKER, mark],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            env={**os.environ, **threads},
            start_new_session=True,  # Ctrl-C is for us, and we tell them
        )
        started = LocalProcess(process, mark)
        started.say(line)
        return started

    def clear(self) -> None:
        """Remove what kernels that outlived a killed worker for a moment have still written."""
        for mark in self._marks:
            clear(mark)


class LocalProcess:
    """A process of this machine."""

    def __init__(self, process: subprocess.Popen[bytes], mark: str) -> None:
        """``mark`` is in the names of its temporary folders."""
        self._process, self._mark = process, mark

    def lines(self) -> Iterator[bytes]:
        """Yield what it writes."""
        assert self._process.stdout is not None
        yield from self._process.stdout

    def say(self, line: bytes) -> None:
        """Write to it; one that is gone already is seen by :meth:`ended`."""
        assert self._process.stdin is not None
        with contextlib.suppress(OSError):
            self._process.stdin.write(line)
            self._process.stdin.flush()

    def waits(self) -> bool:
        """Return that it was started at once."""
        return False

    def ended(self) -> str | None:
        """Return how it has ended."""
        code = self._process.poll()
        return None if code is None else how_ended(code)

    def interrupt(self) -> None:
        """Send it what Ctrl-C does."""
        with contextlib.suppress(OSError):
            self._process.send_signal(signal.SIGINT)

    def kill(self) -> None:
        """Kill it, and wait until it is gone."""
        kill_with_all_it_started(self._process.pid)
        self._process.wait()

    def close(self) -> None:
        """Close its pipes, and remove the folders that it was killed over: the rows and objects of a run among them."""
        for pipe in (self._process.stdin, self._process.stdout):
            if pipe is not None:
                with contextlib.suppress(OSError):
                    pipe.close()
        if self._process.poll():
            clear(self._mark)


def how_ended(code: int) -> str:
    """Return in words how a process ended; nothing where all was well."""
    return "" if code == 0 else f"signal {-code}" if code < 0 else f"exit status {code}"
