"""The static rules in a process of their own: what they work is not taken from the kernel, whose cells may run."""

from __future__ import annotations

import os
import pickle
import subprocess
import sys
import threading
import weakref
from pathlib import Path
from typing import Any

from nb2prod.errors import Problem
from nb2prod.workflows.looking import OURS, Asked, Looked, looked_at

SECONDS = 60.0
"""What a look may take, the start of the process included."""
START = "import sys; sys.path.append(sys.argv.pop()); from nb2prod.workflows.looking import serve; serve()"


class Apart:
    """One other process, started when it is first asked; it ends with this object, or with the kernel's process."""

    def __init__(self, seconds: float = SECONDS) -> None:
        self._seconds = seconds
        self._lock = threading.Lock()
        self._process: subprocess.Popen[bytes] | None = None
        self._ending: weakref.finalize[Any, Any] | None = None
        self._closed = False

    def looked_at(self, asked: Asked) -> Looked:
        """Return as ``workflows.looking.looked_at`` does; what is too slow, or ends the process, is a problem.

        It is done here where there cannot be another process.
        """
        with self._lock:
            if self._closed:
                return Looked()
            try:
                process = self._process or self._started()
            except OSError:
                return looked_at(asked)
            environment = {name: value for name, value in os.environ.items() if name.startswith(OURS)}
            try:
                answer = self._asked(process, (asked, environment))
            except (OSError, EOFError, ValueError, pickle.UnpicklingError):  # ValueError: closed meanwhile
                self._end()
                what = f"its check has ended unexpectedly, or has taken more than {self._seconds:.0f} seconds"
                return Looked(problems=(Problem(what, remedy="check again, or run `nb2prod check`"),))
            except BaseException:  # interrupted: an answer that nobody has read must not be the next one
                self._end()
                raise
        if isinstance(answer, str):
            raise RuntimeError(answer)
        return answer

    def close(self) -> None:
        """End the process."""
        self._closed = True
        self._end()

    def _started(self) -> subprocess.Popen[bytes]:
        # -P: modules beside the notebook are not ours; no "-m": there, and not by what __main__ is here
        command = [sys.executable, "-P", "-c", START, str(Path(__file__).parents[2])]
        process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL)
        self._process, self._ending = process, weakref.finalize(self, _ended, process, os.getpid())
        return process

    def _asked(self, process: subprocess.Popen[bytes], asked: object) -> Looked | str:
        assert process.stdin is not None
        assert process.stdout is not None
        watch = threading.Timer(self._seconds, process.kill)
        watch.daemon = True
        watch.start()
        try:
            process.stdin.write(pickle.dumps(asked))
            process.stdin.flush()
            answer: Looked | str = pickle.load(process.stdout)  # from the process that we started
        finally:
            watch.cancel()
        return answer

    def _end(self) -> None:
        if self._ending is not None:
            self._ending()
        self._process = self._ending = None


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
