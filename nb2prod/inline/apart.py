"""The static rules in a process of their own: what they work is not taken from the kernel, whose cells may run."""

from __future__ import annotations

import os
import pickle
import subprocess
import sys
import threading
import uuid
import weakref
from pathlib import Path
from typing import Any

from nb2prod.errors import Problem
from nb2prod.workflows.asked import OURS, Asked, Looked

SECONDS = 60.0
"""What a look may take, the start of the process included."""
START = """
import signal, sys
signal.signal(signal.SIGINT, signal.SIG_IGN)
ready = sys.argv.pop()
sys.path.append(sys.argv.pop())
from nb2prod.workflows.looking import serve
serve(ready)
"""


class _NotToBeHad(Exception):
    """There cannot be another process here, or not one that has nb2prod."""


class Apart:
    """One other process, started when it is first asked; it ends with this object, or with the kernel's process."""

    def __init__(self, seconds: float = SECONDS) -> None:
        self._seconds = seconds
        self._lock = threading.Lock()
        self._process: subprocess.Popen[bytes] | None = None
        self._ending: weakref.finalize[Any, Any] | None = None
        self._owner = os.getpid()
        self._late = threading.Event()
        self._closed = self._here = False

    def looked_at(self, asked: Asked) -> Looked:
        """Return as ``workflows.looking.looked_at`` does; what is too slow, or ends the process, is a problem.

        It is done here where there cannot be another process.
        """
        with self._lock:
            self._is_mine()
            try:
                answer = None if self._here else self._answered(asked)
            except _NotToBeHad:
                answer = None
            except BaseException:  # interrupted: an answer that nobody has read must not be the next one
                self._end()
                raise
        if answer is None:
            from nb2prod.workflows.looking import looked_at  # late: it takes long to import, and is hardly ever needed

            return looked_at(asked)
        if isinstance(answer, str):
            raise RuntimeError(answer)
        return answer

    def close(self) -> None:
        """End the process."""
        self._closed = True
        self._end()

    def _is_mine(self) -> None:
        """Leave the process to whom it belongs, where this is only a copy of the process that has started it."""
        if self._owner != os.getpid():
            self._owner, self._process, self._ending = os.getpid(), None, None

    def _answered(self, asked: Asked) -> Looked | str:
        """Ask the process, and where one from before has ended meanwhile, a new one."""
        environment = {name: value for name, value in os.environ.items() if name.startswith(OURS)}
        for is_new in (self._process is None, True):
            if self._closed:
                break
            try:
                return self._asked(self._process, (asked, environment))
            except (OSError, EOFError, ValueError, pickle.UnpicklingError):  # ValueError: closed meanwhile
                self._end()
                if self._closed:
                    break
                if is_new or self._late.is_set():
                    what = f"its check has ended unexpectedly, or has taken more than {self._seconds:.0f} seconds"
                    return Looked(problems=(Problem(what, remedy="check again, or run `nb2prod check`"),))
        return Looked()

    def _asked(self, running: subprocess.Popen[bytes] | None, question: object) -> Looked | str:
        process = running or self._started()
        assert process.stdin is not None
        assert process.stdout is not None
        self._late = threading.Event()
        watch = threading.Timer(self._seconds, _too_late, (process, self._late))  # must not keep this object alive
        watch.daemon = True
        watch.start()
        try:
            if running is None:
                self._wait_for(process)
            process.stdin.write(pickle.dumps(question))
            process.stdin.flush()
            answer: Looked | str = pickle.load(process.stdout)  # from the process that we started
        finally:
            watch.cancel()
        return answer

    def _started(self) -> subprocess.Popen[bytes]:
        # -P: modules beside the notebook are not ours; no "-m": there, and not by what __main__ is here
        self._ready = uuid.uuid4().hex
        command = [sys.executable, "-P", "-W", "ignore", "-c", START, str(Path(__file__).parents[2]), self._ready]
        quiet, pipe = subprocess.DEVNULL, subprocess.PIPE
        try:  # a group of its own: signals to the kernel's, such as of an interrupted cell, are not for it
            process = subprocess.Popen(command, stdin=pipe, stdout=pipe, stderr=quiet, process_group=0)
        except (OSError, TypeError) as error:  # TypeError: nobody knows where Python is
            raise _NotToBeHad from error
        self._process, self._ending = process, weakref.finalize(self, _ended, process, os.getpid())
        if self._closed:  # while it started
            self._end()
            raise EOFError
        return process

    def _wait_for(self, process: subprocess.Popen[bytes]) -> None:
        """Read what starting Python may have printed, until the process says that it is ready."""
        assert process.stdout is not None
        for line in process.stdout:
            if line.rstrip().endswith(self._ready.encode()):
                return
        if self._late.is_set() or self._closed:
            raise EOFError
        self._end()
        self._here = True  # there is no nb2prod there, or it cannot be imported
        raise _NotToBeHad

    def _end(self) -> None:
        if self._ending is not None:
            self._ending()
        self._process = self._ending = None


def _too_late(process: subprocess.Popen[bytes], late: threading.Event) -> None:
    late.set()
    process.kill()


def _ended(process: subprocess.Popen[bytes], owner: int) -> None:
    """End it, but not where this is only a copy of the process that has started it."""
    if os.getpid() != owner:
        return
    process.kill()
    for pipe in (process.stdin, process.stdout):
        if pipe is not None:
            try:
                pipe.close()
            except OSError:  # what was not sent
                continue
    process.wait()
