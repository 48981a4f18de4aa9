"""A dataflow to what each cell defines, changes and reads, and why it belongs where it does."""

from __future__ import annotations

from collections import deque
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from nb2prod.analysis.model import Dataflow, Edge, Kind, Statement
from nb2prod.notebook.model import SKIP, Cell, Notebook
from nb2prod.notebook.tags import commented_section


@dataclass(frozen=True)
class NeededBy:
    """The nearest tagged cell that an untagged one is needed by."""

    cell: int
    section: str
    name: str
    """What leaves the untagged cell towards it."""
    direct: bool
    """Whether it goes there directly and not through other cells."""


@dataclass(frozen=True)
class CellFacts:
    """One code cell: its section and the names that it touches, sorted."""

    cell: Cell
    why: str
    """Why it is in its section, or in none."""
    definitions: tuple[str, ...]
    mutations: tuple[str, ...]
    """Names whose object it changes in place; library state in angle brackets included."""
    references: tuple[str, ...]
    """Names that it takes from outside."""
    needed_by: NeededBy | None = None
    """Why it comes along with a section although it has no tag."""


def describe_cells(notebook: Notebook, dataflow: Dataflow) -> list[CellFacts]:
    """Return what there is to say of every code cell, in notebook order."""
    by_cell: dict[int, list[Statement]] = {cell.index: [] for cell in notebook.cells}
    for statement in dataflow.statements:
        by_cell[statement.cell].append(statement)
    outgoing: dict[int, list[Edge]] = {}
    for edge in dataflow.edges:
        outgoing.setdefault(edge.source, []).append(edge)
    return [_describe(cell, by_cell[cell.index], notebook, outgoing) for cell in notebook.cells]


def _describe(
    cell: Cell, statements: Sequence[Statement], notebook: Notebook, outgoing: Mapping[int, Sequence[Edge]]
) -> CellFacts:
    defined: set[str] = set()
    certain: set[str] = set()
    changed: set[str] = set()
    read: set[str] = set()
    for statement in statements:
        facts = statement.facts
        read |= facts.references - certain
        defined = (defined | facts.definitions) - facts.deletions
        certain = (certain | facts.definitions) - facts.conditional - facts.deletions
        changed |= facts.mutations
    needed = _first_tagged(cell.index, notebook, outgoing) if cell.section is None and statements else None
    return CellFacts(
        cell=cell,
        why=_why(cell, statements, needed),
        definitions=tuple(sorted(defined)),
        mutations=tuple(sorted(changed)),
        references=tuple(sorted(read)),
        needed_by=needed,
    )


def _why(cell: Cell, statements: Sequence[Statement], needed: NeededBy | None) -> str:
    if cell.section is not None:
        said = "a comment" if commented_section(cell.source) is not None else "its tag"
        return f"{said} says so"
    if not statements:
        return "no tag, and nothing but magics or comments"
    if needed is not None:
        way = "" if needed.direct else ", through other cells"
        return f"no tag; cell [{needed.cell + 1}] ({needed.section}) needs `{needed.name}` from it{way}"
    if all(statement.kind is Kind.IMPORT for statement in statements):
        return "no tag; imports go where they are used"
    return "no tag; no section needs it"


def _first_tagged(start: int, notebook: Notebook, outgoing: Mapping[int, Sequence[Edge]]) -> NeededBy | None:
    """Return what leaves a cell towards the nearest tagged one."""
    pending = deque((edge.name, edge.target, True) for edge in outgoing.get(start, ()))
    seen = {start}
    while pending:
        name, index, direct = pending.popleft()
        if index in seen:
            continue
        seen.add(index)
        cell = notebook.cells[index]
        if cell.section == SKIP:
            continue
        if cell.section is not None:
            return NeededBy(cell.index, cell.section, name, direct)
        pending.extend((name, edge.target, False) for edge in outgoing.get(index, ()))
    return None
