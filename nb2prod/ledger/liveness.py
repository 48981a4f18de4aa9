"""Who does a run, to whether he is gone: a process by its number and start, another machine's by its silence."""

from __future__ import annotations

import os
import socket
from functools import lru_cache
from pathlib import Path

import psutil

from nb2prod.ledger.model import Owner

BEAT_SECONDS = 5.0
"""Between two signs of life."""
SILENT_SECONDS = 60.0
"""After which somebody counts as gone who cannot be looked for: twelve signs of life that did not come."""

SILENT_ALIVE_SECONDS = 300.0
"""After which a run counts as given up whose process is alive on this machine: sixty signs of life that did not come.
A Jupyter kernel lives on for days after a run whose end it could not record."""


def this_process() -> Owner:
    """Return the process that asks."""
    return Owner(socket.gethostname(), os.getpid(), _start(os.getpid()), process_space())


def why_gone(owner: Owner, silence: float) -> str:
    """Return why the owner of a run counts as gone; empty where he does not.

    ``silence`` is in seconds since his last sign of life, by the ledger's own clock. One that is much less than
    nothing says that this clock was set back since then, and is as good as none.
    """
    if owner.space and owner.space == process_space():
        if not lives_here(owner):
            return f"its process {owner.pid} on {owner.host} is gone"
        if silence <= SILENT_ALIVE_SECONDS:
            return ""
        return f"nothing was heard of it for {silence:.0f} s, though its process {owner.pid} on {owner.host} is alive"
    if abs(silence) <= SILENT_SECONDS:
        return ""
    return f"nothing was heard of process {owner.pid} on {owner.host} for {abs(silence):.0f} s"


def lives_here(owner: Owner | None) -> bool:
    """Say whether a process is alive, and can be looked for from here."""
    return owner is not None and owner.space == process_space() != "" and _start(owner.pid) == owner.started


@lru_cache(maxsize=1)
def process_space() -> str:
    """Return which processes a number is among, alike for those that see each other; empty where nobody can say."""
    try:
        boot = Path("/proc/sys/kernel/random/boot_id").read_text(encoding="ascii").strip()
        return f"{boot}/{Path('/proc/self/ns/pid').stat().st_ino}"
    except OSError:
        return f"{socket.gethostname()}/{os.uname().version}" if hasattr(os, "uname") else socket.gethostname()


def _start(pid: int) -> str:
    """Return when a process started, by the machine's own count since it did; empty where it is gone, or has ended
    and only waits for its parent to ask how."""
    stat = Path(f"/proc/{pid}/stat")
    try:
        fields = stat.read_text(encoding="utf-8", errors="replace").rpartition(")")[2].split()
    except OSError:
        if Path("/proc/self/stat").exists():
            return ""
        return _start_by_psutil(pid)
    return "" if fields[0] in "ZX" else fields[19]  # proc(5): state, and 19 further on starttime, in ticks since boot


def _start_by_psutil(pid: int) -> str:
    try:
        process = psutil.Process(pid)
        return "" if process.status() == psutil.STATUS_ZOMBIE else str(process.create_time())
    except psutil.Error:
        return ""
