"""What the inline view shows, as plain data: made in Python, drawn by whoever shows it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from nb2prod.rules.model import Found


class State(StrEnum):
    """Where a long check is."""

    WAITING = "waiting"
    RUNNING = "running"
    PASSED = "passed"
    FAILED = "failed"
    SKIPPED = "skipped"


@dataclass(frozen=True)
class LongCheck:
    """A check that works with the objects in the kernel, and where it is."""

    name: str
    title: str
    """What it does, in a few words."""
    state: State = State.WAITING
    why: str = ""
    """What it found, or why it was skipped."""
    share: float | None = None
    """How much of it is done, from 0 to 1; ``None`` where nobody knows."""


@dataclass(frozen=True)
class View:
    """All there is to see."""

    notebook: str = ""
    """Its name; empty as long as nobody knows which it is."""
    found: tuple[Found, ...] = ()
    cells: Mapping[int, str] | None = None
    """The ids of the cells, by their indices."""
    checks: tuple[LongCheck, ...] = ()
    score: Mapping[str, Any] | None = None
    """As ``nb2prod.score.as_data.score_of`` has it."""
    notes: tuple[str, ...] = ()
    problems: tuple[str, ...] = ()
    """Why nothing could be checked."""
    pages: Mapping[str, str] | None = None
    """The pages of the rules that found something, by their codes."""
