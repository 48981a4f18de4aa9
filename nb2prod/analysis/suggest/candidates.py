"""Which of the fitted objects could be served, and which one is."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import IntEnum

from nb2prod.analysis.suggest.applying import Applied
from nb2prod.analysis.suggest.roles import MODELS, Role
from nb2prod.analysis.suggest.values import Fit, Story, Use, Value

LEARNING_ON = frozenset({"partial_fit", "optimizer.step", "train_on_batch"})
"""Ways to fit that go on from where the object was."""


class Tier(IntEnum):
    """What speaks for serving a model, the more the better."""

    FITTED = 0
    ANSWERS = 1
    JUDGED = 2
    BEST = 3
    NEW_ROWS = 4
    DELIVERED = 5


@dataclass
class Candidate:
    """A fitted object that answers for new rows and can be had by a name."""

    fit: Fit
    name: str
    final: bool
    """Whether the name still holds it at the end."""
    replaced_in: int = -1
    """The cell in which the name is given to something else, or fitted again."""
    feeds: bool = False
    """Whether another model is trained on its answers."""
    number: int = 0
    """Its place among the fits."""
    uses: list[Use] = field(default_factory=list)
    tier: Tier = Tier.FITTED
    place: int = 0
    """The statement that speaks for it."""
    evidence: str = ""
    """What the notebook's stored outputs say for it."""
    applied: tuple[tuple[int, Applied], ...] = ()
    """Of what is learnt by the notebook's own code: the statements that apply it to rows, the best first."""

    @property
    def key(self) -> tuple[bool, bool, int, int, int, int, int]:
        """What candidates are ordered by."""
        asked = max((use.statement for use in self.uses), default=-1)
        return (self.final, not self.feeds, self.tier, self.place, asked, self.fit.statement, self.number)


def find_candidates(story: Story) -> list[Candidate]:
    """Return what could be served, the best first."""
    found: list[Candidate] = []
    holding = {name: value for name, value in story.variables.items() if value.fits or value.items or value.attributes}
    uses_of: dict[Fit, list[Use]] = {}
    for use in story.uses:
        uses_of.setdefault(use.fit, []).append(use)
    for number, fit in enumerate(story.fits):
        if fit is not fit.model.fits[-1] and (fit.model.role is Role.NETWORK or fit.call in LEARNING_ON):
            continue
        uses = uses_of.get(fit, [])
        name, final = _name(holding, fit, uses)
        if name and _can_serve(fit.model, uses):
            found.append(Candidate(fit, name, final, number=number, uses=uses))
    found = _once_for_each_statement(found)
    fed = {fit for other in story.fits if other.data is not None for fit in other.data.value.answers}
    for candidate in found:
        candidate.feeds = candidate.fit in fed
        candidate.tier, candidate.place = _tier(story, candidate)
    for candidate in found:
        if not candidate.final:
            candidate.replaced_in = _replaced_in(candidate, found)
    return sorted(found, key=lambda candidate: candidate.key, reverse=True)


def _once_for_each_statement(found: list[Candidate]) -> list[Candidate]:
    """Keep the last of those that have the same name behind the same statement."""
    kept = {(candidate.name, candidate.fit.statement): candidate for candidate in found}
    return list(kept.values())


def _can_serve(model: Value, uses: list[Use]) -> bool:
    if model.role in MODELS:
        return True
    return model.role in {Role.UNKNOWN, Role.OWN} and any(use.kind == "answer" for use in uses)


def _name(holding: Mapping[str, Value], fit: Fit, uses: list[Use]) -> tuple[str, bool]:
    """Return the name that a fitted object has, and whether it still has it at the end, when variables are
    ``holding`` what was fitted."""
    asked = [use.text for use in reversed(uses) if use.kind == "answer" and not use.within]
    for name in [*asked, fit.name, *holding]:
        if name and _holds(holding.get(name), fit):
            return name, True
    for name, value in holding.items():
        for key, item in value.items or ():
            if _holds(item, fit):
                return f"{name}[{key}]", True
        for key, item in value.attributes.items():
            if value.instance and _holds(item, fit):
                return f"{name}.{key}", True
    return fit.name or (fit.text if fit.text.isidentifier() and not fit.within else ""), False


def _holds(value: Value | None, fit: Fit) -> bool:
    if value is None or value.symbol or not value.fits:
        return False
    return value.fits[-1] is fit and (not value.loaded or fit.model is value)


def _tier(story: Story, candidate: Candidate) -> tuple[Tier, int]:
    fit = candidate.fit
    if fit in story.delivered:
        return Tier.DELIVERED, story.delivered[fit]
    known = set(fit.data.value.lineage) if fit.data is not None else set()
    new, judged, answered = -1, -1, -1
    for use in candidate.uses:
        if use.kind == "judge":
            judged = use.statement
        else:
            answered = use.statement
            if is_new(use, known) and use.cell not in story.drawing:
                new = use.statement
    if new > fit.statement:
        return Tier.NEW_ROWS, new
    if judged >= 0:
        return Tier.JUDGED, judged
    return (Tier.ANSWERS, answered) if answered >= 0 else (Tier.FITTED, fit.statement)


def is_new(use: Use, known: set[int]) -> bool:
    """Return whether a model is asked about rows that have nothing to do with those it was fitted on."""
    if use.data is None or use.call.startswith("fit"):
        return False
    lineage = use.data.value.lineage
    return not (lineage & known) if lineage else use.data.value.spelled


def _replaced_in(candidate: Candidate, found: list[Candidate]) -> int:
    later = [c.fit.cell for c in found if c.name == candidate.name and c.fit.statement > candidate.fit.statement]
    return min(later, default=-1)
