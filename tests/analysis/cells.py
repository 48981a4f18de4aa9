"""Notebooks made of a few lines of code."""

from __future__ import annotations

from pathlib import Path

from nb2prod.analysis.dataflow import analyse
from nb2prod.analysis.model import Dataflow, Facts
from nb2prod.notebook.model import Cell, Notebook


def notebook_of(*sources: str, path: Path = Path("notebook.ipynb"), modules: dict[str, str] | None = None) -> Notebook:
    """Return a notebook with these code cells."""
    cells = tuple(Cell(i, i, f"cell-{i}", source, source) for i, source in enumerate(sources))
    return Notebook(path, cells, modules=modules or {})


def flow_of(*sources: str, **options: object) -> Dataflow:
    """Return the dataflow of these code cells."""
    return analyse(notebook_of(*sources, **options))  # type: ignore[arg-type]


def facts_of(source: str) -> Facts:
    """Return what is said of the last statement of one cell."""
    return flow_of(source).statements[-1].facts


def edges_of(*sources: str) -> set[tuple[int, int, str, str]]:
    """Return the edges between these code cells."""
    return {(edge.source, edge.target, edge.kind, edge.name) for edge in flow_of(*sources).edges}


def writer_of(name: str, *sources: str) -> int | None:
    """Return the cell that the last cell has ``name`` from."""
    found = [source for source, target, _, read in edges_of(*sources) if target == len(sources) - 1 and read == name]
    assert len(found) <= 1
    return found[0] if found else None
