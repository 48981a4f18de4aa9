"""``drift-baseline.json`` beside the artifacts: how the rows and answers of one model were distributed."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from pathlib import Path

from .column import Column

NAME = "drift-baseline.json"
"""No artifact has such a name: theirs are Python's."""


@dataclass(frozen=True)
class Baseline:
    """What a model's requests and answers are compared with."""

    model_version: str
    source: str
    """Where the rows are from, in words."""
    rows: int
    answered: int
    """Those that the model answered."""
    columns: tuple[Column, ...]
    answers: tuple[Column, ...]

    def write(self, folder: Path) -> None:
        """Write the file, whole or not at all."""
        unfinished = folder / f".{NAME}.unfinished"
        text = json.dumps(asdict(self), ensure_ascii=False, allow_nan=False, separators=(",", ":"))
        unfinished.write_text(text.replace('{"name"', '\n{"name"') + "\n", encoding="utf-8")
        unfinished.replace(folder / NAME)
