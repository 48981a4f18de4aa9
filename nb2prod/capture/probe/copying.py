"""A copy of the kernel's process, in which code is run: the kernel itself goes on at once and is as it was.

Needs nothing else; it is run in the kernel by its text.
"""

# ruff: noqa: PTH118, PTH119, PTH123
from __future__ import annotations

import ctypes
import fcntl
import os
import sys
import warnings
from collections.abc import Callable
from typing import Any

SAID = "log.txt"
PID = "pid"
ALIVE = "alive"
SOFTLY = 1
"""``omp_pause_soft`` of OpenMP 5.0, section 3.2.44: what is set stays set."""


def in_a_copy(code: str, folder: str, inputs: int) -> str:
    """Run the expression ``code`` in a copy of this process as :func:`copy_to` does; return an empty text where the
    kernel has run other than that many ``inputs``."""
    from IPython import get_ipython

    if len(get_ipython().history_manager.input_hist_raw) - 1 != inputs:
        return ""
    copy_to(lambda: eval(code, {}), folder)
    return "copied"


def copy_to(work: Callable[[], object], folder: str) -> None:
    """Do ``work`` in a copy of this process, which ends by itself; return at once.

    What the copy prints goes to the file ``log.txt`` in ``folder``, its process id, which is that of its group too, to
    ``pid``. It holds a lock on the file ``alive`` as long as it lives.
    """
    _send_threads_home()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # threads do not come along: those that are known were seen to
        child = os.fork()
    if child:
        os.waitpid(child, 0)
        return
    try:
        alive = open(os.path.join(folder, ALIVE), "w")  # noqa: SIM115
        fcntl.flock(alive, fcntl.LOCK_EX)
        copy = os.fork()
        if copy == 0:
            os.setsid()  # what is sent to the kernel is not meant for the copy, and whatever it starts ends with it
            _run(work, folder)
        with open(os.path.join(folder, PID), "w") as file:
            file.write(str(copy))
    finally:
        os._exit(0)


def _send_threads_home() -> None:
    """End OpenMP's idle threads, which come again when they are needed: a copy would wait for them for ever."""
    try:
        with open("/proc/self/maps") as file:
            paths = {line.split(None, 5)[5].strip() for line in file if line.count("/") and "omp" in line}
    except OSError:
        return
    for path in sorted(paths):
        if ".so" in os.path.basename(path) and os.path.basename(path).startswith(("libgomp", "libomp", "libiomp")):
            pause = getattr(ctypes.CDLL(path), "omp_pause_resource_all", None)
            if pause is not None:
                pause(SOFTLY)


def _run(work: Callable[[], object], folder: str) -> None:
    """Do the work with nothing of the kernel's: no streams, no questions, one thread."""
    log = open(os.path.join(folder, SAID), "w", encoding="utf-8", errors="replace")  # noqa: SIM115
    os.dup2(log.fileno(), 1)
    os.dup2(log.fileno(), 2)
    sys.stdout = sys.stderr = log
    try:
        _alone(sys.modules)
        work()
    except BaseException:
        import traceback

        traceback.print_exc()
    finally:
        log.flush()
        os._exit(0)


def _alone(modules: dict[str, Any]) -> None:
    """Have libraries work in this thread: the others they had are not in the copy, and would be waited for."""
    os.environ["OMP_NUM_THREADS"] = "1"
    if "threadpoolctl" in modules:
        modules["threadpoolctl"].threadpool_limits(1)
    torch = modules.get("torch")
    if torch is not None and hasattr(torch, "set_num_threads"):
        torch.set_num_threads(1)
