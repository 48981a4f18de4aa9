"""A kernel and what shows its widgets: it runs cells, keeps what comes over comms, and presses buttons."""

from __future__ import annotations

import os
import queue
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from jupyter_client.blocking.client import BlockingKernelClient
from jupyter_client.connect import write_connection_file

PATIENCE = 60.0
ROOT = Path(__file__).parents[2]


@dataclass
class Frontend:
    """One page."""

    client: BlockingKernelClient
    pid: int = 0
    """The kernel's."""
    shown: list[dict[str, Any]] = field(default_factory=list)
    """The mimebundles of the results of cells."""
    errors: list[str] = field(default_factory=list)
    printed: str = ""
    models: dict[str, dict[str, Any]] = field(default_factory=dict)
    """The states of widgets that are open, by their ids."""

    def runs(self, source: str, cell: str = "") -> None:
        """Run a cell and wait until it has ended."""
        content = {"code": source, "silent": False, "store_history": True, "allow_stdin": False}
        metadata = {"cellId": cell} if cell else {}
        message = self.client.session.msg("execute_request", content, metadata=metadata)
        self.client.shell_channel.send(message)
        asked = message["header"]["msg_id"]
        self._take_in(lambda it: it["msg_type"] == "status" and it["content"]["execution_state"] == "idle"
                      and it["parent_header"].get("msg_id") == asked)  # fmt: skip

    def presses(self, words: str) -> None:
        """Press a button by what is written on it, once it can be pressed."""
        (name,) = [name for name, state in self.models.items() if state.get("description") == words]
        self.waits(lambda: not self.models[name].get("disabled"))
        self._sends(name, {"method": "custom", "content": {"event": "click"}})

    def types(self, words: str, text: str) -> None:
        """Type into a field by its label."""
        (name,) = [name for name, state in self.models.items() if state.get("description") == words]
        self._sends(name, {"method": "update", "state": {"value": text}, "buffer_paths": []})

    def interrupts(self) -> None:
        """Interrupt the kernel, as the button in the toolbar does."""
        os.kill(self.pid, signal.SIGINT)

    @property
    def listed(self) -> dict[str, Any]:
        """The state of the list that is open."""
        (state,) = [state for state in self.models.values() if state.get("_model_name") == "AnyModel"]
        return state

    def waits(self, condition: Callable[[], bool], seconds: float = PATIENCE) -> None:
        """Wait until what has come makes something so."""
        until = time.monotonic() + seconds
        while not condition():
            assert time.monotonic() < until, "it does not come"
            try:
                self._note(self.client.get_iopub_msg(timeout=0.2))
            except queue.Empty:
                continue

    def _sends(self, comm: str, data: dict[str, Any]) -> None:
        message = self.client.session.msg("comm_msg", {"comm_id": comm, "data": data})
        self.client.shell_channel.send(message)

    def _take_in(self, last: Callable[[dict[str, Any]], bool]) -> None:
        until = time.monotonic() + PATIENCE
        while time.monotonic() < until:
            message = self.client.get_iopub_msg(timeout=PATIENCE)
            self._note(message)
            if last(message):
                return
        raise AssertionError("the cell does not end")

    def _note(self, message: dict[str, Any]) -> None:
        kind, content = message["msg_type"], message["content"]
        if kind == "execute_result":
            self.shown.append(content["data"])
        elif kind == "error":
            self.errors.append("\n".join(content["traceback"]))
        elif kind == "stream":
            self.printed += content["text"]
        elif kind == "comm_open":
            self.models[content["comm_id"]] = dict(content["data"]["state"])
        elif kind == "comm_close":
            self.models.pop(content["comm_id"], None)
        elif kind == "comm_msg" and content["data"].get("method") == "update":
            self.models[content["comm_id"]].update(content["data"]["state"])


@contextmanager
def frontend(folder: Path, notebook: str = "") -> Iterator[Frontend]:
    """Start a kernel, told as Jupyter tells it which notebook it runs, and a page before it."""
    home = tempfile.mkdtemp()  # not in the folder, whose open files would keep the long checks from being made
    connection, _ = write_connection_file(str(folder / "kernel-test.json"))
    variables = {**os.environ, "PYTHONPATH": str(ROOT), "IPYTHONDIR": home}
    variables.pop("JPY_SESSION_NAME", None)
    if notebook:
        variables["JPY_SESSION_NAME"] = str(folder / notebook)
    command = [sys.executable, "-m", "ipykernel_launcher", "-f", connection]
    quiet = subprocess.DEVNULL
    process = subprocess.Popen(command, cwd=folder, env=variables, stdout=quiet, stderr=quiet)
    client = BlockingKernelClient(connection_file=connection)
    client.load_connection_file()
    client.start_channels(stdin=False, hb=False, control=False)
    try:
        client.wait_for_ready(timeout=PATIENCE)
        yield Frontend(client, process.pid)
    finally:
        client.stop_channels()
        process.kill()
        process.wait()
        shutil.rmtree(home)
