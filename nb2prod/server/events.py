"""A job's file of events, which grows and may be long, goes in; its last event comes out, or all, a part at a time."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

PART = 64 * 1024
"""Bytes that are read at once; more only where one event is longer."""


def last_of(path: Path) -> dict[str, Any] | None:
    """Return the last event that is whole; ``None`` where there is none yet. Only the end of the file is read."""
    try:
        with path.open("rb") as file:
            size, length = file.seek(0, os.SEEK_END), PART
            while True:
                start = max(0, size - length)
                file.seek(start)
                text = file.read(size - start)
                end = text.rfind(b"\n")
                begin = text.rfind(b"\n", 0, max(0, end))
                if end >= 0 and (begin >= 0 or start == 0):
                    found: dict[str, Any] = json.loads(text[begin + 1 : end])
                    return found
                if start == 0:
                    return None
                length *= 4
    except FileNotFoundError:
        return None


def every(path: Path) -> Iterator[dict[str, Any]]:
    """Yield the events that are there by now, read as far as somebody wants them."""
    tail = Tail(path)
    while found := tail.more():
        yield from found


class Tail:
    """A file of events that grows, read from where it was read last."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._place = 0

    def more(self) -> list[dict[str, Any]]:
        """Return the next events that are whole and were not returned before, not all where that is much; else none."""
        try:
            with self._path.open("rb") as file:
                file.seek(self._place)
                text = file.read(PART)
                text += b"" if b"\n" in text else file.readline()
        except FileNotFoundError:
            return []
        whole = text[: text.rfind(b"\n") + 1]
        self._place += len(whole)
        return [json.loads(line) for line in whole.splitlines()]
