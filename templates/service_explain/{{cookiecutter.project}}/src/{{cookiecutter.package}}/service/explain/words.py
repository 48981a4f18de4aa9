"""The words of a text, and texts from which some are left out."""

from __future__ import annotations

import math
import re
from collections.abc import Sequence
from typing import Any

MOST_PIECES = 200
"""Of a text; in a longer one several words are a piece."""


class Words:
    """The words of a text; what is not taken from it is left out."""

    def names(self, record: Any) -> list[str]:
        """Return the words."""
        return [piece.strip() for piece in self.values(record)]

    def values(self, record: Any) -> list[Any]:
        """Return them with the spaces behind, so many that together they are the text."""
        words = re.findall(r"^\s*\S+\s*|\S+\s*", record) or [record]
        step = math.ceil(len(words) / MOST_PIECES)
        return ["".join(words[start : start + step]) for start in range(0, len(words), step)]

    def together(self, values: Sequence[Any]) -> Any:
        """Return the text; left-out words are None."""
        return "".join(value for value in values if value is not None)
