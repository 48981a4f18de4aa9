"""What a kernel knows of itself to the notebook that it runs, where the frontend says which."""

from __future__ import annotations

import json
import os
import time
import urllib.parse
import urllib.request
from collections.abc import Iterator, Mapping
from contextlib import suppress
from pathlib import Path
from typing import Any

from nb2prod.workflows.as_ran import Document

VS_CODE = "__vsc_ipynb_file__"
"""A variable that VS Code sets to the path."""
SESSION = "JPY_SESSION_NAME"
"""An environment variable that Jupyter servers of version 2 and newer set to the path, when they start a kernel."""
PATIENCE = 2.0
"""Seconds for a server on the same machine, and for Colab's page."""
ASK = 'say which: readiness("path/of/notebook.ipynb")'


def find_notebook(namespace: Mapping[str, Any], connection: str = "") -> Path | None:
    """Return the notebook that the kernel runs, ``None`` where nobody says.

    ``namespace`` are the user's variables, ``connection`` is the kernel's connection file. A notebook that was renamed
    since its kernel started is looked up on the Jupyter servers of this user that run on this machine.
    """
    for said in (namespace.get(VS_CODE), os.environ.get(SESSION)):
        if isinstance(said, str) and said.endswith(".ipynb") and Path(said).is_file():
            return Path(said)
    kernel = Path(connection).stem.removeprefix("kernel-")
    return next(_on_servers(kernel), None) if kernel else None


def _on_servers(kernel: str) -> Iterator[Path]:
    """Yield the notebooks that local servers have for a kernel, by its id."""
    from jupyter_core.paths import jupyter_runtime_dir

    files = sorted(Path(jupyter_runtime_dir()).glob("jpserver-*.json"))
    for file in files:
        with suppress(OSError, ValueError, KeyError, TypeError, AttributeError):
            server = json.loads(file.read_text(encoding="utf-8"))
            for session in _sessions(server):
                if session["kernel"]["id"] == kernel and session["type"] == "notebook":
                    path = Path(server["root_dir"], session["path"])
                    if path.is_file():
                        yield path


def _sessions(server: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Return the open notebooks of a server. Raises ``OSError`` or ``ValueError`` where it does not say."""
    address = urllib.parse.urljoin(server["url"], "api/sessions")
    request = urllib.request.Request(address, headers={"Authorization": f"token {server['token']}"})
    direct = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    with direct.open(request, timeout=PATIENCE) as answer:
        found: list[dict[str, Any]] = json.load(answer)
    return found


def is_colab(modules: Mapping[str, Any]) -> bool:
    """Say whether this is Colab, which has no file and hands the notebook over instead."""
    return "google.colab" in modules


def colab_document(modules: Mapping[str, Any]) -> Document | None:
    """Return the notebook as Colab's page has it, ``None`` where the page does not answer.

    To be asked in the main thread, while a cell runs.
    """
    from nb2prod.notebook.read import upgraded  # late, as nobody else here needs it

    try:
        from_page = modules["google.colab"]._message
        answer = from_page.blocking_request("get_ipynb", request="", timeout_sec=PATIENCE)
        content = upgraded(dict(answer["ipynb"]))
    except Exception:  # what it raises is nowhere said
        return None
    name = str(content.get("metadata", {}).get("colab", {}).get("name") or "notebook.ipynb")
    return Document(Path(name), content, time.time())
