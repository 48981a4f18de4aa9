"""A single value as the only part of a record: what an explanation asks about."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

WHY_NOT = ""
"""Why records cannot be taken apart; nothing where they can."""
LEFT_OUT = False
"""Whether a part can be left out, where one of another record is put into its place else."""


def names(record: Any) -> list[str]:
    """Return what the part is called: it has no name."""
    return [""]


def values(record: Any) -> list[Any]:
    """Return the part."""
    return [record]


def together(values: Sequence[Any]) -> Any:
    """Return the record with this part."""
    return values[0]
