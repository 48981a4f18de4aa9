"""A notebook to what is suggested for it."""

from __future__ import annotations

from dataclasses import replace

from nb2prod.analysis.model import Dataflow
from nb2prod.analysis.suggest.by_hand import candidates_by_hand
from nb2prod.analysis.suggest.candidates import find_candidates
from nb2prod.analysis.suggest.choosing import choose, describe_other, describe_served
from nb2prod.analysis.suggest.inference_section import find_or_build
from nb2prod.analysis.suggest.learnt import find_learnt
from nb2prod.analysis.suggest.model import CellSuggestion, Suggestion
from nb2prod.analysis.suggest.nothing import no_sections, why_nothing
from nb2prod.analysis.suggest.outputs import prefer_best
from nb2prod.analysis.suggest.proposals import propose
from nb2prod.analysis.suggest.reading import read_story
from nb2prod.analysis.suggest.sections import Sections
from nb2prod.analysis.suggest.unanswered import asks_unknown
from nb2prod.errors import Problem, UsageError
from nb2prod.notebook.model import SKIP, Notebook

MOST_OTHERS = 30


def suggest(notebook: Notebook, flow: Dataflow, model: str | None = None) -> Suggestion:
    """Return sections, the model to serve, and what else would help ``notebook`` to be exported.

    ``model`` names another model to serve, as ``NAME`` or ``NAME@CELL``. Sections that are tagged already stay. Nothing
    is executed. Raises ``UsageError`` where no model is called ``model``.
    """
    story = read_story(notebook, flow)
    candidates, learnt = find_candidates(story), None
    if not candidates:
        learnt = find_learnt(flow)
        candidates = candidates_by_hand(flow, story, learnt)
    if not candidates:
        why = why_nothing(flow, story, learnt)
        if model is not None:
            raise UsageError(Problem(f"no model is called `{model}`: {why}", notebook.path.name))
        cells = respecting(notebook, no_sections(notebook, flow, story))
        return Suggestion(cells, None, nothing=why)
    candidates = prefer_best(notebook, story, candidates)
    served = choose(notebook, candidates, model)
    sections = Sections(notebook, flow, story, served)
    inference, missing = find_or_build(notebook, flow, story, sections)
    cells = respecting(notebook, sections.result())
    needed = sections.slice.data | sections.slice.training | {use.statement for use in served.uses}
    return Suggestion(
        cells=cells,
        model=describe_served(served, flow, alone=len(candidates) == 1, wanted=model is not None),
        others=tuple(describe_other(other, served, flow) for other in candidates if other is not served)[:MOST_OTHERS],
        parameters=propose(flow, story, sections.slicer.with_sources(needed)),
        inference=inference,
        warnings=(*sections.warnings, *asks_unknown(story, served)),
        missing=missing,
    )


def respecting(
    notebook: Notebook, found: tuple[CellSuggestion, ...] | list[CellSuggestion]
) -> tuple[CellSuggestion, ...]:
    """Return the suggestions with the sections that people have given already."""
    kept = []
    for cell, suggestion in zip(notebook.cells, found, strict=True):
        if cell.section not in {None, SKIP, suggestion.section}:
            what = f"tagged `{cell.section}` already"
            suggestion = replace(suggestion, section=cell.section, confidence=1.0, reason=what)
        kept.append(suggestion)
    return tuple(kept)
