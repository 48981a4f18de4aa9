"""What the workers of one service tell each other: a file each, written whole, in a folder that ends with the service."""

from __future__ import annotations

import json
import os
from pathlib import Path

from .totals import Totals


class Workers:
    """All workers that share ``folder``; without one there is this worker alone."""

    def __init__(self, folder: Path | None) -> None:
        self._folder = folder
        self._own = f"metrics-{os.getpid()}.json"

    def tell(self, totals: Totals) -> None:
        """Write this worker's totals down for the others. They stay when it ends: a counter never goes back."""
        if self._folder is None:
            return
        scratch = self._folder / f"{self._own}.part"
        scratch.write_text(json.dumps(totals.as_data()), encoding="utf-8")
        scratch.replace(self._folder / self._own)

    def with_others(self, totals: Totals) -> Totals:
        """Return this worker's totals with what the others have told."""
        if self._folder is None:
            return totals
        self.tell(totals)
        together = Totals()
        for file in sorted(self._folder.glob("metrics-*.json")):
            together.add_all(Totals.from_data(json.loads(file.read_text(encoding="utf-8"))))
        return together
