"""What the proof found: whether the compiled way answers as the notebook's own code, and how much faster."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

CLASSES = (2, 10)
"""Times faster, in classes that do not depend on how busy a machine is: what is written into files."""


@dataclass(frozen=True)
class Verdict:
    """Of one model and one state of the code."""

    ok: bool
    why: str = ""
    """Why not, in words."""
    record: str = ""
    """The first on which the answers differ, as JSON; it is told to whoever proves, and to no client."""
    rows: int = 0
    """Of the notebook, on which both ways were asked."""
    drawn: int = 0
    """Records drawn from the schema on which both were asked; fewer where time ran out or the schema allows fewer."""
    passed_on: int = 0
    """How many of ``rows`` the compiled way left to the original."""
    drawn_passed_on: int = 0
    straight: int = 0
    """How many of both were answered by straight lines; none where these serve nobody."""
    followed: list[Any] = field(default_factory=list)
    """Records that these lines were made from: the example, others of the notebook, drawn ones."""
    original_microseconds: float = 0.0
    """For one record, in the median of interleaved rounds."""
    compiled_microseconds: float = 0.0

    @property
    def times_faster(self) -> float:
        """How many times as fast as the original."""
        return self.original_microseconds / max(self.compiled_microseconds, 1e-3)

    @property
    def at_least(self) -> int:
        """The class that ``times_faster`` is in; 1 if it is in none."""
        return max((one for one in CLASSES if self.times_faster >= one), default=1)

    def words(self) -> str:
        """Return it as one line."""
        if not self.ok:
            which = f", for {self.record}" if self.record else ""
            return f"answers come from the notebook's own code: {self.why}{which}"
        times = milliseconds(self.original_microseconds), milliseconds(self.compiled_microseconds)
        lines = f", {self.straight:,} of them by straight lines" if self.straight else ""
        return (
            f"answers come from compiled code, {self.times_faster:.0f} x faster than the notebook's own (measured: "
            f"{times[0]} -> {times[1]}), equal on {self.rows - self.passed_on} captured and "
            f"{self.drawn - self.drawn_passed_on:,} drawn rows{lines}"
        )


def milliseconds(microseconds: float) -> str:
    """Return a time with two digits that mean something."""
    return f"{microseconds / 1000:.2g} ms"
