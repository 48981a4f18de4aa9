"""A kernel that somebody works in, for the tests that ask it."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import nbformat
from jupyter_client.blocking.client import BlockingKernelClient
from jupyter_client.connect import write_connection_file

PATIENCE = 120
"""Seconds for one cell."""


@dataclass
class Worker:
    """Somebody who works in a notebook with a kernel that runs."""

    name: str
    """The connection file."""
    folder: Path
    variables: dict[str, str]
    last: dict[str, Any] = field(default_factory=dict)

    def starts(self) -> None:
        """Start the kernel."""
        command = [sys.executable, "-m", "ipykernel_launcher", "-f", self.name]
        quiet = subprocess.DEVNULL
        self.process = subprocess.Popen(command, cwd=self.folder, env=self.variables, stdout=quiet, stderr=quiet)
        self.client = BlockingKernelClient(connection_file=self.name)
        self.client.load_connection_file()
        self.client.start_channels(shell=True, iopub=False, stdin=False, hb=False, control=False)

    def stops(self) -> None:
        """End the kernel."""
        self.client.stop_channels()
        self.process.kill()
        self.process.wait()

    def restarts(self) -> None:
        """Restart the kernel."""
        self.stops()
        self.starts()

    def runs(self, *sources: str) -> None:
        """Run inputs as JupyterLab does."""
        for source in sources:
            self.last = self._reply(self.client.execute(source))

    def gives(self, expression: str) -> str:
        """Return what an expression gives, without a trace."""
        asked = {"it": expression}
        found = self._reply(self.client.execute("", silent=True, user_expressions=asked))["user_expressions"]["it"]
        return str(found["data"]["text/plain"])

    def _reply(self, message: str) -> dict[str, Any]:
        while True:
            reply = self.client.shell_channel.get_msg(timeout=PATIENCE)
            if reply["parent_header"].get("msg_id") == message:
                return dict(reply["content"])


@contextmanager
def worker_in(folder: Path, **variables: str) -> Iterator[Worker]:
    """Start a kernel in a folder, and end it."""
    name, _ = write_connection_file(str(folder / "kernel-of-the-tests.json"))
    worker = Worker(name, folder, {**os.environ, **variables})
    worker.starts()
    try:
        yield worker
    finally:
        worker.stops()


def sources_of(path: Path) -> list[str]:
    """Return the sources of a notebook's code cells."""
    return [cell.source for cell in nbformat.read(path, as_version=4).cells if cell.cell_type == "code"]
