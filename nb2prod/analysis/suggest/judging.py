"""A notebook to the statements outside its evaluation section that say how good its model is."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from nb2prod.analysis.inference.model import Inference
from nb2prod.analysis.model import Dataflow, Kind
from nb2prod.analysis.suggest.reading import read_story
from nb2prod.analysis.suggest.roles import load_roles
from nb2prod.analysis.suggest.values import Fit, Story
from nb2prod.notebook.model import SKIP, Notebook

CODE = frozenset({Kind.IMPORT, Kind.FUNCTION, Kind.CLASS})
WHERE_IT_TRAINS = "in the same statement that trains"


@dataclass(frozen=True)
class Judgement:
    """A statement that measures the model which inference asks."""

    statement: int
    call: str
    """What it measures by, such as ``accuracy_score``; empty where it only adds up what is right."""
    model: str
    """The model's name; empty where it has none."""
    within: str
    """The notebook's function in which it measures, if any."""
    obstacle: str = ""
    """Why it cannot be told apart from what the cell does beside it; empty where it can."""
    names: tuple[str, ...] = ()
    """The variables that hold the numbers behind it, where it cannot."""


def find_judgements(notebook: Notebook, flow: Dataflow, inference: Inference) -> tuple[Judgement, ...]:
    """Return what measures the model that ``inference`` asks, in cells that are not tagged ``evaluation``, in notebook
    order. Nothing is executed."""
    story = read_story(notebook, flow)
    needed = needed_by(flow, inference.body)
    fits = [fit for fit in story.fits if fit.statement in needed]
    found: dict[int, Judgement] = {}
    sections = [cell.section for cell in notebook.cells]
    for index, call, within, fit in _judged(story, fits):
        section = sections[flow.statements[index].cell]
        known = index in found and not fit.name
        if section in {SKIP, "evaluation"} or index in inference.body or known:
            continue
        call = "" if call in load_roles().totals else call
        obstacle = _obstacle(flow, story, needed, index)
        names = _names(story, needed, index) if obstacle == WHERE_IT_TRAINS else ()
        if not obstacle and section is None and "evaluation" in sections:
            obstacle = "in a cell that has no tag, while others are tagged `evaluation`"
        found[index] = Judgement(index, call, fit.name or fit.text, within, obstacle, names)
    return tuple(found[index] for index in sorted(found))


def _judged(story: Story, fits: list[Fit]) -> Iterable[tuple[int, str, str, Fit]]:
    """Yield the statements that judge one of the fitted objects, or copies of it before it is fitted for good: by what
    call, and in which function."""
    for use in story.uses:
        if use.kind == "judge" and use.fit in fits:
            yield use.statement, use.call, use.within, use.fit
    for fit in fits:
        for statement, call in fit.model.crossed:
            yield statement, call, "", fit


def _obstacle(flow: Dataflow, story: Story, needed: set[int], index: int) -> str:
    if any(fit.statement == index for fit in (*story.fits, *story.tools)):
        return WHERE_IT_TRAINS
    others = {fit.statement for fit in story.fits} - needed
    if needed_by(flow, [index]) & others:
        return "together with models that are not served"
    return ""


def _names(story: Story, needed: set[int], index: int) -> tuple[str, ...]:
    held = story.scores.get(index, {})
    return tuple(name for name, fits in held.items() if any(fit.statement in needed for fit in fits))


def needed_by(flow: Dataflow, starts: Iterable[int]) -> set[int]:
    """Return ``starts`` and all that they need, code and libraries' state left out."""
    seen = set(starts)
    pending = sorted(seen)
    while pending:
        for name, sources in flow.sources[pending.pop()].items():
            new = set() if name.startswith("<") else sources - seen
            seen |= new
            pending += sorted(new)
    return {index for index in seen if flow.statements[index].kind not in CODE}
