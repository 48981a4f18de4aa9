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

HERE = Path(__file__).parents[2]
BUILT = HERE / "labextension" / "built"
"""The extension of this clone; where it is not built, the one that is installed is shown."""
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

    port: int
    token: str
    root: Path
    home: Path
    python: str

    @property
    def url(self) -> str:
        """Where it answers."""
        return f"http://127.0.0.1:{self.port}"

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
        self.process = _server(self)


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@contextmanager
def running_lab(
    home: Path, settings: dict[str, Any] | None = None, server_part: bool = True, python: str = ""
) -> Iterator[Lab]:
    """Run a server of an environment, with settings and with nothing of the user's; with our part of it, or without."""
    root = home / "root"
    root.mkdir()
    overrides = {"@jupyterlab/apputils-extension:notification": {"fetchNews": "false"}, **(settings or {})}
    (home / "labconfig").mkdir(exist_ok=True)
    (home / "labconfig" / "default_setting_overrides.json").write_text(json.dumps(overrides))
    enabled = {"ServerApp": {"jpserver_extensions": {"nb2prod": server_part}}}
    (home / "jupyter_server_config.d").mkdir()
    (home / "jupyter_server_config.d" / "nb2prod.json").write_text(json.dumps(enabled))
    (home / "share" / "labextensions").mkdir(parents=True)
    if BUILT.is_dir():
        (home / "share" / "labextensions" / "nb2prod").symlink_to(BUILT)
    lab = Lab(free_port(), secrets.token_hex(16), root, home, python or sys.executable)
    lab.start()
    try:
        yield lab
    finally:
        lab.stop()


def _server(lab: Lab) -> subprocess.Popen[bytes]:
    home, root, port = lab.home, lab.root, lab.port
    variables = {
        "JUPYTER_CONFIG_DIR": home / "config",
        "JUPYTER_DATA_DIR": home / "data",
        "JUPYTER_RUNTIME_DIR": home / "runtime",
        "IPYTHONDIR": home / "ipython",
        "JUPYTER_CONFIG_PATH": home,
        "JUPYTER_PATH": home / "share",
        "PYTHONPATH": HERE,
        "JUPYTERLAB_SETTINGS_DIR": home / "settings",
        "JUPYTERLAB_WORKSPACES_DIR": home / "workspaces",
    }
    command = [
        # not "-m jupyter lab", which looks for jupyter-lab on PATH, maybe that of another environment
        lab.python,
        *("-m", "jupyterlab", "--no-browser", "--allow-root", "--ServerApp.ip=127.0.0.1"),
        *(f"--ServerApp.port={port}", "--ServerApp.port_retries=0", f"--IdentityProvider.token={lab.token}"),
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
