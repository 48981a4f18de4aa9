"""The windows of all workers of one service: a file each, of counts, in a folder that ends with the service."""

from __future__ import annotations

import json
import os
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

STALE = 60.0
"""Seconds after which a worker that says nothing is not there any more."""


class Workers:
    """All workers that share ``folder``; without one there is this worker alone."""

    def __init__(self, folder: Path | None) -> None:
        self._own = None if folder is None else folder / f"drift-{os.getpid()}.json"

    def tell(self, said: dict[str, Any]) -> None:
        """Write down what this worker has to say."""
        if self._own is not None:
            scratch = self._own.with_suffix(".part")
            scratch.write_text(json.dumps(said), encoding="utf-8")
            scratch.replace(self._own)

    def others(self) -> Iterator[dict[str, Any]]:
        """Yield what the others have said lately."""
        for file in sorted(self._own.parent.glob("drift-*.json")) if self._own is not None else ():
            try:
                if file != self._own and time.time() - file.stat().st_mtime < STALE:
                    yield json.loads(file.read_text(encoding="utf-8"))
            except FileNotFoundError:  # it has just ended
                continue

    def leave(self) -> None:
        """Say nothing any more."""
        if self._own is not None:
            self._own.unlink(missing_ok=True)
