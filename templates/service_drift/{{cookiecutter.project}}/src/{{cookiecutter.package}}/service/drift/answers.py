"""Rows in, the model's answers to them out."""

from __future__ import annotations

import time
from typing import Any

from ...model import Model, RecordsRefused

AT_ONCE = 100
SECONDS = 60.0
"""After which no more are asked."""


def answers_of(model: Model, rows: list[Any]) -> list[Any]:
    """Return the model's answers to those rows that it answers."""
    found: list[Any] = []
    until = time.monotonic() + SECONDS
    for start in range(0, len(rows), AT_ONCE):
        if time.monotonic() > until:
            break
        batch = rows[start : start + AT_ONCE]
        try:
            found += model.predict(batch)
        except RecordsRefused as error:
            found += model.predict([each for n, each in enumerate(batch) if n not in error.refused])
    return found
