"""What would make a fork another thing than a kernel of its own is found, and said; what would not is let pass."""

from __future__ import annotations

import socket
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from nb2prod.runs.forking.trunk import Trunk
from tests.runs.forking.conftest import notebook_in, printed

OBSTACLES = {
    "a thread": (
        "threading.Thread(target=time.sleep, args=(99,), daemon=True, name='mine').start()",
        "thread",
        "`mine`",
    ),
    "a thread of C": (
        "ctypes.CDLL(None).pthread_create(ctypes.byref(ctypes.c_ulong()), None, ctypes.CDLL(None).pause, None)",
        "compiled library has 1 thread running",
        "",
    ),
    "an executor": (
        "from concurrent.futures import ThreadPoolExecutor as T\npool = T(2); pool.submit(int)",
        "thread",
        "T",
    ),
    "a process": ("child = subprocess.Popen(['sleep', '99'])", "process", "`sleep`"),
    "a pool": ("import multiprocessing\npool = multiprocessing.Pool(1)", "thread", "process"),
    "a file to write": ("file = open('written.txt', 'w')", "written.txt", "open for writing"),
    "a database": (
        "import sqlite3\ndb = sqlite3.connect('data.db'); db.execute('create table t (x)')",
        "data.db",
        "open",
    ),
    "a temporary folder": ("folder = tempfile.TemporaryDirectory()", "/tmp", "share it"),
    "a folder to keep": ("folder = tempfile.mkdtemp()", "/tmp", "share it"),
    "a temporary file": ("file = tempfile.TemporaryFile()", "open for writing", ""),
    "a connection": (
        "import socket\ns = socket.create_connection(('127.0.0.1', PORT))",
        "a connection to 127.0.0.1",
        "",
    ),
    "a server": ("import socket\ns = socket.socket(); s.bind(('127.0.0.1', 0)); s.listen()", "listens on port", ""),
    "a socket with a name": (
        "import socket\ns = socket.socket(socket.AF_UNIX); s.bind('mine.sock'); s.listen()",
        "mine.sock",
        "socket",
    ),
    "a lock of processes": ("import multiprocessing\nlock = multiprocessing.Lock()", "lock", "multiprocessing"),
    "shared memory": ("import mmap\nshared = mmap.mmap(-1, 4096)", "memory is shared", ""),
    "named shared memory": (
        "from multiprocessing.shared_memory import SharedMemory\nm = SharedMemory(create=True, size=10)",
        "memory is shared",
        "/dev/shm",
    ),
    "a task": ("task = asyncio.get_running_loop().create_task(asyncio.Event().wait())", "task", "`wait`"),
    "a call to come": (
        "def ring(): pass\nasyncio.get_running_loop().call_later(99, ring)",
        "waiting for its time",
        "`ring`",
    ),
    "an alarm": ("signal.alarm(99)", "alarm", ""),
    "a number that nobody seeded": ("np.random.rand()", "NumPy's generator", "no seed tells"),
    "a state that was set by hand": (
        "np.random.set_state(np.random.RandomState(7).get_state())",
        "NumPy's generator",
        "",
    ),
    "a number of PyTorch's that nobody seeded": ("import torch; torch.randn(2)", "PyTorch's generator", ""),
}
HARMLESS = {
    "nothing": "pass",
    "a file to read": "file = open('n.ipynb')",
    "a closed file": "open('written.txt', 'w').close()",
    "a thread that has ended": "t = threading.Thread(target=int); t.start(); t.join()",
    "a process that has ended": "subprocess.run(['true'], check=True)",
    "a folder that is gone": "with tempfile.TemporaryDirectory(): pass",
    "a database in memory": "import sqlite3\ndb = sqlite3.connect(':memory:')",
    "a task that is done": "asyncio.get_running_loop().create_task(asyncio.sleep(0))",
    "a bar": "from tqdm import tqdm\nfor _ in tqdm([1]): pass",
    "a thread of pyzmq's": (
        "from IPython.display import display\ndisplay({'text/plain': 'x' * 300_000}, raw=True)\ntime.sleep(0.5)\n"
        "assert 'zmq.utils.garbage' in {type(each).__module__ for each in threading.enumerate()}"
    ),
    "a shell": "get_ipython().run_cell_magic('bash', '', 'true'); get_ipython().system('true')",
    "a seed": "np.random.seed(3); np.random.rand()",
    "a long seed of PyTorch's": "import torch; torch.manual_seed(20_240_101_120_000); torch.randn(2)",
    "generators that nobody has asked": "import torch, numpy.random",
    "a mapped array": "np.save('a.npy', np.ones(9)); a = np.load('a.npy', mmap_mode='r')",
}


@pytest.fixture(scope="module")
def base(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Trunk]:
    shared = "import asyncio, ctypes, os, signal, subprocess, tempfile, threading, time\nimport numpy as np"
    notebook = notebook_in(tmp_path_factory.mktemp("obstacles"), shared, "exec(code, globals())", "print('ended')")
    with Trunk(notebook, shared=2, parameters={"code": ""}) as trunk:
        yield trunk


@pytest.fixture(scope="module")
def port() -> Iterator[int]:
    with socket.create_server(("127.0.0.1", 0)) as server:
        threading.Thread(target=lambda: [server.accept() for _ in range(2)], daemon=True).start()
        yield server.getsockname()[1]


@pytest.mark.parametrize(("code", "words", "more"), OBSTACLES.values(), ids=OBSTACLES)
def test_what_forbids_a_fork_is_found(base: Trunk, port: int, code: str, words: str, more: str) -> None:
    code = code.replace("PORT", str(port))
    with Trunk(base.notebook, shared=3, parameters={"code": code}, parent=base) as trunk:
        said = " ".join(trunk.obstacles)
    assert words in said
    assert more in said


@pytest.mark.parametrize("code", HARMLESS.values(), ids=HARMLESS)
def test_what_does_no_harm_forbids_nothing(base: Trunk, code: str) -> None:
    with Trunk(base.notebook, shared=3, parameters={"code": code}, parent=base) as trunk:
        assert trunk.obstacles == ()


def test_runs_that_cannot_be_forked_here_are_forked_from_before(base: Trunk) -> None:
    ways: list[tuple[int, str]] = []
    code = "signal.alarm(99)"
    with Trunk(base.notebook, shared=3, parameters={"code": code}, parent=base) as trunk:
        run = trunk.branch({"code": code}, on_shared=lambda *way: ways.append(way))
    assert printed(run.notebook) == "ended\n"
    assert ways == [(2, "")]


def test_runs_that_cannot_be_forked_at_all_are_made_in_the_plain_way(tmp_path: Path) -> None:
    ways: list[tuple[int, str]] = []
    notebook = notebook_in(tmp_path, "file = open('written.txt', 'w')", "print(code)")
    with Trunk(notebook, shared=2, parameters={"code": ""}) as trunk:
        run = trunk.branch({"code": "3"}, on_shared=lambda *way: ways.append(way))
    assert printed(run.notebook) == "3\n"
    ((shared, why),) = ways
    assert shared == 0
    assert why == f"the file {tmp_path.resolve()}/written.txt is open for writing"


@pytest.mark.parametrize("name", ["old", "bare", "plain"])
def test_kernels_of_other_environments(tmp_path: Path, kernels: Any, name: str) -> None:
    notebook = notebook_in(
        tmp_path, "import sys, os\nprint('of', os.getpid())", "print(code, 6 * 7)", "await_ = code; code"
    )
    with Trunk(notebook, shared=2, parameters={"code": ""}, kernel=name) as trunk:
        assert trunk.obstacles == ()
        documents = [trunk.branch({"code": code}).notebook for code in "ab"]
    assert [printed(document).splitlines()[1:] for document in documents] == [["a 42"], ["b 42"]]
    assert [document.cells[-1].outputs[0].data["text/plain"] for document in documents] == ["'a'", "'b'"]
