"""What the workers of one service tell each other: a file each, written whole, in a folder that ends with the service."""

from __future__ import annotations

import json
import math
import os
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from ..files import write_whole


class Workers:
    """All workers that share a folder, and what they have to say of one thing; without a folder there is this one alone."""

    def __init__(self, folder: Path | None, name: str) -> None:
        self._name = name
        self._own = None if folder is None else folder / f"{name}-{os.getpid()}.json"

    def tell(self, said: Any) -> None:
        """Write down what this worker has to say."""
        if self._own is not None:
            write_whole(self._own, json.dumps(said))

    def others(self, seconds: float = math.inf) -> Iterator[Any]:
        """Yield what each of the others has said last, if that is not longer ago."""
        for file in sorted(self._own.parent.glob(f"{self._name}-*.json")) if self._own else ():
            try:
                if file != self._own and time.time() - file.stat().st_mtime < seconds:
                    yield json.loads(file.read_text(encoding="utf-8"))
            except FileNotFoundError:  # it has just ended
                continue

    def leave(self) -> None:
        """Take back what this worker has said."""
        if self._own is not None:
            self._own.unlink(missing_ok=True)
