"""The plan: every decision about the repository, as plain data, before anything is written."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True)
class ArtifactPlan:
    """A fitted object that travels from training to inference."""

    name: str
    kind: str
    """A folder below ``templates/artifacts``."""
    file: str
    """File name below ``artifacts/`` in the repository."""
    type: str
    """Dotted public name of its type."""
    build: str = ""
    """For kinds that save only a state: the function in ``inference`` that makes the empty object."""


@dataclass(frozen=True)
class CameAlong:
    """An untagged or differently tagged cell that a section needed."""

    cell: int
    section: str
    why: str


@dataclass(frozen=True)
class SectionPlan:
    """What became of a section."""

    cells: tuple[int, ...] = ()
    """Indices of the code cells whose statements are in it."""
    inputs: tuple[str, ...] = ()
    outputs: tuple[str, ...] = ()
    file: str = ""
    """Path in the repository, POSIX."""


@dataclass(frozen=True)
class LearnedPlan:
    """A value that the training data give and a raw row is prepared with."""

    name: str
    what: str
    """In words: ``mean of `age```."""
    cell: int


@dataclass(frozen=True)
class StepPlan:
    """What became of a statement between the raw table and the model's input."""

    cell: int
    how: str
    """``row``, ``learnt`` or ``training``."""
    what: str


@dataclass(frozen=True)
class InputPlan:
    """Which rows the service takes."""

    rows: str
    """``raw`` or ``prepared``."""
    table: str
    """The notebook's name of what the rows are from."""
    learned: tuple[LearnedPlan, ...] = ()
    steps: tuple[StepPlan, ...] = ()
    unused: tuple[str, ...] = ()
    """Columns of the raw table that no client has to send."""
    why: str = ""
    """Why they are prepared ones."""
    where: str = ""
    remedy: str = ""


@dataclass(frozen=True)
class ProjectPlan:
    """A repository that is decided but not yet written."""

    project: str
    """Name of the distribution; also ``[project] name``."""
    package: str
    """Name of the import package."""
    slice: str
    """``tidy`` or ``conservative``."""
    templates: tuple[str, ...]
    """Folders below ``templates/``, rendered in this order."""
    context: Mapping[str, Any]
    """What the templates see, as ``cookiecutter.<key>``. Plain data; see ``docs/templates.md``."""
    files: Mapping[str, str] = field(default_factory=dict)
    """POSIX path in the repository to text that never passes through a template."""
    copies: Mapping[str, str] = field(default_factory=dict)
    """POSIX path in the repository to the file to copy from."""
    left_in_place: Mapping[str, str] = field(default_factory=dict)
    """POSIX path in the repository to a data file too large to copy; it is found through ``DATA_DIR``."""
    artifacts: tuple[ArtifactPlan, ...] = ()
    sections: Mapping[str, SectionPlan] = field(default_factory=dict)
    came_along: tuple[CameAlong, ...] = ()
    left_out: tuple[str, ...] = ()
    """Statements that have effects and were left behind, as ``cell [3], line 2: source``."""
    requirements: tuple[str, ...] = ()
    """Exact pins of what the notebook's code imports."""
    constraints: tuple[str, ...] = ()
    """Exact pins of what those need in turn, as in the kernel."""
    python: str = ""
    """Version of the kernel's Python, such as ``3.11.7``."""
    warnings: tuple[str, ...] = ()
    input: InputPlan | None = None
    """Raw or prepared rows, where that was a question."""
    compiled_requirements: tuple[str, ...] = ()
    """Those of ``requirements`` that only the compiled way to an answer needs."""
    not_compiled: str = ""
    """Why there is no such way; empty where it is tried."""
