"""A notebook as nb2prod sees it: code cells in order, each with its section and its plain Python."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from nb2prod.errors import Problem
from nb2prod.records import record

SECTIONS = ("parameters", "data", "training", "evaluation", "inference")
SKIP = "skip"


@record
class Cell:
    """One code cell."""

    index: int
    """Place among the code cells, from 0."""
    position: int
    """Place among all cells, from 0."""
    id: str
    source: str
    """As written, magics and all."""
    code: str
    """Plain Python with exactly as many lines as ``source``: magics are gone or replaced."""
    section: str | None = None
    """One of ``SECTIONS``, ``"skip"``, or ``None`` when nobody tagged the cell."""
    options: Mapping[str, Any] = field(default_factory=dict)
    """The cell's ``metadata["nb2prod"]``, for example ``{"input": "sample", "output": "prediction"}``."""
    output: str = ""
    """What its stored outputs say, as text."""
    execution_count: int | None = None
    """Its number in the run that the notebook was saved after, ``None`` where it has none."""
    raised: bool = False
    """Whether its stored outputs say that it raised, without having been meant to."""
    may_raise: bool = False
    """Whether it is tagged ``raises-exception``."""
    heading: str = ""
    """The text of the Markdown cells directly above, empty if there are none."""
    run: str = ""
    """What ``code`` was before parts of it got a form that can stand elsewhere; empty where it is the same."""

    @property
    def label(self) -> str:
        """How messages name the cell: its number in a run from the top, as in Jupyter's ``[7]``."""
        return f"cell [{self.index + 1}]"


@dataclass(frozen=True)
class NamedValue:
    """A value that has a name in ``code`` and none in ``source``, where it stands in the midst of a statement."""

    cell: int
    statement: str
    """Text of that statement in ``source``."""
    earlier: int
    """How many statements before it in the cell are the same."""
    name: str = ""
    expression: str = ""


@dataclass(frozen=True)
class Refusal:
    """One thing in a notebook that keeps it from being exported."""

    kind: str
    """``tags``, ``magics``, ``syntax``, ``await`` outside functions, or ``empty`` where there is no code at all."""
    problem: Problem
    cell: int | None = None
    """Index of the code cell, ``None`` for the notebook as a whole."""
    line: int = 0
    """In the cell's source, from 1; 0 for the cell as a whole."""


@dataclass(frozen=True)
class Notebook:
    """A notebook that was read and found to be Python."""

    path: Path
    cells: tuple[Cell, ...]
    title: str = ""
    """The first Markdown heading, empty if there is none."""
    kernel: str | None = None
    """The kernel's name in the notebook's metadata."""
    requirements: tuple[str, ...] = ()
    """What ``!pip install`` and ``%pip install`` asked for, in order."""
    modules: Mapping[str, str] = field(default_factory=dict)
    """File name to text of the modules that ``%%writefile`` writes."""
    metadata: Mapping[str, Any] = field(default_factory=dict)
    named: tuple[NamedValue, ...] = ()
    aside: tuple[str, ...] = ()
    """Shell commands and the like, with their places: they stay in the notebook."""
    hints: tuple[str, ...] = ()
    """What looks like a slip and need not be one: tags that are almost a section's name."""
    refused: tuple[Refusal, ...] = ()
    """What keeps a draft from being exported; always empty where :func:`~nb2prod.notebook.read.notebook_of` read it."""
    document: Mapping[str, Any] | None = field(default=None, repr=False, compare=False)
    """The whole of it, of nbformat 4, where somebody keeps it to be run; else its file is read again then."""
