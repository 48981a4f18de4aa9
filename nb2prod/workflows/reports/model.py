"""What is to be done with a notebook, and what is told of it: plain data that goes from process to process."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from enum import StrEnum
from pathlib import Path
from typing import Any

from nb2prod.rules.wording import place_of


class Mode(StrEnum):
    """What is done with fixes."""

    LOOK = "look"
    """Nothing: findings only say whether they can be mended."""
    FIX = "fix"
    """They are applied to the file."""
    DIFF = "diff"
    """They are shown."""


@dataclass(frozen=True)
class Job:
    """One notebook, and how to look at it."""

    path: Path
    codes: tuple[str, ...]
    """Of the rules."""
    settings: Mapping[str, Any] = field(default_factory=dict)
    """Of the rules, as far as they are set, below what the notebook's metadata say."""
    above: Mapping[str, Any] = field(default_factory=dict)
    """Those that count more than the notebook's metadata."""
    mode: Mode = Mode.LOOK
    unsafe: bool = False
    """Whether fixes may change what the notebook computes."""
    sure: bool = False
    """Whether each fix is tried, which can take longer than all rules do."""
    walked: bool = False
    """Whether nobody named the notebook, but a folder that it lies in."""
    outside: bool = False
    """Whether it is a link that leads out of that folder, and is not to be written."""
    asks: bool = True
    """Whether a database of vulnerabilities is asked, where one is named."""


@dataclass(frozen=True)
class Told:
    """One finding, as programs read it."""

    code: str
    name: str
    severity: str
    """``error``, ``warning`` or ``advice``."""
    cell: int | None
    """Index among the code cells, ``None`` for the notebook as a whole."""
    id: str | None
    """Of the cell."""
    line: int | None
    """In the cell's source, from 1."""
    what: str
    remedy: str
    fix: str | None = None
    """``safe`` or ``unsafe`` where it can be mended; where that was not tried, where its rule can mend some."""
    fingerprint: str = ""
    """The same as long as the finding is, wherever its line moves."""
    picture: Mapping[str, Any] | None = None
    """Numbers to draw."""

    def as_dict(self) -> dict[str, Any]:
        """Return one of the ``findings`` of ``nb2prod check --json``."""
        found = asdict(self)
        if self.picture is None:
            del found["picture"]
        return found

    @property
    def place(self) -> str:
        """``cell [2], line 3``; empty for the notebook as a whole."""
        return place_of(self.cell, self.line)


@dataclass(frozen=True)
class Report:
    """What is told of one notebook."""

    path: Path
    findings: tuple[Told, ...] = ()
    """With fixes applied, those that are left."""
    fixed: tuple[str, ...] = ()
    """The codes of what was mended, or with a diff, of what would be."""
    diff: tuple[str, ...] = ()
    """Lines of a unified diff for each cell that fixes change."""
    complete: bool = True
    """Whether all who were to be asked have answered."""
    checks: tuple[Mapping[str, Any], ...] | None = None
    """How each check of objects has ended, ``None`` where none was asked for."""
    looked_for: frozenset[str] = frozenset()
    """The codes of the rules that could have found something: by what was asked for, and by what there was to see."""
    elsewhere: bool = False
    """Whether it depends on files that lie neither beside the notebook nor beside those above."""
    other_language: str = ""
    """The language of a notebook that was passed over, as it is not Python and nobody named it."""
