"""A kernel goes in; a copy of its process comes out that is a kernel of its own, with sockets of its own.

The copy goes on in the same event loop, as deep in the stack as the kernel is between two cells, so that what it shows
of itself (tracebacks, recursion) is what the kernel would show. Run in the kernel by its text; needs ipykernel alone.
"""

# ruff: noqa: PTH105, PTH115, PTH113, PTH118, PTH123, PTH208
from __future__ import annotations

import asyncio
import atexit
import collections
import ctypes
import gc
import io
import json
import os
import random
import selectors
import sys
import threading
import time
import traceback
import warnings
import weakref
from typing import Any

QUIET = 0.01
"""Seconds that the kernel's other threads get to send what the last request has left them."""
LAST_THREADS = 5.0
"""Seconds in which the other threads of a copy end whose first thread has: until then there is no status."""
CHANNELS = ("shell", "iopub", "stdin", "control", "hb")


def branch_off(kernel: Any, folder: str, name: str, unseeded: list[str]) -> str:
    """Copy the kernel's process as soon as it handles no request, and return at once.

    The copy writes how it is reached to ``NAME.json`` in ``folder``, or ``{"why": ...}``; its process id lies in
    ``NAME.pid``. ``unseeded`` are the modules whose global generators nobody has seeded: each copy draws anew.
    """
    place = os.path.join(folder, name)
    kernel._nb2prod_branching = asyncio.get_running_loop().create_task(_when_idle(kernel, place, unseeded))
    return "soon"


def reap(kernel: Any, pid: int) -> int | None:
    """Return how a copy has ended: its exit status, negative for a signal; ``None`` where that cannot be known."""
    until = time.monotonic() + LAST_THREADS
    try:
        while True:
            ended, status = os.waitpid(pid, os.WNOHANG)
            if ended:
                return os.waitstatus_to_exitcode(status)
            if time.monotonic() > until:
                return None
            time.sleep(0.002)
    except ChildProcessError:
        return None


def set_parameters(kernel: Any, code: str, source: str, count: int | None) -> str:
    """Set what an injected cell sets otherwise than the one that has run, and have it be the ``count``-th input."""
    shell = kernel.shell
    exec(compile(code, "<injected parameters>", "exec"), shell.user_ns)
    history = shell.history_manager
    if count is not None and count < len(history.input_hist_raw):
        old, new = history.input_hist_raw[count], source.rstrip("\n")
        history.input_hist_raw[count] = history.input_hist_parsed[count] = new
        for name in ("_i00", "_i", "_ii", "_iii"):
            if getattr(history, name, None) == old:
                setattr(history, name, new)
        for name in ("_i", "_ii", "_iii", f"_i{count}"):
            if shell.user_ns.get(name) == old:
                shell.user_ns[name] = new
    return "set"


async def _when_idle(kernel: Any, place: str, unseeded: list[str]) -> None:
    await asyncio.sleep(QUIET)
    lock = getattr(kernel, "_main_asyncio_lock", None)  # since ipykernel 7
    if lock is None:
        _fork(kernel, place, unseeded)
        return
    async with lock:
        _fork(kernel, place, unseeded)


def _fork(kernel: Any, place: str, unseeded: list[str]) -> None:
    sys.stdout.flush()
    sys.stderr.flush()
    ctypes.CDLL(None).fflush(None)
    loop = asyncio.get_running_loop()
    state = None if "random" in unseeded else random.getstate()
    frozen = gc.get_freeze_count()
    gc.collect()
    gc.freeze()  # a collection in the copy would touch, and so copy, every object's page
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # of threads: those of the kernel are made anew, others are obstacles
            child = os.fork()
    except OSError as error:
        _write(place + ".json", {"why": f"the system makes no more processes: {error.strerror}"})
        return
    finally:
        if not frozen:
            gc.unfreeze()
    if child:
        kernel._nb2prod_standing.branches.append(child)
        _write(place + ".pid", child)
        return
    try:
        gc.freeze()
        os.setsid()
        asyncio.set_event_loop(loop)  # asyncio has noticed that this is another process
        asyncio._set_running_loop(loop)
        _renew_loop(loop, kernel.io_loop)
        _renew_files()
        _renew_kernel(kernel, place)
        _renew_libraries(kernel)
        _forget_what_is_of_the_end()
        if state is not None:
            random.setstate(state)  # Python seeds it anew in every copy of a process
        _seed(kernel, unseeded)
        _write(place + ".json", _reached(kernel.parent))
    except BaseException:
        _write(place + ".json", {"why": traceback.format_exc()})
        os._exit(1)


def _seed(kernel: Any, unseeded: list[str]) -> None:
    if "numpy.random" in unseeded:
        generator = sys.modules["numpy.random.mtrand"]._rand._bit_generator
        generator.state = type(generator)().state
        kernel._nb2prod_standing.numpy = generator.state["state"]
    if "torch" in unseeded:
        sys.modules["torch"].seed()


def _write(path: str, what: Any) -> None:
    with open(path + ".new", "w", encoding="utf-8") as file:
        json.dump(what, file)
    os.replace(path + ".new", path)


def _reached(app: Any) -> dict[str, Any]:
    ports = {f"{each}_port": getattr(app, f"{each}_port") for each in CHANNELS}
    return {"pid": os.getpid(), "transport": app.transport, "ip": app.ip, **ports}


def _forget_what_is_of_the_end() -> None:
    """Leave what was to happen at the end of the process to the kernel; what cells ask for from here on happens here.

    The kernel's own last acts are no loss: its threads wait for one another then, now and then for seconds.
    """
    for each in list(getattr(weakref.finalize, "_registry", ())):
        each.atexit = False
    weakref.finalize._registered_with_atexit = False  # type: ignore[attr-defined]
    atexit._clear()
    atexit.register(_end)  # what is registered first comes last
    if "logging" in sys.modules:
        atexit.register(sys.modules["logging"].shutdown)
    if "multiprocessing.util" in sys.modules:
        atexit.register(sys.modules["multiprocessing.util"]._exit_function)


def _end() -> None:
    """End the process before the interpreter takes itself apart: libraries would wait for threads that are gone."""
    for each in gc.get_objects():  # those that were made since: the others are frozen
        if isinstance(each, (io.TextIOWrapper, io.BufferedWriter, io.BufferedRandom)):
            try:
                each.flush()
            except (OSError, ValueError):
                continue
    ctypes.CDLL(None).fflush(None)
    os._exit(0)


def _renew_loop(loop: Any, io_loop: Any) -> None:
    """Have the loop wait for nothing that the kernel waits for: the two would share one ``epoll``."""
    loop._selector = selectors.DefaultSelector()
    loop._close_self_pipe()
    loop._make_self_pipe()
    for handle in list(loop._ready):
        handle.cancel()
    for kept in (io_loop.handlers, io_loop.readers, io_loop.writers):
        kept.clear()


def _renew_files() -> None:
    """Open again what is open for reading: a copy would move the place in the file under the kernel's feet."""
    for name in os.listdir("/proc/self/fd"):
        number, path = int(name), f"/proc/self/fd/{name}"
        try:
            with open(f"/proc/self/fdinfo/{name}") as file:
                flags = int(next(line.split()[1] for line in file if line.startswith("flags:")), 8)
            if not os.readlink(path).startswith("/") or not os.path.isfile(path) or flags & os.O_ACCMODE != os.O_RDONLY:
                continue
            again = os.open(path, os.O_RDONLY)
        except (OSError, StopIteration):
            continue
        os.lseek(again, os.lseek(number, 0, os.SEEK_CUR), os.SEEK_SET)
        os.dup2(again, number, inheritable=os.get_inheritable(number))
        os.close(again)


def _renew_kernel(kernel: Any, place: str) -> None:
    """Give the kernel sockets, threads and streams of its own, in the way in which ipykernel makes them."""
    from ipykernel.kernelbase import Kernel

    app = kernel.parent
    kernel.session.pid = os.getpid()
    app.context, app.transport, app.ip = None, "ipc", place
    for each in CHANNELS:
        setattr(app, f"{each}_port", 0)
    app.init_sockets()
    app.init_heartbeat()
    _connect(app, kernel)
    kernel.shell.displayhook.pub_socket = kernel.shell.display_pub.pub_socket = app.iopub_socket
    app.displayhook.pub_socket = app.iopub_socket
    for stream in {kernel._stdout, kernel._stderr}:
        _renew_stream(stream, app.iopub_thread)
    Kernel.start(kernel)  # type: ignore[no-untyped-call]
    app.parent_handle, app.poller = os.getppid(), None
    app.init_poller()
    if app.poller is not None:
        app.poller.start()


def _connect(app: Any, kernel: Any) -> None:
    from zmq.eventloop.zmqstream import ZMQStream

    threads = {"control_thread": app.control_thread, "iopub_thread": app.iopub_thread}
    shell_thread = getattr(app, "shell_channel_thread", None)  # since ipykernel 7
    if shell_thread is not None:
        shell_stream = ZMQStream(app.shell_socket, shell_thread.io_loop)
        shell_thread.shell_stream = shell_stream
        shell_thread.start()
        threads["shell_channel_thread"] = shell_thread
    else:
        shell_stream = ZMQStream(app.shell_socket)
    control_stream = ZMQStream(app.control_socket, app.control_thread.io_loop)
    app.control_thread.start()
    sockets = {"iopub_socket": app.iopub_socket, "stdin_socket": app.stdin_socket}
    for name, value in {**threads, **sockets, "shell_stream": shell_stream, "control_stream": control_stream}.items():
        setattr(kernel, name, value)
    kernel.debug_shell_socket = app.debug_shell_socket


def _renew_stream(stream: Any, thread: Any) -> None:
    """Have ``sys.stdout`` or ``sys.stderr``, which is the same object as ever, write to the copy's own sockets."""
    if not hasattr(stream, "pub_thread"):
        return
    stream.pub_thread, stream._io_loop = thread, thread.io_loop
    stream._master_pid = os.getpid()
    stream._flush_pending = stream._subprocess_flush_pending = False
    stream._buffer_lock = threading.RLock()
    stream._buffers = collections.defaultdict(io.StringIO)
    if not getattr(stream, "_should_watch", False):
        return
    reading, writing = os.pipe()
    os.dup2(writing, stream._original_stdstream_fd)
    os.close(writing)
    stream._fid, stream._exc = reading, None
    stream.watch_fd_thread = threading.Thread(target=stream._watch_pipe_fd)
    stream.watch_fd_thread.daemon = True
    stream.watch_fd_thread.start()


def _renew_history(history: Any) -> None:
    """Write into a session of its own what is run from here on, where the history is kept in a file."""
    if not getattr(history, "enabled", False) or str(history.hist_file) == ":memory:":
        return
    history._nb2prod_not_ours = history.db  # a connection of SQLite is of no use here, not even to be closed
    history.db_input_cache, history.db_output_cache = [], []
    history.init_db()
    history.new_session()


def _renew_libraries(kernel: Any) -> None:
    """Take from libraries the threads and locks that stayed behind: each makes its own when it needs it."""
    _renew_history(kernel.shell.history_manager)
    for magics in {id(each): each for each in kernel.shell.magics_manager.registry.values()}.values():
        if type(magics).__name__ == "ScriptMagics":
            magics.event_loop = None
    tqdm = getattr(sys.modules.get("tqdm.std"), "tqdm", None)
    if tqdm is not None:
        for kind in _kinds(tqdm):
            kind.monitor = None
        locks = sys.modules["tqdm.std"].TqdmDefaultWriteLock
        if getattr(locks, "mp_lock", None) is not None and "_lock" in vars(tqdm):
            del locks.mp_lock
            locks.th_lock = threading.RLock()
            tqdm._lock = locks()
    processes = getattr(sys.modules.get("multiprocessing.process"), "_children", None)
    if processes is not None:
        processes.clear()


def _kinds(base: Any) -> list[Any]:
    return [base, *(kind for child in base.__subclasses__() for kind in _kinds(child))]
