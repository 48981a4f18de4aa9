"""The service as processes of its own, as ``make run`` starts it."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, NamedTuple

from {{ cookiecutter.package }}.files import ROOT


class Service(NamedTuple):
    """A service that runs."""

    process: subprocess.Popen[bytes]
    port: int
    log: Path


@contextmanager
def service(log: Path, **settings: Any) -> Iterator[Service]:
    """Run the service, its log in a file."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    environment = {**os.environ, "PORT": str(port), **{name: str(value) for name, value in settings.items()}}
    command = [sys.executable, "-m", "{{ cookiecutter.package }}.service"]
    with log.open("wb") as output, subprocess.Popen(
        command, cwd=ROOT, env=environment, stdout=output, stderr=output
    ) as process:
        try:
            wait_for(log, b"Ready after", settings.get("WORKERS", 1))
            wait_for(log, b"Uvicorn running on", 1)
            yield Service(process, port, log)
            process.terminate()
            process.wait(60)
        finally:
            process.kill()


def wait_for(log: Path, words: bytes, times: int, seconds: int = 120) -> None:
    """Wait until the log has said something so often."""
    for _ in range(50 * seconds):
        if log.read_bytes().count(words) >= times:
            return
        time.sleep(0.02)
    raise TimeoutError(f"{words.decode()!r} is not {times} times in the log: {log.read_text()[-5000:]}")


def refused(**settings: Any) -> list[str]:
    """Run the service with settings that make no sense; give the lines in which it says so."""
    environment = {**os.environ, **{name: str(value) for name, value in settings.items()}}
    command = [sys.executable, "-m", "{{ cookiecutter.package }}.service"]
    done = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, timeout=120)
    assert done.returncode == 2, done.stderr
    assert "Traceback" not in done.stdout + done.stderr
    return [line for line in done.stderr.splitlines() if not line.startswith(("INFO:", "ERROR:"))]
