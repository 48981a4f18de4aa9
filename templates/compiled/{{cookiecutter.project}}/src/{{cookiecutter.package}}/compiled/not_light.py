"""What stand-ins raise where they do not know for certain what the original would answer."""

from __future__ import annotations

_times = 0


class NotLight(Exception):
    """The original has to answer this."""

    def __init__(self, what: str) -> None:
        global _times
        _times += 1
        super().__init__(what)


def times_raised() -> int:
    """Return how often it was raised so far: code that catches every exception hides it, the number does not."""
    return _times
