"""What a notebook reports while it trains goes to whoever judges it; whether the run is to end there goes back."""

from __future__ import annotations

import json
import secrets
import socket
import threading
from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace
from multiprocessing import AuthenticationError
from multiprocessing.connection import Client, Connection, Listener
from pathlib import Path
from typing import Any

from nb2prod.reporting import VARIABLE
from nb2prod.runs.model import Attendant, Stop
from nb2prod.runs.starting import LONGEST_SOCKET

Judge = Callable[[int, float, bool], bool]
"""Called with a step, the value that was reported at it, and whether that is the first of a kernel's; says whether the
run is to end there."""
_TELL = "import json, os\nos.environ[variable] = json.dumps({**told, 'process': os.getpid()})"


class Reports:
    """Listens, for a ``with`` block, to what one run reports. The notebook waits for each answer.

    The kernel reaches us by a Unix socket in a folder of ours, by the loopback interface where there is none, and with
    a key that only it was told.
    """

    def __init__(self, folder: Path, judge: Judge) -> None:
        """``folder`` is there and ours alone."""
        self.reported: dict[int, float] = {}
        """By step, in the order in which it was reported."""
        self._stops: list[Stop] = []
        self._judge = judge
        self._process: int | None = None
        self._key = secrets.token_bytes(16)
        path = str(folder / "reports")
        use_path = hasattr(socket, "AF_UNIX") and len(path) <= LONGEST_SOCKET
        self._listener = Listener(path if use_path else ("127.0.0.1", 0), authkey=self._key)
        self._closing = False
        self._thread = threading.Thread(target=self._listen, daemon=True)

    def __enter__(self) -> Reports:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        """Hear no more. Whoever judges has to have answered, or to do so soon."""
        self._closing = True
        with suppress(OSError, EOFError, AuthenticationError), Client(self._listener.address, authkey=self._key):
            pass  # accept() hears of nothing else
        self._thread.join()
        self._listener.close()

    def attending(self, attendant: Attendant) -> Attendant:
        """Return an attendant that tells the notebook, too, where to report to."""
        address = self._listener.address
        where = {"socket": address} if isinstance(address, str) else {"port": address[1]}
        told = {"variable": VARIABLE, "told": {**where, "key": self._key.hex()}}
        code = f"exec({_TELL!r}, {told!r})"
        first, forked = (f"({code}, {each or None}) and None" for each in (attendant.first, attendant.forked))
        return replace(attendant, first=first, forked=forked, stops=lambda: tuple(self._stops))

    def _listen(self) -> None:
        while not self._closing:
            with suppress(OSError, EOFError, AuthenticationError, ValueError), self._listener.accept() as connection:
                if not self._closing:
                    self._answer(connection)

    def _answer(self, connection: Connection) -> None:
        said = json.loads(connection.recv_bytes())
        connection.send_bytes(json.dumps(self._judged(said["process"], said["step"], said["value"])).encode())

    def _judged(self, process: int, step: int, value: float) -> dict[str, Any]:
        anew = process != self._process
        if anew:  # the first, or one that the run was begun again in
            self._process = process
            self.reported.clear()
        if step in self.reported:
            return {"wrong": f"step {step} was reported before: steps go on counting up where training begins again"}
        self.reported[step] = value
        stop = self._judge(step, value, anew)
        if stop:
            self._stops.append(Stop(step, value))
        return {"stop": stop}
