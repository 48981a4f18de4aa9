"""What drift there is in, numbers of each column out: for ``/metrics``."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from .comparing import Comparing

GAUGES = {
    "drift_psi": ("Population stability index of a field, or of the answers.", "psi"),
    "drift_drifted": ("1 where that is notable and no chance.", "drifted"),
}
"""Name to what it is, and what of a score that is."""


def gauge(comparing: Comparing, key: str) -> Callable[[], Mapping[str, float]]:
    """Return what reads one number of every column; answers have a name of their own."""

    def read() -> dict[str, float]:
        found: dict[str, Any] = comparing.drift()
        fields = {each["name"]: float(each[key]) for each in found.get("fields", ())}
        answers = {f"answer {each['name']}".strip(): float(each[key]) for each in found.get("answers", ())}
        return {**fields, **answers}

    return read
