"""The inference section of a suggestion: the notebook's own where a service can be made of it, else a built cell."""

from __future__ import annotations

from dataclasses import replace
from itertools import islice

from nb2prod.analysis.dataflow import analyse
from nb2prod.analysis.inference import find_inference
from nb2prod.analysis.model import Dataflow
from nb2prod.analysis.suggest.asking import Asking
from nb2prod.analysis.suggest.model import CellSuggestion, InferenceCell
from nb2prod.analysis.suggest.sections import Sections
from nb2prod.analysis.suggest.values import Story, Use
from nb2prod.errors import UnusableInput
from nb2prod.notebook.model import Cell, Notebook

MOST_TRIED = 4
"""Ways to ask the model that are tried; each is analysed as if it stood in the notebook."""


def find_or_build(
    notebook: Notebook, flow: Dataflow, story: Story, sections: Sections
) -> tuple[InferenceCell | None, str]:
    """Return the inference cell to be added, or why there is none; neither where the notebook has its own.

    ``sections`` learns which of the notebook's own cells will not do, and which rows the built cell asks about.
    """
    if any(cell.section == "inference" for cell in notebook.cells):
        return None, ""
    name, own = sections.served.name, sections.inference
    if own is not None and (
        not _problem(tagged(notebook, sections.result()), flow) or _is_settled(notebook, flow, sections, own)
    ):
        return None, ""
    sections.inference = None
    cells = sections.result()
    asking = Asking(flow, story, sections.served)
    for built, rows in islice(asking.ways(), MOST_TRIED):
        there = with_cell(tagged(notebook, cells), built)
        if not _problem(there, analyse(there)):
            if own is not None:
                sections.refused = own.cell
            if rows is not None:
                sections.ask_about(rows.text, rows.statement)
            return built, ""
    sections.inference = own
    if own is not None:
        return None, ""
    within = sections.served.fit.within
    where = f", which live inside `{within}`: return them too" if within else ""
    return None, (
        f"no cell only asks `{name}`, and no rows that it could be asked about are left{where}. Add a cell that asks "
        f"it: `sample = ...`, then `prediction = {name}.predict(sample)`."
    )


def _is_settled(notebook: Notebook, flow: Dataflow, sections: Sections, own: Use) -> bool:
    """Return whether a cell that asks about several things does once it is said which of them is meant; say it."""
    asked = own.data.text if own.data is not None else ""
    definitions = sorted(flow.statements[own.statement].facts.definitions)
    if not asked.isidentifier() or len(definitions) != 1 or notebook.cells[own.cell].options:
        return False
    sections.options = {"input": asked, "output": definitions[0]}
    if _problem(tagged(notebook, sections.result()), flow):
        sections.options = {}
    return bool(sections.options)


def tagged(notebook: Notebook, cells: list[CellSuggestion]) -> Notebook:
    """Return the notebook as it would be with the suggested tags."""
    pairs = zip(notebook.cells, cells, strict=True)
    return replace(
        notebook,
        cells=tuple(
            c if c.section is not None else replace(c, section=s.section, options=c.options or s.options)
            for c, s in pairs
        ),
    )


def with_cell(notebook: Notebook, built: InferenceCell) -> Notebook:
    """Return the notebook as it would be with the built cell."""
    cells = list(notebook.cells)
    place = len(cells) if built.after is None else built.after + 1
    cells.insert(place, Cell(place, place, "built", built.source, built.source, "inference"))
    return replace(notebook, cells=tuple(replace(cell, index=i, position=i) for i, cell in enumerate(cells)))


def _problem(notebook: Notebook, flow: Dataflow) -> str:
    """Return why nothing could be served from the notebook's inference section; empty where something can."""
    try:
        find_inference(notebook, flow)
    except UnusableInput as error:
        return error.problems[0].what
    return ""
