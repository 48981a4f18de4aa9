"""What is worked out of a cell, kept for as long as not too much code has come since: cells may be long."""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Callable
from typing import ClassVar, Generic, TypeVar

MOST_CHARACTERS = 1_000_000
"""Characters of code of which something is kept, some 120 bytes each where it is a syntax tree."""
EACH = 100
"""Characters for which a cell counts, however short it is."""
_Made = TypeVar("_Made")


class Kept(Generic[_Made]):
    """A function of a cell's code and a number, which gives again what it gave; the longest unasked goes first."""

    most_characters: ClassVar[int] = MOST_CHARACTERS
    """For each function. A process that sees no notebook twice may set it lower."""

    def __init__(self, make: Callable[[str, int], _Made]) -> None:
        self._make = make
        self._kept: OrderedDict[tuple[str, int], _Made] = OrderedDict()
        self._characters = 0
        self._lock = threading.Lock()
        self.__doc__ = make.__doc__

    def __call__(self, code: str, copy: int = 0) -> _Made:
        """Return what is made of the code; raises as that does."""
        key = code, copy
        with self._lock:
            if key in self._kept:
                self._kept.move_to_end(key)
                return self._kept[key]
        made = self._make(code, copy)
        with self._lock:
            if key in self._kept:  # somebody else was faster
                return self._kept[key]
            self._kept[key] = made
            self._characters += len(code) + EACH
            while self._characters > self.most_characters and len(self._kept) > 1:
                (old, _), _ = self._kept.popitem(last=False)
                self._characters -= len(old) + EACH
        return made

    def cache_clear(self) -> None:
        """Forget everything."""
        with self._lock:
            self._kept.clear()
            self._characters = 0
