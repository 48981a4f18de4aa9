"""What a rule says of itself, and what it finds."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Set
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any


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
    words: Set[str] = field(default=frozenset(), hash=False)
    """One of ``Facts.words`` wherever it finds something: where none is, it is not asked. Empty where that is not
    certain."""


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
    subject: str = ""
    """The name, column or the like that it is about, for those who mend it; never a secret."""
    once: str = ""
    """What is told once: of a rule's findings that say the same here only the first is told that nobody ignores."""
    picture: Mapping[str, Any] | None = None
    """Numbers to draw where people look, with ``kind`` and ``title``; at most 50 of each:

    - ``histogram``: ``counts`` between ``edges`` (one more); ``mark`` is a limit to draw.
    - ``two_histograms``: ``first`` and ``second``, each with ``name`` and ``shares``, by ``edges`` or ``labels``.
    - ``bars``: ``bars`` with ``label``, ``value`` and maybe ``note``; ``line`` is a value to hold them against.
    - ``reliability``: ``bins`` with ``said`` (0 to 1), ``seen`` (0 to 1) and ``rows``.
    """


@dataclass(frozen=True)
class Source:
    """A code cell gets another source."""

    cell: int
    source: str


@dataclass(frozen=True)
class Tagging:
    """A code cell gets a section, and loses the one that it had; ``None`` for no section."""

    cell: int
    section: str | None


@dataclass(frozen=True)
class Inserted:
    """A new code cell."""

    before: int
    """Index of the code cell that it comes right above; as many as there are for the end."""
    source: str
    section: str | None = None


@dataclass(frozen=True)
class Outputs:
    """A code cell gets other stored outputs, as nbformat 4 has them."""

    cell: int
    outputs: tuple[Mapping[str, Any], ...]


@dataclass(frozen=True)
class Fix:
    """What mends one finding. Places are those of the notebook that the finding was found in."""

    title: str
    """What it does, as a button says it: ``Pin pandas to 2.2.3``."""
    changes: tuple[Source | Tagging | Inserted | Outputs, ...]


Check = Callable[..., Iterator[Finding]]
"""Takes the facts that its parameters are named for."""
Fixer = Callable[..., "Fix | None"]
"""Takes ``finding`` and the facts that its other parameters are named for; ``None`` where this one cannot be mended."""


@dataclass(frozen=True)
class Loaded:
    """A rule with its check and its documentation."""

    rule: Rule
    check: Check
    page: str
    """Markdown: what it does, why that is bad, an example, what to write instead."""
    family: str
    """Name of the folder that it lies in, or of the distribution that it comes from."""
    fix: Fixer | None = None
    """Asked only when somebody wants to see or apply it; there where the rule says safe or unsafe."""


@dataclass(frozen=True)
class Found:
    """A finding and the rule that it is of."""

    rule: Rule
    finding: Finding
