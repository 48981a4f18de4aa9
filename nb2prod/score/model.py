"""The words of the ML Test Score: its tests, their states, and what they add up to."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum


class Section(StrEnum):
    """The four sections, as Breck et al. call them."""

    DATA = "Data"
    MODEL = "Model"
    INFRASTRUCTURE = "Infrastructure"
    MONITORING = "Monitoring"


class State(StrEnum):
    """How a test is done."""

    AUTOMATIC = "automatic"
    """By a system that repeats it: one point."""
    ATTESTED = "attested"
    """By hand, with its result written down: half a point."""
    MISSING = "missing"


@dataclass(frozen=True)
class Test:
    """One of the 28 tests."""

    __test__ = False  # not a pytest class

    id: str
    """``D1`` to ``N7``."""
    section: Section
    title: str
    """In the words of Breck et al."""
    how: str
    """What nb2prod does about it, in a sentence; empty where it does nothing."""
    to_raise: str
    """What a person does to raise it, as an instruction."""
    repeated_by: tuple[str, ...] = ()
    """Tests of an exported repository that do it, as pytest names them, all of which are needed; empty: a person's."""


@dataclass(frozen=True)
class Attestation:
    """Somebody's word that a test was done by hand."""

    test: str
    by: str
    on: str
    """A date as in ISO 8601."""
    how: str


@dataclass(frozen=True)
class Known:
    """What is known of a notebook or a repository."""

    repeats: Mapping[str, str] = field(default_factory=dict)
    """Tests that something repeats, as pytest names them, each with why it does nothing here; empty where it does."""
    attested: tuple[Attestation, ...] = ()
    remedies: Mapping[str, str] = field(default_factory=dict)
    """What raises a test, by what repeats it, where that is something else than ``Test.to_raise``."""
    nothing: str = "nothing repeats it"
    """Why a test that is not in ``repeats`` is not repeated."""


@dataclass(frozen=True)
class Row:
    """A test and its state."""

    test: Test
    state: State
    why: str
    """One sentence, without its full stop."""
    remedy: str = ""
    """What raises it here, as an instruction, where that is something else than ``Test.to_raise``."""

    @property
    def to_raise(self) -> str:
        """What a person does to raise it; empty where nothing can."""
        return "" if self.state is State.AUTOMATIC else self.remedy or self.test.to_raise

    @property
    def points(self) -> float:
        """One when automatic, a half when attested."""
        return {State.AUTOMATIC: 1.0, State.ATTESTED: 0.5, State.MISSING: 0.0}[self.state]


@dataclass(frozen=True)
class Score:
    """All 28 with what they add up to."""

    rows: tuple[Row, ...]

    @property
    def sections(self) -> dict[Section, float]:
        """The sum of the points in each section."""
        return {section: sum(r.points for r in self.rows if r.test.section == section) for section in Section}

    @property
    def score(self) -> float:
        """The least of the four sections."""
        return min(self.sections.values())

    @property
    def band(self) -> str:
        """What Breck et al. say of such a score."""
        return band_of(self.score)


BANDS = (
    (0, "0", "More of a research project than a productionized system."),
    (1, "(0,1]", "Not totally untested, but it is worth considering the possibility of serious holes in reliability."),
    (2, "(1,2]", "There's been first pass at basic productionization, but additional investment may be needed."),
    (3, "(2,3]", "Reasonably tested, but it's possible that more of those tests and procedures may be automated."),
    (5, "(3,5]", "Strong levels of automated testing and monitoring, appropriate for mission-critical systems."),
    (7, ">5", "Exceptional levels of automated testing and monitoring."),
)
"""Highest score of each band, how it is written, and what it says: Breck et al. 2017, Table V."""


def band_of(score: float) -> str:
    """Return what Breck et al. say of a score of 0 to 7."""
    return next(says for highest, _, says in BANDS if score <= highest)
