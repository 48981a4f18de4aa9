"""Files that an answer depended on and that nobody would guess: noted by who looks at them, for who keeps answers."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from pathlib import Path

_NOTED: ContextVar[list[Path] | None] = ContextVar("noted", default=None)


@contextmanager
def noticing() -> Iterator[list[Path]]:
    """Give the list of places that are noted meanwhile, those of files that are not there too."""
    found: list[Path] = []
    before = _NOTED.set(found)
    try:
        yield found
    finally:
        _NOTED.reset(before)


def note(place: Path) -> Path:
    """Note that an answer depends on whether a file is there, or on what is in it; return its place."""
    noted = _NOTED.get()
    if noted is not None:
        noted.append(place)
    return place
