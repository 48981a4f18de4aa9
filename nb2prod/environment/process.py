"""Child processes that never outlive their purpose: a command in, its exit code and its words out."""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
import tempfile
import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

GRACE_SECONDS = 5.0
"""Between asking a process to end and ending it."""

KEPT_BYTES = 1_000_000
"""Of each stream; a training that prints a line a step must not fill our memory."""


@dataclass(frozen=True)
class Finished:
    """How a child process ended."""

    code: int
    stdout: str
    stderr: str
    seconds: float
    timed_out: bool = False
    processor_seconds: float = 0.0
    """What it and those that it waited for took of the processors, however busy they were with others."""

    @property
    def ok(self) -> bool:
        """Whether it ended by itself with exit code 0."""
        return self.code == 0 and not self.timed_out

    def complaint(self, lines: int = 12) -> str:
        """Return the last ``lines`` lines of what it said on its way out, or its exit code if it said nothing."""
        said = (self.stderr.strip() or self.stdout.strip()).splitlines()[-lines:]
        if self.timed_out:
            return "\n".join([f"not finished after {self.seconds:.0f} s", *said])
        if said:
            return "\n".join(said)
        return f"ended with {_spoken(self.code)} and said nothing"


def run(
    command: Sequence[str], *, cwd: Path, env: Mapping[str, str] | None = None, timeout: float | None = None
) -> Finished:
    """Run ``command`` to its end or for ``timeout`` seconds, and end whatever it leaves running."""
    began, taken = time.monotonic(), _children()
    with tempfile.TemporaryFile() as stdout, tempfile.TemporaryFile() as stderr:
        timed_out = False
        with started(command, cwd=cwd, env=env, stdout=stdout.fileno(), stderr=stderr.fileno()) as process:
            try:
                process.wait(timeout)
            except subprocess.TimeoutExpired:
                timed_out = True
        return Finished(
            code=process.returncode,
            stdout=tail(stdout.fileno()),
            stderr=tail(stderr.fileno()),
            seconds=time.monotonic() - began,
            timed_out=timed_out,
            processor_seconds=_children() - taken,
        )


@contextlib.contextmanager
def started(
    command: Sequence[str], *, cwd: Path, env: Mapping[str, str] | None, stdout: int, stderr: int
) -> Iterator[subprocess.Popen[bytes]]:
    """Start ``command`` in a process group of its own, and end the whole group when the block is left.

    The streams go to files and not to pipes: a worker that outlives its parent would keep a pipe open.
    """
    process = subprocess.Popen(
        list(command),
        cwd=cwd,
        env=None if env is None else dict(env),
        stdin=subprocess.DEVNULL,
        stdout=stdout,
        stderr=stderr,
        start_new_session=True,
    )
    try:
        yield process
    finally:
        stop(process)


def stop(process: subprocess.Popen[bytes]) -> None:
    """End ``process`` and everything in its group: politely, then not."""
    if process.poll() is None:
        _signal(process, signal.SIGTERM)
        try:
            process.wait(GRACE_SECONDS)
        except subprocess.TimeoutExpired:
            pass
        except BaseException:  # a second Ctrl-C while waiting must not leave it running
            _signal(process, signal.SIGKILL)
            raise
    _signal(process, signal.SIGKILL)
    process.wait()


def tail(descriptor: int) -> str:
    """Return the end of an open file as text."""
    size = os.fstat(descriptor).st_size
    return os.pread(descriptor, KEPT_BYTES, max(0, size - KEPT_BYTES)).decode("utf-8", "replace")


def _children() -> float:
    """Return the processors' seconds of all child processes that have ended."""
    times = os.times()
    return times.children_user + times.children_system


def _signal(process: subprocess.Popen[bytes], number: signal.Signals) -> None:
    with contextlib.suppress(ProcessLookupError, PermissionError):
        os.killpg(process.pid, number)


def _spoken(code: int) -> str:
    return f"signal {signal.Signals(-code).name}" if code < 0 else f"exit code {code}"
