"""Answers that are made in one go of the server's loop are sent one behind the other at its end.

Whoever waits on the same machine, as a proxy does, is else woken for each of them, and reads it while there is more to compute.
"""

from __future__ import annotations

from asyncio import AbstractEventLoop
from collections.abc import Callable

MOST = 16
"""Answers that wait for each other; more of them would save little, and the first would wait long."""

Send = Callable[[], None]


class Together:
    """What is to be sent soon."""

    def __init__(self, loop: AbstractEventLoop) -> None:
        self.loop = loop
        self._waiting: list[Send] = []

    def add(self, send: Send) -> None:
        """Have something sent, before anybody else is heard."""
        self._waiting.append(send)
        if len(self._waiting) == 1:
            self.loop.call_soon(self.send)
        elif len(self._waiting) == MOST:
            self.send()

    def send(self) -> None:
        """Send all that waits."""
        waiting, self._waiting = self._waiting, []
        for send in waiting:
            send()
