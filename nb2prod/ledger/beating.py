"""A claim goes in; while the block lasts, a thread gives signs of life for it, whatever the process is busy with."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager

from nb2prod.errors import Nb2ProdError
from nb2prod.ledger.ledger import Ledger
from nb2prod.ledger.liveness import BEAT_SECONDS
from nb2prod.ledger.model import Claim

SHORTEST_PAUSE = 0.25
"""Seconds between two signs of life, however many cells end meanwhile."""


class Pulse:
    """The signs of life of one attempt."""

    def __init__(self, ledger: Ledger, claim: Claim) -> None:
        self._ledger, self._claim = ledger, claim
        self._at: tuple[int | None, int | None] = (None, None)
        self._news, self._over = threading.Event(), threading.Event()
        self.taken = threading.Event()
        """Set where the attempt is no longer ours: its run seemed lost, and somebody else has begun it again."""

    def at(self, cell: int, cells: int) -> None:
        """Say which code cell runs, by its index, and how many there are; returns at once."""
        self._at = (cell, cells)
        self._news.set()

    def beat_on(self) -> None:
        """Give signs of life until it is over."""
        while not self._over.is_set():
            self._news.wait(BEAT_SECONDS)
            self._news.clear()
            if self._over.is_set():
                return
            try:
                if not self._ledger.beat(self._claim, *self._at):
                    self.taken.set()
                    return
            except Nb2ProdError:
                pass  # the database is gone or full: the next one tells; a silence that lasts is told of by others
            self._over.wait(SHORTEST_PAUSE)

    def stop(self) -> None:
        """Have the signs of life end."""
        self._over.set()
        self._news.set()


@contextmanager
def beating(ledger: Ledger, claim: Claim) -> Iterator[Pulse]:
    """Give signs of life for a claim while the block lasts."""
    pulse = Pulse(ledger, claim)
    thread = threading.Thread(target=pulse.beat_on, name=f"signs of life of {claim.run.id}", daemon=True)
    thread.start()
    try:
        yield pulse
    finally:
        pulse.stop()
        thread.join(timeout=BEAT_SECONDS)
