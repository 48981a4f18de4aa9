"""What a sweep is asked for, what it tells while it goes on, and what comes of it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal

from nb2prod.ledger.model import RunRecord, SweepRecord
from nb2prod.runs.model import Limits
from nb2prod.sweeps.model import Direction

Search = Literal["grid", "random", "bayesian"]
Engine = Literal["local", "ray"]


Prune = Literal["", "median", "halving", "hyperband"]


@dataclass(frozen=True)
class SweepOptions:
    """What somebody asked for."""

    notebook: Path
    vary: tuple[str, ...] | Mapping[str, Any]
    """What ``-g`` takes, such as ``lr=0.1,0.01``; or for each name a list, a range and the like of its values."""
    parameters: Mapping[str, Any] = field(default_factory=dict)
    """Those that are the same for all runs."""
    kernel: str | None = None
    limits: Limits = field(default_factory=Limits)
    """Of each run."""
    tags: tuple[str, ...] = ()
    search: Search = "grid"
    number: int = 0
    """Of runs, where it is no grid."""
    seed: int | None = None
    metric: str = ""
    direction: Direction | None = None
    prune: Prune = ""
    """Which of Optuna's pruners stops hopeless runs early; none if empty."""
    ledger: str | None = None
    evidence: bool = False
    """Whether each run keeps what an export of it needs; runs share nothing then."""


@dataclass(frozen=True)
class How:
    """How a sweep is carried out; another time it may be otherwise."""

    workers: int | None = None
    """How many runs at once; as many as there are processors to use if not given."""
    sharing: bool = True
    """Whether cells that runs have in common are run once."""
    engine: Engine = "local"
    address: str = ""
    """Of a Ray cluster, ``HOST:PORT`` or ``auto``; one is started on this machine if not given."""


@dataclass(frozen=True)
class Happened:
    """One thing that happened, for whoever watches."""

    event: str
    """``planned``, ``begun``, ``cell``, ``ended``, ``shared``, ``plain``, ``gone``, ``again`` or ``waits``."""
    worker: int | None = None
    run: str = ""
    number: int | None = None
    cell: int | None = None
    """Index among the code cells."""
    cells: int | None = None
    status: str = ""
    seconds: float | None = None
    what: str = ""
    """A sentence, where there is one to say."""
    done: int = 0
    """Runs of the sweep that have ended."""
    total: int = 0
    failed: int = 0
    best: str = ""
    """The run that is best so far."""
    best_value: float | None = None


SweepWatch = Callable[[Happened], None]


@dataclass(frozen=True)
class Swept:
    """What came of a sweep, or of taking it up again."""

    sweep: SweepRecord
    runs: tuple[RunRecord, ...]
    best: RunRecord | None = None
    seconds: float = 0.0
    notes: tuple[str, ...] = ()
    error: BaseException | None = None
    """What ended it before its time: Ctrl-C, for whoever asked for it to raise again."""
