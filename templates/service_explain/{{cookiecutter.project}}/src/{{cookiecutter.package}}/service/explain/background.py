"""The records that others are compared with: rows of the notebook's, which travel with the model."""

from __future__ import annotations

import json
import random
from pathlib import Path
from typing import Any

from ...files import ARTIFACTS_DIR, ROOT
from ...schema import EXAMPLE, check

ROWS = 100
FILE, IMPORTANCE = "explain/background.json", "explain/importance.json"
"""Below the artifacts."""
CAPTURED = ROOT / "tests" / "parity" / "requests.json"


def sample(path: Path = CAPTURED) -> list[Any]:
    """Return up to ``ROWS`` of the rows that the notebook asked its model about: always the same ones."""
    rows = json.loads(path.read_text(encoding="utf-8")) if path.is_file() else []
    return random.Random(0).sample(rows, min(ROWS, len(rows)))


def background(folder: Path = ARTIFACTS_DIR) -> list[Any]:
    """Return the rows that travel with the model, else a sample of the notebook's, else its example."""
    path = folder / FILE
    rows = json.loads(path.read_text(encoding="utf-8")) if path.is_file() else sample()
    known = rows or ([EXAMPLE["request"]] if EXAMPLE else [])
    wrong = {problem.record for problem in check(known)}
    return [row for place, row in enumerate(known) if place not in wrong]


def read(version: str, folder: Path = ARTIFACTS_DIR) -> dict[str, Any] | None:
    """Return what matters to the model of that version, where it was found out."""
    path = folder / IMPORTANCE
    found: dict[str, Any] = json.loads(path.read_text(encoding="utf-8")) if path.is_file() else {}
    return found if found.get("model_version") == version and "fields" in found else None
