"""The process's peak memory, counted anew for each cell where the system can."""

# ruff: noqa: PTH123
# os.path: the notebook may have changed into another folder, and the audit hook must stay cheap.
from __future__ import annotations

import sys


def reset_peak() -> None:
    """Begin to count anew; Linux only."""
    try:
        with open("/proc/self/clear_refs", "w") as stream:
            stream.write("5")
    except OSError:
        pass


def peak_mb() -> float:
    """Return the peak resident memory in MiB since the last reset, or of the whole process where there is no reset."""
    try:
        with open("/proc/self/status") as stream:
            for line in stream:
                if line.startswith("VmHWM:"):
                    return int(line.split()[1]) / 1024
    except OSError:
        pass
    try:
        import resource
    except ImportError:
        return 0.0
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return peak / (1024 * 1024 if sys.platform == "darwin" else 1024)
