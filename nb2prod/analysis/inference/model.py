"""What was found out about the inference section."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

ANSWER = "prediction"
"""Name given to an answer that the notebook computes without naming it."""
RECORDS = "records"
"""Name given to a request that the notebook spells out inside a call."""


@dataclass(frozen=True)
class Inference:
    """The request, the response, and the way from one to the other."""

    how: str
    """``said`` (cell metadata), ``function`` (a function of the section) or ``found`` (from the dataflow)."""
    inputs: tuple[str, ...]
    """Names of the request: one, or several for a function of several arguments."""
    output: str
    """Name of the response."""
    body: tuple[int, ...]
    """Statements that run for each request, in order. For a function: the statement that calls it."""
    first: int
    """The statement before whose run the request exists; values are needed as they are here."""
    after_cell: int
    """Index of the last code cell involved."""
    setup: str
    """The notebook's own statements that make its request; empty where the request comes from outside."""
    run: str
    """The notebook's own statements from the request to the response."""
    function: str = ""
    rewritten: Mapping[int, str] = field(default_factory=dict)
    """Statement to its text where the request or the response had to be given a name."""
    bound: Mapping[str, str] = field(default_factory=dict)
    """For a function: parameters that are not part of the request, to the expression that the notebook passes."""
    row_sources: tuple[str, ...] = ()
    """Names of variables that more rows may be drawn from, the best first."""
