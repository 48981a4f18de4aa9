"""What a worker is told when it starts, and what it tells while it works: a line of JSON each."""

from __future__ import annotations

import json
import os
import threading
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from nb2prod.ledger.places import Place, place_of

ENOUGH = b"enough\n"
"""Tells a worker, on its stdin, that nothing more will be queued."""


@dataclass(frozen=True)
class Order:
    """What a worker is to do."""

    worker: int
    sweep: str
    ledger: str
    """With its password, if it has one: so it goes through a pipe and not on a command line."""
    cores: tuple[int, ...]
    """Processors to keep to; none to keep to whatever it has been given."""
    slots: int = 0
    """How many runs at once are forked from what they share; 0 for one after the other, each by itself."""
    between: tuple[int, int] | None = None
    """The numbers of the first and the last run that are its to fork: others fork the others. ``None`` for all."""
    alone: str = ""
    """Why runs share nothing, where they do not."""
    patient: bool = False
    """Whether to wait for more to be queued, until ``ENOUGH`` is said."""

    def line(self) -> bytes:
        """Return it as it is sent."""
        return json.dumps(asdict(self)).encode() + b"\n"

    @classmethod
    def of(cls, line: bytes) -> Order:
        """Return the order that was sent."""
        told = json.loads(line)
        between = tuple(told["between"]) if told["between"] is not None else None
        return cls(**{**told, "cores": tuple(told["cores"]), "between": between})

    @property
    def place(self) -> Place:
        """Return where the ledger is."""
        return place_of(self.ledger)


def address_of(place: Place) -> str:
    """Return a ledger's place in full."""
    if place.file is not None:
        return str(Path(place.file))
    assert place.url is not None
    return place.url.render_as_string(hide_password=False)


class Telling:
    """Tells whoever started this process what happens, from any thread; nobody who listens is nothing to care for."""

    def __init__(self, worker: int, to: int) -> None:
        self._worker, self._to = worker, to
        self._lock = threading.Lock()

    def __call__(self, event: str, **details: Any) -> None:
        """Send a line."""
        line = json.dumps({"event": event, "worker": self._worker, **details}).encode() + b"\n"
        with self._lock:
            try:
                while line:
                    line = line[os.write(self._to, line) :]
            except OSError:
                pass


def heard(line: bytes) -> Mapping[str, Any]:
    """Return what a worker has told; nothing where it was cut off in the middle."""
    try:
        told = json.loads(line)
    except ValueError:
        return {}
    return told if isinstance(told, dict) else {}
