"""What goes into a look at a notebook, and what comes out: light, for kernels that have the look made elsewhere."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from nb2prod.errors import Problem
from nb2prod.rules.model import Found
from nb2prod.workflows.as_ran import Document, Ran

OURS = "NB2PROD_"
"""How the variables of the environment begin that are for nb2prod."""


@dataclass(frozen=True)
class Asked:
    """Which notebook to look at, and what ran of it in a kernel."""

    notebook: Path | Document
    """Where it is saved, or itself, where it is in no file."""
    ran: tuple[Ran, ...] = ()
    own: frozenset[int | None] = frozenset()
    """The numbers of the inputs that asked for this."""

    @property
    def path(self) -> Path:
        """Where it is, or would be, saved."""
        return self.notebook if isinstance(self.notebook, Path) else self.notebook.path


@dataclass(frozen=True)
class Looked:
    """What was found, as plain data."""

    found: tuple[Found, ...] = ()
    cells: Mapping[int, str] = field(default_factory=dict)
    """The ids of the cells, by their indices."""
    score: Mapping[str, Any] | None = None
    """As ``nb2prod.score.as_data.score_of`` has it."""
    notes: tuple[str, ...] = ()
    """Where what ran in the kernel is something else."""
    pages: Mapping[str, str] = field(default_factory=dict)
    """The pages of the rules that found something, by their codes."""
    problems: tuple[Problem, ...] = ()
    """Why nothing could be checked."""
