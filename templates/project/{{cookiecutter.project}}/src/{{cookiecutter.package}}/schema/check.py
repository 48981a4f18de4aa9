"""Check records against the request schema: every problem at once."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from .records import problems_of


@dataclass(frozen=True)
class Problem:
    """What is wrong with a record."""

    record: int
    field: str | None
    message: str


def check(records: list[Any]) -> list[Problem]:
    """Return everything that is wrong with the records, in order; nothing if all are good."""
    return [
        Problem(position, field or None, message)
        for position, record in enumerate(records)
        for field, message in problems_of(record)
    ]
