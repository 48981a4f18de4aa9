"""What a kernel has run since it was started, and whether a copy of its process can be asked. Needs nothing else."""

# ruff: noqa: PTH109, PTH113, PTH118, PTH123, PTH204
from __future__ import annotations

import contextlib
import json
import os
import sys
import threading
from typing import Any

UNFIT = {
    "cudf": "GPU memory",
    "cupy": "GPU memory",
    "dask.distributed": "connections",
    "jax": "threads",
    "polars": "threads",
    "pyspark": "connections",
    "ray": "connections",
    "tensorflow": "threads",
}
"""Libraries and what they hold that a copy of the process cannot go on with."""
CLOCK = 2.0
"""Seconds by which a process may have been started before the system says that it was: it keeps whole ones."""


def standing() -> str:
    """Return, as JSON: ``ran`` (every input, in order), ``raised`` (the numbers of those that did, ``null`` where this
    IPython does not keep them), ``folder``, ``since`` (when the kernel was started, in seconds since 1970), and
    ``unfit`` (why a copy of the process cannot be asked)."""
    from IPython import get_ipython

    history = get_ipython().history_manager
    exceptions = getattr(history, "exceptions", None)
    since = _started()
    said = {
        "ran": list(history.input_hist_raw[1:]),
        "raised": None if exceptions is None else sorted(exceptions),
        "folder": os.path.realpath(os.getcwd()),
        "since": since,
        "unfit": [*unfit(), *_changed_modules(since)],
    }
    return json.dumps(said)


def _started() -> float:
    try:
        import psutil  # ipykernel needs it as well

        return float(psutil.Process().create_time())
    except Exception:
        return 0.0


def unfit() -> list[str]:
    """Return why a copy of this process could not go on with what the process has."""
    if not sys.platform.startswith("linux"):
        return ["processes can be copied safely on Linux only"]
    found = [
        f"`{name}` is loaded, and its {what} would be lost in a copy of the process"
        for name, what in UNFIT.items()
        if name in sys.modules
    ]
    cuda = getattr(sys.modules.get("torch"), "cuda", None)
    if cuda is not None and cuda.is_initialized():
        found.append("PyTorch holds memory of a GPU, which a copy of the process does not have")
    threads = [each.name for each in threading.enumerate() if _is_of_the_notebook(each)]
    found += [f"a thread of the notebook's own is running, `{name}`" for name in threads]
    with contextlib.suppress(Exception):
        found += _open_ends()
    return found


def _is_of_the_notebook(thread: threading.Thread) -> bool:
    target = getattr(thread, "_target", None)
    return "__main__" in (getattr(target, "__module__", ""), type(thread).__module__)


def _open_ends() -> list[str]:
    """Return the files of the notebook's folder that are open, and the connections: a copy would share them."""
    import psutil
    from ipykernel.connect import get_connection_info

    known: Any = get_connection_info(unpack=True)
    own = {port for name, port in known.items() if name.endswith("_port")}
    process, here = psutil.Process(), os.path.join(os.path.realpath(os.getcwd()), "")
    files = [each.path for each in process.open_files() if each.path.startswith(here)]
    found = [f"the file {os.path.relpath(path)} is open" for path in files]
    listing = getattr(process, "net_connections", process.connections)
    for each in listing(kind="tcp"):
        if each.status == "ESTABLISHED" and each.raddr and not own & {each.laddr.port, each.raddr.port}:
            found.append(f"a connection to {each.raddr.ip}, port {each.raddr.port}, is open")
    return found


def _changed_modules(since: float) -> list[str]:
    """Return the modules beside the notebook whose files are not what was imported."""
    here = os.path.join(os.path.realpath(os.getcwd()), "")
    found = []
    for module in list(sys.modules.values()):
        path = os.path.realpath(getattr(module, "__file__", None) or "/")
        is_own = path.startswith(here) and path.endswith(".py") and os.path.isfile(path)
        if is_own and _is_changed(path, getattr(module, "__cached__", None) or "", since):
            found.append(f"{os.path.relpath(path)} was changed since it was imported")
    return sorted(found)


def _is_changed(path: str, compiled: str, since: float) -> bool:
    """Say whether a source is another than the one that was compiled; PEP 552 says where its time stands."""
    with contextlib.suppress(OSError):
        with open(compiled, "rb") as file:
            head = file.read(12)
        if head[4:8] == b"\0\0\0\0":
            return int.from_bytes(head[8:12], "little") != int(os.path.getmtime(path)) & 0xFFFFFFFF
    return since > 0 and os.path.getmtime(path) > since + CLOCK
