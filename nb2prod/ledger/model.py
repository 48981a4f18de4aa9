"""What the ledger is told of runs and sweeps, and what it tells of them, as plain data."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from nb2prod.runs.model import Status as Status

OPEN = frozenset({Status.QUEUED, Status.RUNNING})
"""Those of a run that is not over."""


@dataclass(frozen=True)
class Owner:
    """The process that does a run, told apart from one that gets the same number later."""

    host: str
    pid: int
    started: str
    """When it started, by a clock that nobody sets."""
    space: str
    """Which processes its number is among: the machine's boot and the container; empty where that is not known."""


@dataclass(frozen=True)
class NewRun:
    """A run that is to be done."""

    notebook: str
    """Absolute path."""
    sha256: str
    """Of the notebook's file."""
    parameters: Mapping[str, Any] = field(default_factory=dict)
    """All of them, with those that keep their defaults; :mod:`nb2prod.runs.parameters.writing` has what they may be."""
    given: tuple[str, ...] = ()
    """Names of those that somebody gave."""
    tags: tuple[str, ...] = ()
    seed: int | None = None
    kernel: str = ""
    output: str = ""
    """Absolute path that the executed notebook is written to; empty if to none. ``{id}`` in it becomes the run's
    identifier."""
    git_commit: str = ""
    git_dirty: bool | None = None
    options: Mapping[str, Any] = field(default_factory=dict)
    """Whatever else its worker has to know, such as its limits."""


@dataclass(frozen=True)
class NewSweep:
    """Runs of one notebook that belong together."""

    notebook: str
    sha256: str
    content: str
    """The notebook's file as it was, to which the sweep keeps."""
    space: Mapping[str, Any] = field(default_factory=dict)
    search: str = "grid"
    seed: int | None = None
    metric: str = ""
    direction: str = ""
    """``maximize``, ``minimize`` or empty."""
    engine: str = "local"
    options: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Ended:
    """How an attempt at a run ended, told by who made it."""

    status: Status
    seconds: float | None = None
    """By a monotonic clock."""
    kernel: str = ""
    """The name of the kernel that it ran on; empty leaves what the run was told at first."""
    metrics: Mapping[str, float] = field(default_factory=dict)
    output: str = ""
    """Path of the executed notebook; empty leaves what the run was told at first."""
    output_sha256: str = ""
    versions: Mapping[str, str] = field(default_factory=dict)
    """``python`` and the libraries that the notebook had loaded."""
    peak_memory: int | None = None
    """Bytes, of the kernel and its children."""
    cpu_seconds: float | None = None
    error_cell: int | None = None
    """Index among the code cells, from 0."""
    error_name: str = ""
    message: str = ""
    traceback: str = ""
    shared: str = ""
    """How many cells it shared with other runs and by which way, or why none."""
    notes: tuple[str, ...] = ()
    at: tuple[int, int] | None = None
    """The code cell that it came to, by its index, and how many there are: signs of life are rarer than cells."""
    why: str = ""
    """What the status has to say for itself, where that is no error."""
    reported: Mapping[int, float] = field(default_factory=dict)
    """By step, what the notebook reported while it trained."""
    evidence_sha256: str = ""
    """Of what it has kept for an export beside its executed notebook; empty where that is nothing."""


@dataclass(frozen=True)
class RunRecord:
    """What the ledger knows of a run."""

    id: str
    status: Status
    notebook: str
    sha256: str
    parameters: Mapping[str, Any]
    given: tuple[str, ...]
    tags: tuple[str, ...]
    seed: int | None
    kernel: str
    options: Mapping[str, Any]
    sweep: str | None
    number: int | None
    """Its number within the sweep, from 1."""
    attempt: int
    """How many times it was begun."""
    queued: datetime
    """This and the following by the ledger's clock, UTC."""
    started: datetime | None
    ended: datetime | None
    heard: datetime | None
    """The last sign of life of who does it."""
    seconds: float | None
    """Of the last attempt, by a monotonic clock; not known of one that is lost."""
    owner: Owner | None
    why: str
    """What the status has to say for itself, such as why the run counts as lost."""
    cell: int | None
    """Index of the code cell that it is at, or was when last heard of."""
    cells: int | None
    metrics: Mapping[str, float]
    output: str
    output_sha256: str
    versions: Mapping[str, str]
    git_commit: str
    git_dirty: bool | None
    peak_memory: int | None
    cpu_seconds: float | None
    error_cell: int | None
    error_name: str
    message: str
    traceback: str
    shared: str
    notes: tuple[str, ...]


@dataclass(frozen=True)
class Claim:
    """The right to do an attempt at a run, and to say how it ended."""

    run: RunRecord
    attempt: int
    token: str


@dataclass(frozen=True)
class Attempt:
    """A try at a run."""

    number: int
    """From 1."""
    status: Status
    started: datetime
    ended: datetime | None
    seconds: float | None
    host: str
    pid: int
    why: str


@dataclass(frozen=True)
class SweepRecord:
    """What the ledger knows of a sweep."""

    id: str
    notebook: str
    sha256: str
    content: str
    space: Mapping[str, Any]
    search: str
    seed: int | None
    metric: str
    direction: str
    engine: str
    options: Mapping[str, Any]
    created: datetime
    counts: Mapping[Status, int]
    """How many of its runs stand how; those that are lost and not yet written as such count as running."""
