"""A notebook to the statements outside its evaluation section that say how good its model is."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from nb2prod.analysis.inference.model import Inference
from nb2prod.analysis.model import Dataflow, Kind
from nb2prod.analysis.suggest.reading import read_story
from nb2prod.analysis.suggest.values import Fit, Story
from nb2prod.notebook.model import SKIP, Notebook

CODE = frozenset({Kind.IMPORT, Kind.FUNCTION, Kind.CLASS})


@dataclass(frozen=True)
class Judgement:
    """A statement that measures the model which inference asks."""

    statement: int
    call: str
    """What it measures by, such as ``accuracy_score``."""
    model: str
    """The model's name; empty where it has none."""
    obstacle: str = ""
    """Why it cannot be told apart from what the cell does beside it; empty where it can."""


def find_judgements(notebook: Notebook, flow: Dataflow, inference: Inference) -> tuple[Judgement, ...]:
    """Return what measures the model that ``inference`` asks, in cells that are not tagged ``evaluation``, in notebook
    order. Nothing is executed."""
    story = read_story(notebook, flow)
    needed = _needed(flow, inference.body)
    fits = [fit for fit in story.fits if fit.statement in needed]
    found: dict[int, Judgement] = {}
    sections = [cell.section for cell in notebook.cells]
    for index, call, fit in _judged(story, fits):
        section = sections[flow.statements[index].cell]
        known = index in found and (found[index].model or not fit.name)
        if section in {SKIP, "evaluation"} or index in inference.body or known:
            continue
        obstacle = _obstacle(flow, story, needed, index)
        if not obstacle and section is None and "evaluation" in sections:
            obstacle = "in a cell that has no tag, while others are tagged `evaluation`"
        found[index] = Judgement(index, call, fit.name or fit.text, obstacle)
    return tuple(found[index] for index in sorted(found))


def _judged(story: Story, fits: list[Fit]) -> Iterable[tuple[int, str, Fit]]:
    """Yield the statements that judge one of the fitted objects, or copies of it before it is fitted for good."""
    for use in story.uses:
        if use.kind == "judge" and use.fit in fits:
            yield use.statement, use.call, use.fit
    for fit in fits:
        for statement, call in fit.model.crossed:
            yield statement, call, fit


def _obstacle(flow: Dataflow, story: Story, needed: set[int], index: int) -> str:
    if any(fit.statement == index for fit in (*story.fits, *story.tools)):
        return "in the same statement that trains"
    others = {fit.statement for fit in story.fits} - needed
    if _needed(flow, [index]) & others:
        return "together with models that are not served"
    return ""


def _needed(flow: Dataflow, starts: Iterable[int]) -> set[int]:
    """Return ``starts`` and all that they need, code and libraries' state left out."""
    seen = set(starts)
    pending = sorted(seen)
    while pending:
        for name, sources in flow.sources[pending.pop()].items():
            new = set() if name.startswith("<") else sources - seen
            seen |= new
            pending += sorted(new)
    return {index for index in seen if flow.statements[index].kind not in CODE}
