"""What a workflow is asked for and what it hands back."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal

from nb2prod.plan.model import ProjectPlan
from nb2prod.score.model import Score
from nb2prod.verify import Depth, Proof

Rows = Literal["auto", "raw", "prepared"]


@dataclass(frozen=True)
class ExportOptions:
    """What somebody asked for."""

    notebook: Path
    target: Path | None = None
    """Where the repository goes; a folder named for the project, in the current one, if not given."""
    name: str | None = None
    parameters: Mapping[str, Any] = field(default_factory=dict)
    kernel: str | None = None
    running: str | None = None
    """Id or connection file of a kernel that has just run the notebook: the evidence is taken from it, and the notebook
    is not run again."""
    run: str | None = None
    """Identifier of a recorded run: its parameters, evidence and artifacts are taken, and the notebook is not run
    again."""
    ledger: str | None = None
    """Where it is recorded."""
    timeout: float | None = None
    """Seconds for the notebook's run, or for the kernel's answers."""
    verify: Depth = "full"
    dry_run: bool = False
    allow_pickle: bool = False
    input: Rows = "auto"
    """What the service takes: raw rows, prepared ones, or raw ones where that can be proven."""
    without: tuple[str, ...] = ()
    """Names of concerns that the service is made without."""


@dataclass(frozen=True)
class Progress:
    """What is going on, for whoever watches."""

    stage: str
    """Plain words, such as ``running the notebook``."""
    key: str = ""
    """Which part of the work it is: ``analyse``, ``run``, ``plan``, ``lock``, ``render``, ``environment``, ``prove`` or
    ``deliver``."""
    cell: int | None = None
    """While the notebook runs: the number of the cell, from 1."""
    cells: int = 0
    seconds: float = 0.0


Watch = Callable[[Progress], None]


@dataclass(frozen=True)
class Exported:
    """What came out."""

    plan: ProjectPlan
    target: Path
    proof: Proof | None = None
    state: str = ""
    """``new``, ``merged`` or ``unchanged``; empty for a dry run."""
    conflicts: tuple[str, ...] = ()
    """Files with git's conflict marks in them."""
    seconds: Mapping[str, float] = field(default_factory=dict)
    warnings: tuple[str, ...] = ()
    run: str = ""
    """Identifier of the recorded run that it was made of."""
    score: Score | None = None
    """Of the repository, as its proof found it; ``None`` where nothing was handed over."""
