"""Whether a newly trained model may take the place of the served one."""

from __future__ import annotations

import math
import os
from collections.abc import Iterator, Mapping

from .files import ROOT, read_json

WORSE_BY = 0.05
"""Share of a metric by which a new model may be worse than the served one."""
BETTER: dict[str, str] = read_json(ROOT / "policy.json", {}).get("better", {})
"""Of each metric whether ``higher`` or ``lower`` is better, or ``neither``: by what the export made of its name."""


class Refused(RuntimeError):
    """A model that was trained is not good enough to be served."""


def direction(metric: str) -> int:
    """Return 1 where more of a metric is better, -1 where less is, 0 where nothing says so."""
    return {"higher": 1, "lower": -1}.get(BETTER.get(metric, ""), 0)


def better(metric: str, new: float, old: float) -> float:
    """Return by which share of ``old`` the ``new`` value is better; negative where it is worse."""
    return direction(metric) * (new - old) / max(abs(old), 1e-12)


def complaints(new: Mapping[str, float], served: Mapping[str, float | None]) -> Iterator[str]:
    """Yield why a model with the ``new`` metrics may not take the served one's place."""
    for name, value in new.items():
        old = served.get(name)
        if not math.isfinite(value):
            yield f"{name} is {value}"
        elif old is not None and better(name, value, old) < -WORSE_BY:
            yield f"{name} is {value:g}, and {old:g} for the served model"
    for name, old in served.items():
        if old is not None and name not in new and direction(name):
            yield f"{name} is missing, and {old:g} for the served model"


def check(new: Mapping[str, float], served: Mapping[str, float | None]) -> None:
    """Let a model pass, or not; ``ACCEPT_WORSE=1`` in the environment lets every one pass.

    Raises:
        Refused: with every reason.
    """
    found = list(complaints(new, served))
    if found and os.environ.get("ACCEPT_WORSE") != "1":
        raise Refused(
            f"The new model is not put in the served one's place: {'; '.join(found)}. "
            "Set ACCEPT_WORSE=1 to take it all the same."
        )
