"""A kernel's name goes in; a running kernel comes out, over sockets that nobody else can take, or why there is none."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from nb2prod.errors import Problem, UnusableInput
from nb2prod.runs.failures import plain
from nb2prod.runs.temporary import short_place, temporary_folder

LONGEST_SOCKET = 100
"""Characters of a Unix socket's path: the system's limit is 104 on macOS and 108 on Linux."""


@contextmanager
def kernel_folder() -> Iterator[Path]:
    """Yield a folder that is ours alone, for a kernel's connection file, sockets and log, with a short path."""
    with temporary_folder("kernel", short_place(LONGEST_SOCKET // 2)) as folder:
        yield Path(folder)


def kernel_manager(kernel: str, folder: Path, *, sockets: bool) -> Any:
    """Return a manager whose kernel is reached by ``sockets`` in ``folder``, or else by TCP ports.

    Ports are chosen, freed and then taken by the kernel, so that another kernel may take one in between; paths in a
    folder of our own have no such race.
    """
    from jupyter_client.manager import AsyncKernelManager

    name = folder / ("s" if sockets else "t")
    options = {"transport": "ipc", "ip": str(name)} if sockets else {}
    return AsyncKernelManager(kernel_name=kernel, connection_file=f"{name}.json", **options)


def can_use_sockets(kernel: str, folder: Path) -> bool:
    """Say whether the kernel runs on this machine as a process of ours, and the path is short enough."""
    from jupyter_client.kernelspec import KernelSpecManager

    if sys.platform == "win32" or len(str(folder / "s-5")) > LONGEST_SOCKET:
        return False
    metadata = KernelSpecManager().get_kernel_spec(kernel).metadata
    provisioner = metadata.get("kernel_provisioner", {}).get("provisioner_name", "local-provisioner")
    return bool(provisioner == "local-provisioner")


def not_started(kernel: str, why: str, log: Path) -> UnusableInput:
    """Return the error for a kernel that did not come up; ``log`` has what it wrote."""
    said = plain(log.read_text(encoding="utf-8", errors="replace")).strip().splitlines()[-5:] if log.exists() else []
    details = "".join(f"\n    {line[:300]}" for line in said)
    return UnusableInput(
        Problem(
            f"the kernel {kernel!r} does not start: {why}{details}",
            "--kernel",
            "Install ipykernel in its environment, or name another kernel.",
        )
    )
