"""How many threads native libraries may use: to be said before NumPy is imported."""

from __future__ import annotations

import os

VARIABLES = ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS", "NUMEXPR_NUM_THREADS")


def size_pools(workers: int) -> None:
    """Give each process its share of the processors, where the environment does not say how many."""
    share = max(1, processors() // workers)
    for name in VARIABLES:
        os.environ.setdefault(name, str(share))


def processors() -> int:
    """Return how many this process may use."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1
