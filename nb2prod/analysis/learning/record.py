"""What has been seen so far while a notebook is read."""

from __future__ import annotations

from dataclasses import dataclass, field

from nb2prod.analysis.learning.model import Fit, Kind, Learnt, Model, Place, Prediction, Scoring
from nb2prod.analysis.learning.networks import Asked
from nb2prod.analysis.learning.values import Data, Rows, Splitting, Value


@dataclass
class Fitted:
    """A fit and the values that it was handed."""

    fit: Fit
    value: Value
    features: Data | None = None
    target: Data | None = None


@dataclass
class Scored:
    """A scoring and the rows that it is about."""

    scoring: Scoring
    features: Data | None = None
    rows: Rows | None = None
    target: Data | None = None
    varies: frozenset[int] = frozenset()
    """The loops whose turns the answers differ in otherwise than by their fit: a threshold."""
    fitted: Fitted | None = None
    loops: tuple[int, ...] = ()
    """The loops around it."""
    kind: Kind | None = None
    """How a cross-validation is told to part rows, where it is."""


@dataclass
class Record:
    """All of it, in order."""

    splits: list[Splitting] = field(default_factory=list)
    fits: list[Fitted] = field(default_factory=list)
    predictions: list[Prediction] = field(default_factory=list)
    asked: list[tuple[Prediction, Data]] = field(default_factory=list)
    scorings: list[Scored] = field(default_factory=list)
    models: list[Model] = field(default_factory=list)
    worked_out: list[tuple[Learnt, Rows | None]] = field(default_factory=list)
    picked: list[tuple[Place, tuple[int, ...]]] = field(default_factory=list)
    """Where the best of several scores is picked, and which scorings they are of."""
    names: dict[int, str] = field(default_factory=dict)
    """The last variable that was given each model."""
    tables: list[Value] = field(default_factory=list)
    grouped: list[tuple[Rows, str]] = field(default_factory=list)
    """The rows of which the notebook says that they come in groups, and which."""
    whole: dict[int, list[Data]] = field(default_factory=dict)
    """What went into each split."""
    named_rows: list[Rows] = field(default_factory=list)
    measured: bool = False
    """Whether something tells how good a model is, be it in a way of which nobody knows the rows."""
    answered: set[Value] = field(default_factory=set)
    """Tables and arrays into which answers are put, fold after fold."""
    network: Asked | None = None
    """The network that was asked last."""
    loops: int = 0
    origins: int = 0

    def next_loop(self) -> int:
        """Return the number of a loop that begins."""
        self.loops += 1
        return self.loops

    def next_origin(self) -> int:
        """Return the number of a table that is read."""
        self.origins += 1
        return self.origins
