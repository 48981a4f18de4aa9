"""A kernel goes in; why a copy of its process could not go on as a kernel comes out, as sentences.

Run in the kernel by its text; needs ipykernel alone.
"""

# ruff: noqa: PTH110, PTH115, PTH119, PTH123, PTH208
from __future__ import annotations

import asyncio
import ctypes
import gc
import os
import random
import signal
import socket
import stat
import sys
import threading
import time
from collections.abc import Iterator
from typing import Any

SOFTLY = 1
"""``omp_pause_soft`` of OpenMP 5.0, section 3.2.44: what is set stays set."""
PATIENCE = 1.0
"""Seconds for threads to end that were told to."""
OWN_CODE = ("asyncio", "IPython", "ipykernel", "jupyter_client", "tornado", "zmq")
"""Packages whose waiting in the event loop is the kernel's own, and is begun anew in a copy; of asyncio's own only the
timers are, which serve tasks."""
OWN_THREADS = ("IPython", "ipykernel", "tqdm", "zmq")
"""Packages whose threads are made anew in a copy, or when they are needed."""
SAFE_THREADS = ("ZMQbg/", "jemalloc_bg_thd")
"""Native threads by the beginnings of their names: ZeroMQ's serve the kernel's old sockets, jemalloc minds forks itself
(``jemalloc_postfork_child``)."""
GPUS = ("/dev/nvidia", "/dev/kfd", "/dev/dri/", "/dev/dxg")
WRITABLE_AND_SHARED = ("w", "s")
FAR = 500
"""Blocks of 624 numbers that Python's generator may have given for us to tell that it was never seeded."""
LARGE = 2**64
"""Nobody types a seed as large as the entropy that NumPy draws for itself."""
LARGE_FOR_TORCH = 2**40
"""Of PyTorch's own random seeds, which have 53 bits or 64, one in 8,192 is smaller at most."""


class Standing:
    """How the kernel stood before the first cell, and what has been made since that forks would share."""

    def __init__(self, kernel: Any) -> None:
        self.temporary: list[str] = []
        self.branches: list[int] = []
        self.seeded = False
        self.numpy: Any = None  # where NumPy's generator began anew in a copy
        sys.addaudithook(self._hook)
        self.renew(kernel)

    def renew(self, kernel: Any) -> None:
        """Take what is there now for the kernel's own; in a copy, before its first cell."""
        self.threads = list(threading.enumerate())
        self.tasks = {int(each) for each in os.listdir("/proc/self/task")}
        self.files = set(_open_files())
        self.shared = set(_shared_memory())
        if not self.seeded:
            self.random = random.getstate()

    def _hook(self, event: str, args: tuple[Any, ...]) -> None:
        if event in ("tempfile.mkdtemp", "tempfile.mkstemp") and args and isinstance(args[0], str):
            self.temporary.append(args[0])


def begin(kernel: Any) -> str:
    """Remember how the kernel stands; before the first cell."""
    standing = getattr(kernel, "_nb2prod_standing", None)
    if standing is None:
        kernel._nb2prod_standing = Standing(kernel)
    else:
        standing.renew(kernel)
    return "begun"


def found(kernel: Any) -> dict[str, list[str]]:
    """Return ``obstacles`` (sentences) and ``unseeded`` (the global generators that nobody has seeded)."""
    obstacles = list(_unknown_kernel(kernel))
    standing = getattr(kernel, "_nb2prod_standing", None)
    if not obstacles:
        for look in (_threads, _children, _files, _sockets, _memory, _waiting, _others, _drawn):
            obstacles += look(kernel, standing)
    return {"obstacles": obstacles, "unseeded": [] if obstacles else _unseeded(kernel, standing)}


def _unknown_kernel(kernel: Any) -> Iterator[str]:
    loop: Any = asyncio.get_running_loop()
    if not sys.platform.startswith("linux"):
        yield "processes are forked safely on Linux only"
    elif not all(hasattr(kernel.parent, each) for each in ("init_sockets", "init_heartbeat", "init_poller")):
        yield "the kernel is not ipykernel's own"
    elif not all(hasattr(loop, each) for each in ("_selector", "_make_self_pipe", "_close_self_pipe", "_ready")):
        yield f"the kernel's event loop, {type(loop).__module__}, is not asyncio's own"
    elif not hasattr(kernel, "_nb2prod_standing"):
        yield "the kernel was not looked at before its first cell"


def _threads(kernel: Any, standing: Any) -> Iterator[str]:
    _end_idle_workers()
    for thread in threading.enumerate():
        own = type(thread).__module__.split(".")[0] in OWN_THREADS or _of_script_magics(thread)
        if thread not in standing.threads and not own:
            yield f"a thread is running, `{thread.name}`"
    _end_pools()
    until = time.monotonic() + PATIENCE
    while (names := _native_threads(standing)) and time.monotonic() < until:
        time.sleep(0.01)
    if names:
        which = ", ".join(sorted({f"`{name}`" for name in names}))
        yield f"a compiled library has {len(names)} thread{'s' * (len(names) > 1)} running ({which})"


def _of_script_magics(thread: threading.Thread) -> bool:
    """Say whether the thread serves ``%%bash`` and its like, which get another one where it is gone."""
    from IPython import get_ipython

    magics = get_ipython().magics_manager.registry.get("ScriptMagics")
    loop = getattr(getattr(thread, "_target", None), "__self__", None)
    return loop is not None and loop is getattr(magics, "event_loop", None)


def _native_threads(standing: Any) -> list[str]:
    """Return the names of the threads that Python does not know and that were not there from the beginning."""
    known = {thread.native_id for thread in threading.enumerate()} | standing.tasks
    names = []
    for task in os.listdir("/proc/self/task"):
        try:
            with open(f"/proc/self/task/{task}/comm") as file:
                name = file.read().strip()
        except OSError:
            continue  # ended meanwhile
        if int(task) not in known and not name.startswith(SAFE_THREADS):
            names.append(name)
    return names


def _end_idle_workers() -> None:
    """End joblib's processes, which are kept for a while for the next who needs some, and come again then."""
    kept: Any = sys.modules.get("joblib.externals.loky.reusable_executor")
    executor = getattr(kept, "_executor", None)
    if executor is not None:
        executor.shutdown(wait=True)
        kept._executor = None
        del executor
        gc.collect()


def _end_pools() -> None:
    """End idle threads that come again when they are needed, and that a copy would wait for: OpenMP's are told to, and
    OpenBLAS ends its own whenever a process is copied (``blas_thread_shutdown``, by ``pthread_atfork``)."""
    with open("/proc/self/maps") as file:
        paths = {line.split(None, 5)[5].strip() for line in file if line.count("/") and "omp" in line}
    for path in sorted(paths):
        if ".so" in os.path.basename(path) and os.path.basename(path).startswith(("libgomp", "libomp", "libiomp")):
            pause = getattr(ctypes.CDLL(path), "omp_pause_resource_all", None)
            if pause is not None:
                pause(SOFTLY)
    if len(os.listdir("/proc/self/task")) > threading.active_count():
        child = _fork_quietly()
        if child == 0:
            os._exit(0)
        os.waitpid(child, 0)


def _fork_quietly() -> int:
    import warnings

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return os.fork()


def _children(kernel: Any, standing: Any) -> Iterator[str]:
    """Yield the processes that were started and not waited for."""
    known = set(standing.branches)
    for name in ("multiprocessing.resource_tracker", "joblib.externals.loky.backend.resource_tracker"):
        known.add(getattr(getattr(sys.modules.get(name), "_resource_tracker", None), "_pid", None))  # made to be shared
    for name in os.listdir("/proc"):
        if not name.isdigit() or int(name) in known:
            continue
        try:
            with open(f"/proc/{name}/stat") as file:
                head, _, rest = file.read().rpartition(")")
        except OSError:
            continue
        if int(rest.split()[1]) == os.getpid():
            yield f"a process that was started, `{head.partition('(')[2]}`, was not waited for"


def _open_files() -> dict[tuple[int, str], int]:
    """Return the flags of each open file, by number and name, a socket's included."""
    files = {}
    for name in os.listdir("/proc/self/fd"):
        try:
            link = os.readlink(f"/proc/self/fd/{name}")
            with open(f"/proc/self/fdinfo/{name}") as file:
                flags = int(next(line.split()[1] for line in file if line.startswith("flags:")), 8)
        except (OSError, StopIteration):
            continue
        files[int(name), link] = flags
    return files


def _files(kernel: Any, standing: Any) -> Iterator[str]:
    """Yield files that are open for writing, and GPUs; what is open for reading is opened again in a copy."""
    for (number, path), flags in sorted(_open_files().items()):
        if not path.startswith("/") or (number, path) in standing.files:
            continue
        if path.startswith(GPUS):
            yield f"a GPU is in use ({path})"
        elif stat.S_ISREG(os.fstat(number).st_mode) and flags & os.O_ACCMODE != os.O_RDONLY:
            yield f"the file {path} is open for writing"
        elif stat.S_ISFIFO(os.fstat(number).st_mode):
            yield f"the named pipe {path} is open"
    for path in standing.temporary:
        if os.path.exists(path) and os.path.realpath(path) != os.path.realpath(os.environ.get("MPLCONFIGDIR", "-")):
            yield f"{path} was made for this process alone, and runs would share it"


def _sockets(kernel: Any, standing: Any) -> Iterator[str]:
    """Yield connections and servers that are not the kernel's."""
    app = kernel.parent
    ports = {getattr(app, f"{each}_port", 0) for each in ("shell", "iopub", "stdin", "control", "hb")}
    ports.add(getattr(kernel.iopub_thread, "_pipe_port", 0))
    for number, link in _open_files():
        if not link.startswith("socket:") or (number, link) in standing.files:
            continue
        try:
            with socket.socket(fileno=os.dup(number)) as one:
                said = _socket(one, ports, f"{app.ip}-")
        except OSError:
            continue  # of a kind that has no such names
        if said:
            yield said


def _socket(one: socket.socket, ports: set[int], path: str) -> str:
    try:
        here, listens = one.getsockname(), one.getsockopt(socket.SOL_SOCKET, socket.SO_ACCEPTCONN)
    except OSError:
        return ""
    try:
        there = one.getpeername()
    except OSError:
        there = None
    if one.family == socket.AF_UNIX:
        names = [os.fsdecode(each) for each in (here, there) if each]
        if not names or any(name.startswith(path) for name in names):
            return ""
        return f"a socket is open, {names[-1]}"
    if one.family not in (socket.AF_INET, socket.AF_INET6) or here[1] in ports:
        return ""
    if there is not None:
        return "" if there[1] in ports and there[0].startswith("127.") else f"a connection to {there[0]} is open"
    return f"something listens on port {here[1]}" if listens else ""


def _shared_memory() -> list[str]:
    """Return where memory lies that is written and shared between processes, by its place and what it is."""
    found = []
    with open("/proc/self/maps") as file:
        for line in file:
            parts = line.split(None, 5)
            if all(each in parts[1] for each in WRITABLE_AND_SHARED):
                found.append(f"{parts[0]} {parts[5].strip() if len(parts) > 5 else 'memory'}")
    return found


def _memory(kernel: Any, standing: Any) -> Iterator[str]:
    names = [each.partition(" ")[2] for each in _shared_memory() if each not in standing.shared]
    bars = getattr(getattr(sys.modules.get("tqdm.std"), "TqdmDefaultWriteLock", None), "mp_lock", None)
    if bars is not None:  # tqdm's lock is made anew in a copy
        names.remove(next((each for each in names if each.startswith("/dev/shm/sem.")), names[0]) if names else "")
    for name in sorted(set(names)):
        if name.startswith("/dev/shm/sem."):
            yield "a lock or queue of multiprocessing is there, and runs would share it"
        else:
            yield f"memory is shared with other processes ({name})"


def _waiting(kernel: Any, standing: Any) -> Iterator[str]:
    """Yield what waits in the event loop that is not the kernel's."""
    loop: Any = asyncio.get_running_loop()
    for task in asyncio.all_tasks(loop):
        if task is asyncio.current_task(loop) or task is getattr(kernel, "_nb2prod_branching", None):
            continue
        frame = getattr(task.get_coro(), "cr_frame", None)
        if frame is not None and frame.f_globals.get("__name__", "").split(".")[0] not in OWN_CODE[1:]:
            yield f"an asyncio task is running, `{frame.f_code.co_name}`"
    for handle in loop._scheduled:
        call = getattr(handle, "_callback", None)
        call = getattr(call, "func", call)
        if call is not None and (getattr(call, "__module__", None) or "asyncio").split(".")[0] not in OWN_CODE:
            yield f"a call is waiting for its time in the event loop, `{getattr(call, '__qualname__', call)}`"
    if signal.getitimer(signal.ITIMER_REAL)[0]:
        yield "an alarm is set (signal.setitimer or signal.alarm)"


def _others(kernel: Any, standing: Any) -> Iterator[str]:
    cuda = getattr(sys.modules.get("torch"), "cuda", None)
    if cuda is not None and cuda.is_initialized():
        yield "PyTorch holds memory of a GPU, which a copy of the process does not have"
    if kernel.eventloop is not None:
        yield "the event loop of a graphical interface is running (%gui)"


def _drawn(kernel: Any, standing: Any) -> Iterator[str]:
    """Yield generators that nobody has seeded and that are not where they began: each run would have drawn otherwise.

    One that was set to a state by hand looks alike. Python's own is left out: libraries draw from it as they are
    imported.
    """
    for name, is_unmoved in (("NumPy", _numpy_unmoved(standing)), ("PyTorch", _torch_unmoved(kernel))):
        if is_unmoved is False:
            yield f"{name}'s generator has been drawn from, or has a state, that no seed tells"


def _unseeded(kernel: Any, standing: Any) -> list[str]:
    """Return the modules whose global generators were never seeded: in each copy they are to draw something else."""
    standing.seeded = standing.seeded or _seeded_python(standing.random)
    names = [] if standing.seeded else ["random"]
    names += ["numpy.random"] if _numpy_unmoved(standing) else []
    return names + (["torch"] if _torch_unmoved(kernel) else [])


def _numpy_unmoved(standing: Any) -> bool | None:
    """Say whether NumPy's generator is where it began without a seed; ``None`` where it was seeded, or is not there."""
    numpy = sys.modules.get("numpy.random.mtrand")
    generator: Any = getattr(getattr(numpy, "_rand", None), "_bit_generator", None)
    sequence: Any = getattr(generator, "seed_seq", None) or getattr(generator, "_seed_seq", None)  # before NumPy 1.25
    entropy = getattr(sequence, "entropy", None)  # none any more after numpy.random.seed
    if not isinstance(entropy, int) or entropy < LARGE:
        return None
    began, now = standing.numpy or type(generator)(type(sequence)(entropy)).state["state"], generator.state["state"]
    return bool(began["pos"] == now["pos"] and (began["key"] == now["key"]).all())


def _torch_unmoved(kernel: Any) -> bool | None:
    """Say the same of PyTorch's, the seeds of which are known by their size, and by being written in a cell."""
    torch: Any = sys.modules.get("torch")
    seed = torch.initial_seed() if torch is not None else 0
    if seed < LARGE_FOR_TORCH:
        return None
    if any(str(seed) in each.replace("_", "") for each in kernel.shell.history_manager.input_hist_raw):
        return None
    began = torch.Generator().manual_seed(seed).get_state()
    return bool(torch.equal(began, torch.default_generator.get_state()))


def _seeded_python(began: Any) -> bool:
    """Say whether the generator's state is none that it comes to from where it began."""
    now = random.getstate()[1][:-1]
    probe = random.Random()
    probe.setstate(began)
    for _ in range(FAR):
        if probe.getstate()[1][:-1] == now:
            return False
        for _ in range(624):
            probe.getrandbits(32)
    return True
