"""A text taken apart into its words, and texts from which some are left out: what an explanation asks about."""

from __future__ import annotations

import math
import re
from collections.abc import Sequence
from typing import Any

WHY_NOT = ""
"""Why records cannot be taken apart; nothing where they can."""
LEFT_OUT = True
"""Whether a part can be left out, where one of another record is put into its place else."""
MOST_PIECES = 200
"""Of a text; in a longer one several words are a piece."""


def names(record: Any) -> list[str]:
    """Return the words."""
    return [piece.strip() for piece in values(record)]


def values(record: Any) -> list[Any]:
    """Return them with the spaces behind, so many that together they are the text."""
    words = re.findall(r"^\s*\S+\s*|\S+\s*", record) or [record]
    step = math.ceil(len(words) / MOST_PIECES)
    return ["".join(words[start : start + step]) for start in range(0, len(words), step)]


def together(values: Sequence[Any]) -> Any:
    """Return the text; left-out words are None."""
    return "".join(value for value in values if value is not None)
