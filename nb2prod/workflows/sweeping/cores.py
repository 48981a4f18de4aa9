"""How many work at once goes in; which processors each may use, and how many threads, comes out."""

from __future__ import annotations

import contextlib
import itertools
import os
from collections.abc import Mapping, Sequence

THREADS = (
    "OMP_NUM_THREADS",
    "OPENBLAS_NUM_THREADS",
    "MKL_NUM_THREADS",
    "NUMEXPR_NUM_THREADS",
    "VECLIB_MAXIMUM_THREADS",
    "BLIS_NUM_THREADS",
    "POLARS_MAX_THREADS",
    "LOKY_MAX_CPU_COUNT",
)
"""Variables by which numerical libraries are told how many threads to use: by default each takes the whole machine."""


def usable_cores() -> tuple[int, ...]:
    """Return the processors that this process may use; where the system does not say, all that there are."""
    if hasattr(os, "sched_getaffinity"):
        return tuple(sorted(os.sched_getaffinity(0)))
    return tuple(range(os.cpu_count() or 1))


def shares(cores: Sequence[int], workers: int) -> tuple[tuple[int, ...], ...]:
    """Return the processors of each worker: parts as equal as can be, or one that several have to share."""
    if workers >= len(cores):
        return tuple((cores[worker % len(cores)],) for worker in range(workers))
    size, more = divmod(len(cores), workers)
    ends = [worker * size + min(worker, more) for worker in range(workers + 1)]
    return tuple(tuple(cores[start:end]) for start, end in itertools.pairwise(ends))


def thread_variables(share: int, environment: Mapping[str, str]) -> dict[str, str]:
    """Return the variables that keep a worker to its share, but for those that somebody has set himself."""
    return {name: str(share) for name in THREADS if not environment.get(name)}


def stay_on(cores: Sequence[int]) -> None:
    """Keep this process, and those that it starts, to some processors, if any are named and the system can do that."""
    if cores and hasattr(os, "sched_setaffinity"):
        with contextlib.suppress(OSError):  # a container may not allow it, or have lost some of them
            os.sched_setaffinity(0, cores)
