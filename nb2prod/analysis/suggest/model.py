"""What is suggested for a notebook: sections, the model to serve, parameters, an inference cell; with reasons."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True)
class CellSuggestion:
    """What one code cell is for."""

    index: int
    """Place among the code cells, from 0."""
    section: str | None
    confidence: float
    """From 0 (a guess) to 1 (certain)."""
    reason: str
    """One sentence for somebody who has never seen the tool."""
    options: Mapping[str, str] = field(default_factory=dict)
    """For ``metadata["nb2prod"]``: ``input`` and ``output`` of an inference cell that asks about several things."""


@dataclass(frozen=True)
class FittedModel:
    """A fitted object that could be served, as it is behind the statement that fits it."""

    name: str
    statement: int
    """Index of the statement that fits it last."""
    cell: int
    why: str
    """Why it is the one to serve, or why it is not."""


@dataclass(frozen=True)
class ParameterProposal:
    """A literal that people vary."""

    name: str
    value: str
    """The literal as it is written."""
    type: str
    """``int``, ``float``, ``str``, ``bool``, ``list``."""
    cell: int
    line: int
    """In the cell, from 1."""
    why: str


@dataclass(frozen=True)
class InferenceCell:
    """An inference section for a notebook that has none: a cell to be put behind the others."""

    source: str
    """Plain Python, with a comment for the person who finds it in the notebook."""
    request: str
    """Name of the rows that are asked about."""
    why: str
    after: int | None = None
    """Index of the code cell that it goes right behind, because the rows or the model are gone later; ``None`` where
    it goes to the end."""


@dataclass(frozen=True)
class Suggestion:
    """All that is suggested for a notebook. The same notebook always gets the same."""

    cells: tuple[CellSuggestion, ...]
    """One for every code cell, in notebook order."""
    model: FittedModel | None
    others: tuple[FittedModel, ...] = ()
    """The other candidates, the best first."""
    parameters: tuple[ParameterProposal, ...] = ()
    inference: InferenceCell | None = None
    """``None`` where the notebook's own cells are enough."""
    nothing: str = ""
    """Why there is nothing to serve, and what would help; empty where there is."""
    warnings: tuple[str, ...] = ()
    """What the notebook presents and a service would not answer."""
    missing: str = ""
    """Why no inference section was found or could be built, and what would help; empty where there is one."""
