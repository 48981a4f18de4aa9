"""What was measured of a notebook's objects, and what the rules found in it, to how each check of them stands."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from nb2prod.capture.measurements import Measured, State
from nb2prod.rules.model import Found


@dataclass(frozen=True)
class RuntimeCheck:
    """How a check that looks at objects has ended, or how far it is."""

    name: str
    """Of the rule, and of what is measured for it."""
    state: str
    """``waiting``, ``running``, ``passed``, ``failed`` or ``skipped``."""
    why: str = ""
    """Why it was skipped."""
    seconds: float = 0.0


def runtime_checks(measured: Measured, found: Iterable[Found]) -> list[RuntimeCheck]:
    """Return how each check of objects stands, given what the rules have found in what is measured so far."""
    failed = {each.rule.name for each in found}
    ended = {State.MEASURED: "passed"}
    return [
        RuntimeCheck(
            name=each.name,
            state="failed"
            if each.state is State.MEASURED and name in failed
            else ended.get(each.state, each.state.value),
            why=each.why,
            seconds=each.seconds,
        )
        for name, each in measured.measurements.items()
    ]
