"""A notebook to suggested sections, and into its file where somebody says so."""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path

from nb2prod.analysis.cells import CellFacts, describe_cells
from nb2prod.analysis.dataflow import analyse
from nb2prod.analysis.model import Dataflow
from nb2prod.analysis.suggest.model import Suggestion
from nb2prod.analysis.suggest.suggest import suggest
from nb2prod.errors import Problem, UnusableInput
from nb2prod.notebook.model import Notebook
from nb2prod.notebook.read import read_notebook
from nb2prod.notebook.write import NewCell, write_sections


@dataclass(frozen=True)
class Suggested:
    """What was suggested, and what of it was written."""

    notebook: Notebook
    dataflow: Dataflow
    cells: list[CellFacts]
    suggestion: Suggestion
    tags: dict[int, str]
    """Code cells without a section, and the one that is suggested for them."""
    written: bool


def suggest_sections(path: Path, *, model: str | None = None, write: bool = False) -> Suggested:
    """Return what is suggested for the notebook at ``path``; with ``write``, put tags and the built cell into the file.

    Nothing is run. Raises ``UnusableInput`` where the notebook cannot be read, or where there is nothing to write
    because there is nothing to serve; ``UsageError`` where no model is called ``model``.
    """
    suggested = suggested_for(read_notebook(path), model)
    if not write:
        return suggested
    found, tags = suggested.suggestion, suggested.tags
    if found.model is None and not tags:
        raise UnusableInput(Problem(f"there is nothing to tag: {found.nothing}", path.name))
    new = None
    if found.inference is not None:
        new = NewCell(found.inference.source, "inference", found.inference.after)
    options = {cell.index: cell.options for cell in found.cells if cell.options and cell.index in tags}
    write_sections(suggested.notebook, tags, new, options)
    return replace(suggested, written=True)


def suggested_for(notebook: Notebook, model: str | None = None) -> Suggested:
    """Return what is suggested for a notebook that was read; nothing is written."""
    dataflow = analyse(notebook)
    found = suggest(notebook, dataflow, model)
    tags = {
        cell.index: cell.section
        for cell in found.cells
        if cell.section is not None and notebook.cells[cell.index].section is None
    }
    return Suggested(notebook, dataflow, describe_cells(notebook, dataflow), found, tags, written=False)
