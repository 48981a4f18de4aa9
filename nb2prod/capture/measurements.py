"""What to measure of a notebook's objects, and what was measured, as plain data with a JSON form."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from enum import StrEnum
from typing import Any


class State(StrEnum):
    """How far a measurement is."""

    WAITING = "waiting"
    RUNNING = "running"
    MEASURED = "measured"
    SKIPPED = "skipped"


@dataclass(frozen=True)
class MeasureRequest:
    """Which of the notebook's objects play which part. All are expressions of the notebook's own, evaluated where it
    has run; empty where nobody knows."""

    model: str = ""
    """The fitted model that is asked in the end."""
    train_features: str = ""
    """What it was fitted to, as it takes it."""
    train_target: str = ""
    test_features: str = ""
    """Rows that were held back, as it takes them."""
    test_target: str = ""
    train_rows: str = ""
    """The training rows before they were prepared, where they are others."""
    test_rows: str = ""
    table: str = ""
    """The table of the data."""
    groups: tuple[str, ...] = ()
    """Columns between whose values the model should not differ."""
    inference: Mapping[str, Any] | None = None
    """``inputs``, ``output``, ``setup``, ``body``, ``row_sources``: as ``InferenceRequest`` has them."""
    missing: Mapping[str, str] = field(default_factory=dict)
    """Why a part is not there, where there is more to say than that."""
    places: Mapping[str, tuple[int, int]] = field(default_factory=dict)
    """Cell (index) and line (from 1, 0 for the cell) of ``data``, ``split``, ``fit``, ``scoring``, ``inference``."""
    seconds: float = 15.0
    """What one measurement may take."""


@dataclass(frozen=True)
class Measurement:
    """One measurement, by the name of the rule that reads it."""

    name: str
    state: State = State.WAITING
    value: Any = None
    """Plain data: what the function says that is named for it in ``capture/probe/measuring``."""
    why: str = ""
    """Why it was skipped."""
    seconds: float = 0.0


@dataclass(frozen=True)
class Cost:
    """What the notebook's run has taken."""

    seconds: float
    peak_memory_mb: float
    """The most memory (MiB) that the kernel held at once."""
    slowest: tuple[int, float] = (0, 0.0)
    """The cell that took longest, by its index, and its seconds."""
    kwh: float | None = None
    """Energy by codecarbon, where that is installed."""


@dataclass(frozen=True)
class Measured:
    """All that was measured."""

    request: MeasureRequest = field(default_factory=MeasureRequest)
    measurements: Mapping[str, Measurement] = field(default_factory=dict)
    cost: Cost | None = None
    """``None`` where the notebook was not run for it."""
    notes: tuple[str, ...] = ()
    """What people should know of it."""

    def value(self, name: str) -> Any:
        """Return what came of a measurement, ``None`` where it was not made."""
        found = self.measurements.get(name)
        return found.value if found is not None and found.state is State.MEASURED else None

    def place(self, *parts: str) -> tuple[int | None, int]:
        """Return the cell and line of the first of the parts that has one; those of the whole notebook else."""
        for part in parts:
            if part in self.request.places:
                return self.request.places[part]
        return None, 0

    def as_dict(self) -> dict[str, Any]:
        """Return it as JSON has it."""
        return asdict(self)


def measured_from(found: Mapping[str, Any]) -> Measured:
    """Return what ``Measured.as_dict`` gave, through JSON or not."""
    asked = dict(found["request"])
    places = {part: (int(cell), int(line)) for part, (cell, line) in asked["places"].items()}
    request = MeasureRequest(**{**asked, "groups": tuple(asked["groups"]), "places": places})
    made = {
        name: Measurement(**{**each, "state": State(each["state"])}) for name, each in found["measurements"].items()
    }
    cost = found["cost"]
    if cost is not None:
        cost = Cost(**{**cost, "slowest": tuple(cost["slowest"])})
    return Measured(request, made, cost, tuple(found["notes"]))
