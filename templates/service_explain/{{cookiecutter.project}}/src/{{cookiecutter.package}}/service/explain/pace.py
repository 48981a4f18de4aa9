"""How many records a call of the model should have, learnt from the calls before."""

from __future__ import annotations

CALL_SECONDS = 0.05
"""What a call of the model should take: whoever waits for a prediction waits that long."""
MOST = 5000
"""Records in a call."""


class Pace:
    """How many records are a call, and how long each takes; known from earlier ones."""

    def __init__(self) -> None:
        self.size = 100
        self.seconds = 0.0

    def note(self, records: int, seconds: float) -> None:
        """Learn from a call, unless it was a small one."""
        if 2 * records >= self.size:
            self.seconds = seconds / records
            factor = min(2.0, max(0.5, CALL_SECONDS / max(seconds, 1e-6)))
            self.size = int(min(MOST, max(1, self.size * factor)))
