"""What is understood of a notebook's code by itself, kept for as long as the code stays.

While a notebook is edited, cells are tagged, Markdown is written and outputs change: none of that is asked for here.
"""

from __future__ import annotations

import ast
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache
from pathlib import Path

from nb2prod.analysis.dataflow import analyse
from nb2prod.analysis.learning.model import Learning
from nb2prod.analysis.learning.reading import read_learning
from nb2prod.analysis.model import Dataflow
from nb2prod.analysis.nodes import Call, Placed, calls_of, nodes_of
from nb2prod.analysis.statements import kept_statements
from nb2prod.notebook.model import SKIP, Notebook
from nb2prod.notebook.syntax import kept_tree

MOST_KEPT = 2
"""Notebooks of which it is kept."""


@dataclass(frozen=True, eq=False)
class Understood:
    """The notebook's flow, and what was worked out of nothing but it and of which cells are skipped."""

    notebook: Notebook

    @cached_property
    def flow(self) -> Dataflow:
        """Statements, and where the values that they read come from."""
        return analyse(self.notebook, kept=True)

    @cached_property
    def nodes(self) -> Mapping[type[ast.AST], Sequence[Placed]]:
        """The nodes of all statements that are not to be skipped, by their type."""
        cells = self.notebook.cells
        return nodes_of([each for each in self.flow.statements if cells[each.cell].section != SKIP])

    @cached_property
    def calls(self) -> Sequence[Call]:
        """All calls in :attr:`nodes`, in order, with the full names of libraries' functions."""
        return calls_of(self.nodes)

    @cached_property
    def learning(self) -> Learning:
        """What is split, fitted, asked and scored, on which rows, under which names."""
        return read_learning(self.notebook, self.flow)


@dataclass(frozen=True)
class _Code:
    """All that :class:`Understood` reads of a notebook."""

    cells: Sequence[tuple[str, bool]]
    modules: Sequence[tuple[str, str]]
    folder: Path


def understood(notebook: Notebook) -> Understood:
    """Return what is understood of the code, the same as for the notebook before where that has the same code."""
    if any("import" in cell.code and "*" in cell.code for cell in notebook.cells):
        return Understood(notebook)  # a star import may have looked into a file, which may be another now
    cells = tuple((cell.code, cell.section == SKIP) for cell in notebook.cells)
    asked = _Asked(_Code(cells, tuple(notebook.modules.items()), notebook.path.parent), notebook)
    return _kept(asked)


class _Asked:
    """A notebook that is the same as another where its code is."""

    def __init__(self, code: _Code, notebook: Notebook) -> None:
        self.code, self.notebook = code, notebook

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Asked) and self.code == other.code

    def __hash__(self) -> int:
        return hash(self.code)


@lru_cache(maxsize=MOST_KEPT)
def _kept(asked: _Asked) -> Understood:
    return Understood(asked.notebook)


def forget() -> None:
    """Keep nothing of any notebook's code, nor its cells' trees: for whoever sees no notebook twice."""
    _kept.cache_clear()
    kept_statements.cache_clear()
    kept_tree.cache_clear()
