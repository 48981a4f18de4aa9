"""The records that others are compared with: rows of the notebook's, which travel with the model."""

from __future__ import annotations

import random
from pathlib import Path
from typing import Any

from ...files import ARTIFACTS_DIR, parity, read_json
from ...schema import EXAMPLE, check

ROWS = 100
FILE, IMPORTANCE = "explain/background.json", "explain/importance.json"
"""Below the artifacts."""


def sample() -> list[Any]:
    """Return up to ``ROWS`` of the rows that the notebook asked its model about: always the same ones."""
    rows = parity("requests.json", [])
    return random.Random(0).sample(rows, min(ROWS, len(rows)))


def background(folder: Path = ARTIFACTS_DIR) -> list[Any]:
    """Return the rows that travel with the model, else a sample of the notebook's, else its example."""
    known = read_json(folder / FILE, None) or sample() or ([EXAMPLE["request"]] if EXAMPLE else [])
    wrong = {problem.record for problem in check(known)}
    return [row for place, row in enumerate(known) if place not in wrong]


def read(version: str, folder: Path = ARTIFACTS_DIR) -> dict[str, Any] | None:
    """Return what matters to the model of that version, where it was found out."""
    found: dict[str, Any] = read_json(folder / IMPORTANCE, {})
    return found if found.get("model_version") == version and "fields" in found else None
