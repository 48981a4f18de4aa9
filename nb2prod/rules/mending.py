"""Fixes to the edits that they make in a notebook: several at once, where they do not get in each other's way."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from difflib import SequenceMatcher
from typing import Any

from nb2prod.notebook.edits import CellEdit, CellInsertion
from nb2prod.notebook.model import Notebook
from nb2prod.notebook.tags import with_section
from nb2prod.rules.model import Fix, Inserted, Outputs, Source, Tagging


@dataclass(frozen=True)
class _Hunk:
    """Lines of a source that become others."""

    start: int
    end: int
    lines: tuple[str, ...]


@dataclass
class Mending:
    """The fixes of one pass over a notebook. What one cannot be done beside another waits for the next pass."""

    notebook: Notebook
    document: Mapping[str, Any]
    _hunks: dict[int, list[_Hunk]] = field(default_factory=dict)
    _tagged: dict[int, str | None] = field(default_factory=dict)
    _outputs: dict[int, Outputs] = field(default_factory=dict)
    _inserted: list[Inserted] = field(default_factory=list)

    def take(self, fix: Fix) -> bool:
        """Take in a fix as a whole; say whether it changes anything and can be done beside those that were taken."""
        changes = [each for each in fix.changes if self._matters(each)]
        hunks = [(each.cell, hunk) for each in changes if isinstance(each, Source) for hunk in self._hunks_of(each)]
        if not changes or self._disturbs(changes, hunks):
            return False
        for cell, hunk in hunks:
            self._hunks.setdefault(cell, []).append(hunk)
        for each in changes:
            if isinstance(each, Tagging):
                self._tagged[each.cell] = each.section
            elif isinstance(each, Outputs):
                self._outputs[each.cell] = each
            elif isinstance(each, Inserted):
                self._inserted.append(each)
        return True

    def edits(self) -> tuple[list[CellEdit], list[CellInsertion]]:
        """Return what the fixes that were taken change."""
        edits = [self._edit(cell) for cell in sorted({*self._hunks, *self._tagged, *self._outputs})]
        return edits, [self._insertion(each) for each in self._inserted]

    def _matters(self, change: Source | Tagging | Inserted | Outputs) -> bool:
        if isinstance(change, Source):
            return change.source != self.notebook.cells[change.cell].source
        if isinstance(change, Tagging):
            return change.section != self.notebook.cells[change.cell].section or bool(self._contradicted(change.cell))
        if isinstance(change, Outputs):
            return list(change.outputs) != self._raw(change.cell).get("outputs")
        return True

    def _contradicted(self, cell: int) -> bool:
        return any(each.kind == "tags" and each.cell == cell for each in self.notebook.refused)

    def _disturbs(self, changes: Sequence[object], hunks: Sequence[tuple[int, _Hunk]]) -> bool:
        for each in changes:
            if isinstance(each, Inserted) and self._inserted:  # the second may want what the first has brought
                return True
            if isinstance(each, Tagging) and each.cell in self._tagged:
                return True
            if isinstance(each, Outputs) and each.cell in self._outputs:
                return True
        return any(
            max(new.start, old.start) <= min(new.end, old.end)
            for cell, new in hunks
            for old in self._hunks.get(cell, ())
        )

    def _hunks_of(self, change: Source) -> Iterator[_Hunk]:
        before = self.notebook.cells[change.cell].source.split("\n")
        after = change.source.split("\n")
        for kind, start, end, first, last in SequenceMatcher(None, before, after, autojunk=False).get_opcodes():
            if kind != "equal":
                yield _Hunk(start, end, tuple(after[first:last]))

    def _edit(self, cell: int) -> CellEdit:
        read = self.notebook.cells[cell]
        lines = read.source.split("\n")
        for hunk in sorted(self._hunks.get(cell, ()), key=lambda each: each.start, reverse=True):
            lines[hunk.start : hunk.end] = hunk.lines
        source = "\n".join(lines)
        metadata: dict[str, Any] = {}
        if cell in self._tagged:
            tags, source = with_section(_mapping(self._raw(cell).get("metadata")), source, self._tagged[cell])
            metadata = {"tags": tags}
        outputs = self._outputs[cell].outputs if cell in self._outputs else None
        return CellEdit(read.position, source if source != read.source else None, metadata, outputs)

    def _insertion(self, new: Inserted) -> CellInsertion:
        cells = self.notebook.cells
        position = cells[new.before].position if new.before < len(cells) else len(self.document["cells"])
        return CellInsertion(position, new.source, (new.section,) if new.section else ())

    def _raw(self, cell: int) -> Mapping[str, Any]:
        return _mapping(self.document["cells"][self.notebook.cells[cell].position])


def _mapping(value: object) -> Mapping[str, Any]:
    return value if isinstance(value, dict) else {}
