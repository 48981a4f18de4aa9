"""A JupyterLab server of its own, and a browser that reaches nothing else."""

from __future__ import annotations

import json
import os
import secrets
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

FLAGS = [
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
    "--no-default-browser-check",
    "--disable-features=Translate,OptimizationHints,MediaRouter,AutofillServerCommunication",
    "--password-store=basic",
    "--disable-dev-shm-usage",
    "--disable-gpu",
    # not page.route: it would stall every request while the test's Python sleeps
    "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1",
]
PATIENCE = 60.0
"""Seconds for the server to answer."""


@dataclass
class Lab:
    """A running server."""

    url: str
    token: str
    root: Path
    home: Path
    port: int
    process: subprocess.Popen[bytes]

    def address(self, path: str, app: str = "lab/tree") -> str:
        """Return where a notebook is seen, in a fresh workspace."""
        reset = "reset&" if app.startswith("lab") else ""
        return f"{self.url}/{app}/{path}?{reset}token={self.token}"

    def stop(self) -> None:
        """Stop the server, as somebody who closes the terminal."""
        self.process.terminate()
        try:
            self.process.wait(20)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()

    def start(self) -> None:
        """Start it again, at the same address."""
        self.process = _server(self.home, self.root, self.port, self.token)


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@contextmanager
def running_lab(home: Path, settings: dict[str, Any] | None = None) -> Iterator[Lab]:
    """Run a server with settings, and with nothing of the user's."""
    root = home / "root"
    root.mkdir()
    overrides = {"@jupyterlab/apputils-extension:notification": {"fetchNews": "false"}, **(settings or {})}
    (home / "labconfig").mkdir(exist_ok=True)
    (home / "labconfig" / "default_setting_overrides.json").write_text(json.dumps(overrides))
    port, token = free_port(), secrets.token_hex(16)
    lab = Lab(f"http://127.0.0.1:{port}", token, root, home, port, _server(home, root, port, token))
    try:
        yield lab
    finally:
        lab.stop()


def _server(home: Path, root: Path, port: int, token: str) -> subprocess.Popen[bytes]:
    variables = {
        "JUPYTER_CONFIG_DIR": home / "config",
        "JUPYTER_DATA_DIR": home / "data",
        "JUPYTER_RUNTIME_DIR": home / "runtime",
        "IPYTHONDIR": home / "ipython",
        "JUPYTER_CONFIG_PATH": home,
        "JUPYTERLAB_SETTINGS_DIR": home / "settings",
        "JUPYTERLAB_WORKSPACES_DIR": home / "workspaces",
    }
    command = [
        # not "-m jupyter lab", which looks for jupyter-lab on PATH, maybe that of another environment
        os.environ.get("NB2PROD_LAB_PYTHON", sys.executable),
        *("-m", "jupyterlab", "--no-browser", "--allow-root", "--ServerApp.ip=127.0.0.1"),
        *(f"--ServerApp.port={port}", "--ServerApp.port_retries=0", f"--IdentityProvider.token={token}"),
        *(f"--ServerApp.root_dir={root}", "--LabApp.news_url=None", "--LabApp.extension_manager=readonly"),
        "--LabApp.check_for_updates_class=jupyterlab.NeverCheckForUpdate",
        *("--LabApp.expose_app_in_browser=True", "--JupyterNotebookApp.expose_app_in_browser=True"),
    ]
    with (home / "server.log").open("ab") as log:
        process = subprocess.Popen(
            command,
            stdout=log,
            stderr=log,
            cwd=root,
            env={**os.environ, **{name: str(value) for name, value in variables.items()}},
        )
    deadline = time.monotonic() + PATIENCE
    while time.monotonic() < deadline:
        if process.poll() is not None:
            raise RuntimeError((home / "server.log").read_text()[-3000:])
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{port}/api", timeout=2):
                return process
        except OSError:
            time.sleep(0.1)
    process.kill()
    raise RuntimeError(f"JupyterLab does not answer: {(home / 'server.log').read_text()[-3000:]}")
