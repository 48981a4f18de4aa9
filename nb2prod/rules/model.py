"""What a rule says of itself, and what it finds."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from enum import StrEnum


class Severity(StrEnum):
    """How much a finding matters."""

    ERROR = "error"
    """The service would fail, or answer what the notebook does not."""
    WARNING = "warning"
    """It may, or somebody who runs the notebook again gets something else."""
    ADVICE = "advice"
    """It would be better otherwise."""


class Fixing(StrEnum):
    """Whether a rule can mend what it finds."""

    NONE = "none"
    SAFE = "safe"
    """The notebook computes what it did."""
    UNSAFE = "unsafe"
    """It may compute something else."""


@dataclass(frozen=True)
class Rule:
    """A rule, as its file declares it."""

    code: str
    """``NB`` and three digits, the first of which is the family's."""
    name: str
    """Reads well after "allow": ``star-import``."""
    severity: Severity
    fixing: Fixing = Fixing.NONE
    preview: bool = False
    """Whether it is only run where somebody asks for it."""


@dataclass(frozen=True)
class Finding:
    """One thing that a rule has found."""

    what: str
    """One sentence without its full stop; names of the notebook in backticks."""
    cell: int | None = None
    """Index of the code cell, ``None`` for the notebook as a whole."""
    line: int = 0
    """In the cell's source, from 1; 0 for the cell as a whole."""
    remedy: str = ""


Check = Callable[..., Iterator[Finding]]
"""Takes the facts that its parameters are named for."""


@dataclass(frozen=True)
class Loaded:
    """A rule with its check and its documentation."""

    rule: Rule
    check: Check
    page: str
    """Markdown: what it does, why that is bad, an example, what to write instead."""
    family: str
    """Name of the folder that it lies in, or of the distribution that it comes from."""


@dataclass(frozen=True)
class Found:
    """A finding and the rule that it is of."""

    rule: Rule
    finding: Finding
