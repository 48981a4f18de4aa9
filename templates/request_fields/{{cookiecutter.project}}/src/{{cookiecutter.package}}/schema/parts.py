"""A record taken apart into its fields, and records that are put together of such: what an explanation asks about."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from .contract import REQUEST

WHY_NOT = ""
"""Why records cannot be taken apart; nothing where they can."""
LEFT_OUT = False
"""Whether a part can be left out, where one of another record is put into its place else."""
FIELDS = [str(field["name"]) for field in REQUEST["fields"]]


def names(record: Any) -> list[str]:
    """Return what the parts are called."""
    return FIELDS


def values(record: Any) -> list[Any]:
    """Return the parts."""
    return [record[name] for name in FIELDS]


def together(values: Sequence[Any]) -> Any:
    """Return the record with these parts."""
    return dict(zip(FIELDS, values, strict=True))
