"""Stages of the proof: each is announced when it begins, and its seconds are kept."""

from __future__ import annotations

import contextlib
import time
from collections.abc import Callable, Iterator


class Stages:
    """Seconds by stage, and somebody to tell."""

    def __init__(self, on_stage: Callable[[str], None] | None = None) -> None:
        self.seconds: dict[str, float] = {}
        self._on_stage = on_stage

    @contextlib.contextmanager
    def __call__(self, name: str, announcement: str) -> Iterator[None]:
        """Announce a stage, and add the seconds that the block takes to ``seconds[name]``."""
        if self._on_stage is not None:
            self._on_stage(announcement)
        began = time.monotonic()
        try:
            yield
        finally:
            self.seconds[name] = round(self.seconds.get(name, 0.0) + time.monotonic() - began, 3)
