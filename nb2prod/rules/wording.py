"""Counts and places to the words for them."""

from __future__ import annotations

from collections.abc import Mapping


def counted(kinds: Mapping[str, int]) -> str:
    """Return how many there are of which kind: ``2 AWS keys and a card number``."""
    parts = [_one(kind) if count == 1 else f"{count} {_many(kind)}" for kind, count in sorted(kinds.items())]
    return parts[0] if len(parts) == 1 else f"{', '.join(parts[:-1])} and {parts[-1]}"


def _one(kind: str) -> str:
    return f"{'an' if kind[0] in 'AEO' or kind.startswith('npm') else 'a'} {kind}"


def _many(kind: str) -> str:
    head, _, tail = kind.partition(" in ")
    plural = (
        head.replace("person's name", "people's names")
        if "'" in head
        else f"{head}es"
        if head.endswith("ss")
        else f"{head}s"
    )
    return f"{plural} in {tail}" if tail else plural


def place_of(cell: int | None, line: int | None) -> str:
    """Return ``cell [2], line 3`` for a cell's index and a line; empty for the notebook as a whole."""
    if cell is None:
        return ""
    return f"cell [{cell + 1}]" + (f", line {line}" if line else "")
