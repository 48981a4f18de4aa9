"""What each statement touches to edges between cells: who reads what whom was the last to define or change."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass, field

from nb2prod.analysis.model import Edge

_Edge = tuple[int, int, str, str]
"""What :class:`Edge` has: there are many, and most are found again and again."""


@dataclass
class CellEdges:
    """The edges found so far, and who wrote each name last."""

    writer: dict[str, tuple[int, str] | None] = field(default_factory=dict)
    """Name to the cell and kind (``data`` or ``code``) of its last definition or change; ``None`` for imports."""
    found: set[_Edge] = field(default_factory=set)
    cell: int = -1
    related: set[_Edge] = field(default_factory=set)
    bound: set[str] = field(default_factory=set)

    def start(self, cell: int) -> None:
        """Go on to the next cell."""
        # A list that the cell makes anew is not the one that held what it read.
        self.found |= {edge for edge in self.related if edge[3] not in self.bound}
        self.cell, self.related, self.bound = cell, set(), set()

    def read(self, names: Collection[str], *, related: bool = False, behind: Iterable[str] = ()) -> None:
        """Note that the cell reads ``names``; ``related`` ones are lists that hold what it reads.

        ``behind`` are the functions that read them for the cell: what comes from a function's own cell comes with it.
        """
        if not names:
            return
        known, here = self.writer, self.cell
        writers = map(known.get, behind)
        function_cells = {writer[0] for writer in writers if writer is not None and writer[1] == "code"}
        for name in names:
            writer = known.get(name)
            if writer is not None and writer[0] != here:
                if writer[0] in function_cells and writer[1] == "data":
                    continue
                (self.related if related else self.found).add((writer[0], here, writer[1], name))

    def edges(self) -> tuple[Edge, ...]:
        """Return all of them, in order."""
        return tuple(Edge(*each) for each in sorted(self.found))

    def write(self, names: Iterable[str], kind: str | None = None) -> None:
        """Note that the cell defines or changes ``names``; ``kind`` is ``import``, ``code``, ``data``, or as it was."""
        for name in names:
            before = self.writer.get(name)
            if kind == "import":
                self.writer[name] = None
            elif kind is not None:
                self.writer[name] = (self.cell, kind)
                self.bound.add(name)
            elif before is not None or name not in self.writer:
                self.writer[name] = (self.cell, before[1] if before else "data")
