"""A process goes in; what it and its descendants use comes out, and it is ended where that is more than it may."""

from __future__ import annotations

import contextlib
import threading
from pathlib import Path
from time import monotonic

import psutil

from nb2prod.runs.model import Usage

CLOSELY = 0.05
"""Seconds between two looks where there is a ceiling."""
LOOSELY = 0.25
"""Seconds between two looks where there is none: Linux keeps a process's peak itself."""
GROWN = 1.05
"""By how much a sum must have grown for shared pages to be told apart again, which takes milliseconds a gigabyte."""
PROC = Path("/proc")


class Watch(threading.Thread):
    """Looks at a process and its descendants until it is told to end; kills them all above ``ceiling`` bytes."""

    def __init__(self, pid: int, ceiling: int | None = None) -> None:
        super().__init__(name=f"nb2prod-watch-{pid}", daemon=True)
        self.ceiling = ceiling
        self.crossed: int | None = None
        """How many bytes it had when it was killed for them."""
        self._pid = pid
        self._known: dict[int, psutil.Process] = {}
        self._peak = 0
        self._cpu = 0.0
        self._looked_at = 0.0
        self._told_apart = 0
        self._told_apart_at = 0.0
        self._ended = threading.Event()
        self._one_at_a_time = threading.Lock()

    @property
    def usage(self) -> Usage:
        """What has been used until the last look."""
        return Usage(self._peak, self._cpu)

    def recent(self) -> Usage:
        """What has been used until a moment ago."""
        return self.usage if monotonic() - self._looked_at < CLOSELY else self.look()

    def run(self) -> None:
        """Look from time to time."""
        while not self._ended.wait(CLOSELY if self.ceiling is not None else LOOSELY):
            self.look()

    def look(self) -> Usage:
        """Look now. Where the process is gone, what was known of it stays."""
        with self._one_at_a_time:
            self._looked_at = monotonic()
            processes = self._processes()
            self._cpu = max(self._cpu, sum(map(_cpu, processes)))
            memory = self._memory(processes)
            self._peak = max(self._peak, memory, _highest(self._pid) if processes else 0)
            if self.ceiling is not None and memory > self.ceiling and self.crossed is None:
                self.crossed = memory
                _kill(processes)
        return self.usage

    def end(self) -> Usage:
        """Look for the last time and end the thread."""
        used = self.look()
        self._ended.set()
        if self.is_alive():
            self.join()
        return used

    def _processes(self) -> list[psutil.Process]:
        """Return the process and its descendants, the process first; none where it is gone."""
        pids = [self._pid]
        for pid in pids:
            pids += [child for child in _children(pid) if child not in pids]
        found = []
        for pid in pids:
            with contextlib.suppress(psutil.Error):
                known = self._known.get(pid)
                if known is None or not known.is_running():
                    known = psutil.Process(pid)
                found.append(known)
        self._known = {process.pid: process for process in found}
        return found if self._pid in self._known else []

    def _memory(self, processes: list[psutil.Process]) -> int:
        """Return the bytes that are resident; of several processes, what they share counts once."""
        total = sum(map(_resident, processes))
        bound = min(self._peak, self.ceiling or self._peak)
        if len(processes) < 2 or total <= bound:
            return total
        now = monotonic()
        if total < self._told_apart * GROWN and now - self._told_apart_at < 1:
            return 0  # as it was when it was told apart, and that was no peak
        self._told_apart, self._told_apart_at = total, now
        return sum(map(_proportional, processes))


def _children(pid: int) -> list[int]:
    """Return the children's ids. Linux has them in a file for each thread; elsewhere all processes are looked at."""
    try:
        threads = list((PROC / str(pid) / "task").iterdir())
        return [int(child) for thread in threads for child in (thread / "children").read_text().split()]
    except OSError:
        with contextlib.suppress(psutil.Error):
            return [child.pid for child in psutil.Process(pid).children()]
        return []


def _resident(process: psutil.Process) -> int:
    with contextlib.suppress(psutil.Error):
        return int(process.memory_info().rss)
    return 0


def _proportional(process: psutil.Process) -> int:
    """Return the process's share of memory: a page that n processes have counts as an nth."""
    with contextlib.suppress(psutil.Error, AttributeError):
        return int(process.memory_full_info().pss)
    return _resident(process)


def _highest(pid: int) -> int:
    """Return the most that the process itself ever had, as Linux keeps it; 0 elsewhere."""
    with contextlib.suppress(OSError, ValueError, IndexError):
        status = (PROC / str(pid) / "status").read_text()
        return int(status.split("VmHWM:", 1)[1].split(None, 1)[0]) * 1024
    return 0


def _cpu(process: psutil.Process) -> float:
    """Return the seconds of the process and of its children that have ended."""
    with contextlib.suppress(psutil.Error):
        times = process.cpu_times()
        return float(times.user + times.system + times.children_user + times.children_system)
    return 0.0


def _kill(processes: list[psutil.Process]) -> None:
    for process in processes:
        with contextlib.suppress(psutil.Error):
            process.kill()


class KilledForMemory:
    """What the system says of processes that it killed for memory, from when this is made on."""

    def __init__(self) -> None:
        self._before = _oom_kills()

    def again(self) -> bool:
        """Say whether it has killed one since."""
        return any(now > before for before, now in zip(self._before, _oom_kills(), strict=True))


def _oom_kills() -> tuple[int, int, int]:
    """Return how many processes the kernel has killed for memory: in our cgroup, by version 2 and 1, and in all."""
    groups = {}
    with contextlib.suppress(OSError):
        for line in (PROC / "self" / "cgroup").read_text().splitlines():
            _, kind, path = line.split(":", 2)
            groups[kind] = path.lstrip("/")
    root = Path("/sys/fs/cgroup")
    return (
        _counter(root / groups.get("", "") / "memory.events"),
        _counter(root / "memory" / groups.get("memory", "") / "memory.oom_control")
        or _counter(root / "memory" / "memory.oom_control"),
        _counter(PROC / "vmstat"),
    )


def _counter(file: Path) -> int:
    """Return what the file says behind ``oom_kill``, 0 where it says nothing."""
    with contextlib.suppress(OSError):
        for line in file.read_text().splitlines():
            if line.startswith("oom_kill "):
                return int(line.split()[1])
    return 0
