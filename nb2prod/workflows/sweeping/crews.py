"""What a coordinator needs of whatever has its workers: places to start them at, and processes that are heard."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Protocol

WORKER = "nb2prod.workflows.sweeping.working"
"""The module that a worker runs."""


@dataclass(frozen=True)
class Seat:
    """A place for a worker."""

    cores: tuple[int, ...] = ()
    """Processors that it keeps to; none to keep to whatever it is given."""
    slots: int = 0
    """How many runs at once are forked from what they share; 0 for one after the other, each by itself."""
    part: tuple[int, int] = (0, 1)
    """Which part of the runs to fork, and of how many parts."""


class Process(Protocol):
    """A worker's process, wherever it is. ``lines`` is for one thread, all else for another."""

    def lines(self) -> Iterator[bytes]:
        """Yield what it tells, line for line, until it has ended."""

    def say(self, line: bytes) -> None:
        """Tell it something; it may be gone."""

    def waits(self) -> bool:
        """Say whether there has been no place to start it at so far."""

    def ended(self) -> str | None:
        """Return how it has ended: ``None`` while it has not, nothing where all is well, else why that was."""

    def interrupt(self) -> None:
        """Have it end fairly, soon."""

    def kill(self) -> None:
        """End it now, with all that it has started."""

    def close(self) -> None:
        """Let go of what is left of it."""


class Crew(Protocol):
    """Where workers are started."""

    count: int
    """Runs at once."""

    def together(self, runs: int) -> Sequence[Seat]:
        """Return the seats of workers that fork runs from what they share, where so many are to be done."""

    def apart(self, runs: int) -> Sequence[Seat]:
        """Return the seats of workers that do one run after the other, no more than ``runs``."""

    def start(self, seat: Seat, line: bytes) -> Process:
        """Start a worker that is told its order by a line."""
