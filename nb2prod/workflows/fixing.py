"""A notebook and rules go in; what is left of it when all that they can mend is mended comes out."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from nb2prod.errors import Nb2ProdError
from nb2prod.notebook.edits import CellEdit, CellInsertion, Edited, edited
from nb2prod.notebook.model import Notebook
from nb2prod.notebook.read import draft_of
from nb2prod.rules.discovery import known_rules
from nb2prod.rules.engine import findings, fix_of
from nb2prod.rules.facts import Facts
from nb2prod.rules.mending import Mending
from nb2prod.rules.model import Fix, Fixing, Found, Loaded
from nb2prod.rules.settings import Settings

MOST_PASSES = 100
"""Passes over one notebook, as ruff has it: a mended finding may lead to another one."""


@dataclass(frozen=True)
class Fixed:
    """One fix that was applied."""

    found: Found
    """With the place that it had when its turn came."""
    title: str


@dataclass(frozen=True)
class Mended:
    """What all fixes have made of a document."""

    after: Edited
    fixed: tuple[Fixed, ...] = ()
    broken: tuple[Found, ...] = ()
    """Of rules whose fix raised."""

    @classmethod
    def nothing(cls, document: Mapping[str, Any]) -> Mended:
        """Return what no fix has changed."""
        cells = document["cells"] if isinstance(document.get("cells"), list) else []
        return cls(Edited(dict(document), tuple(range(len(cells)))))


def mend(
    document: Mapping[str, Any],
    path: Path,
    rules: Iterable[Loaded],
    settings: Settings | None = None,
    *,
    unsafe: bool = False,
) -> Mended:
    """Apply safe fixes, and with ``unsafe`` the others too, again and again until none is left.

    ``document`` is of nbformat 4 and stays as it is; nothing is written. A fix that leaves code that is no Python, or
    that reads a name which nothing above it defines any more, is not applied. Raises as ``draft_of`` does.
    """
    wanted = {Fixing.SAFE, Fixing.UNSAFE} if unsafe else {Fixing.SAFE}
    work = _Work(path, [each for each in rules if each.fix and each.rule.fixing in wanted], settings or Settings())
    mended = Mended.nothing(document)
    seen = {_digest(document)}
    for _ in range(MOST_PASSES if work.rules else 0):
        step = work.step(mended.after.document)
        if step is None or _digest(step.after.document) in seen:
            break
        seen.add(_digest(step.after.document))
        origins = tuple(None if each is None else mended.after.origins[each] for each in step.after.origins)
        mended = Mended(Edited(step.after.document, origins), mended.fixed + step.fixed)
    return replace(mended, broken=tuple(work.broken.values()))


@dataclass
class _Work:
    """What the passes over one notebook have in common."""

    path: Path
    rules: Sequence[Loaded]
    settings: Settings

    def __post_init__(self) -> None:
        self._harmful: set[tuple[str, str, str]] = set()
        self._last: Facts | None = None
        self.broken: dict[str, Found] = {}

    def step(self, document: dict[str, Any]) -> Mended | None:
        """Return what one pass makes of a document; ``None`` where nothing is left to mend."""
        facts = self.facts(document)
        notebook = facts.notebook
        possible = [each for each in self._fixes(facts) if self._key(notebook, each[0]) not in self._harmful]
        together = self.applied(facts, possible)
        if together is None or self.still_reads(facts, together):
            return together
        for each in possible:
            alone = self.applied(facts, [each])
            if alone is not None and self.still_reads(facts, alone):
                return alone
            self._harmful.add(self._key(notebook, each[0]))
        return None

    def facts(self, document: Mapping[str, Any]) -> Facts:
        """Return a document's facts; those of the last one are kept, as the next pass begins with what one left."""
        if self._last is None or self._last.document is not document:
            self._last = Facts(draft_of(dict(document), self.path), document, self.settings)
        return self._last

    def _fixes(self, facts: Facts) -> Iterator[tuple[Found, Fix]]:
        by_code = {each.rule.code: each for each in self.rules}
        for found in findings(facts, self.rules):
            loaded = by_code.get(found.rule.code)
            fix = fix_of(facts, loaded, found.finding) if loaded else None
            if fix is not None:
                yield found, fix
        self.broken = {**facts.broken, **self.broken}

    def applied(self, facts: Facts, possible: Iterable[tuple[Found, Fix]]) -> Mended | None:
        """Return what fixes make of a document; ``None`` where they change nothing."""
        mending = Mending(facts.notebook, facts.document)
        fixed = tuple(Fixed(found, fix.title) for found, fix in possible if mending.take(fix))
        return Mended(edited(facts.document, *mending.edits()), fixed) if fixed else None

    def still_reads(self, before: Facts, mended: Mended) -> bool:
        """Say whether all is Python that was, and every name is defined that was."""
        try:
            after = self.facts(mended.after.document)
        except Nb2ProdError:
            return False
        return len(_wrong(after.notebook)) <= len(_wrong(before.notebook)) and _undefined(after) <= _undefined(before)

    def _key(self, notebook: Notebook, found: Found) -> tuple[str, str, str]:
        cell = found.finding.cell
        return found.rule.code, "" if cell is None else notebook.cells[cell].id, found.finding.what


def _wrong(notebook: Notebook) -> Collection[object]:
    return [each for each in notebook.refused if each.kind == "syntax"]


def _undefined(facts: Facts) -> Counter[str]:
    """Return how many statements read each name that nothing above them defines."""
    return Counter(name for names in facts.flow.undefined.values() for name in names)


def _digest(document: Mapping[str, Any]) -> int:
    return hash(json.dumps(document))


def fix_for(
    document: Mapping[str, Any],
    path: Path,
    code: str,
    cell: str | None,
    line: int,
    what: str,
    settings: Settings | None = None,
) -> dict[str, Any] | None:
    """Return how a finding can be mended, as plain data: ``title``, ``fix`` (``safe``, ``unsafe``) and ``changes``.

    The finding is told by its rule's ``code``, its cell's id (``None`` for the notebook as a whole), its line and what
    it says. ``changes`` are objects of these kinds, of which each names a code cell by ``cell``, its id, and ``index``:
    ``source`` (``before``, ``source``), ``tags`` (``tags``), ``outputs`` (``outputs``), ``insert`` (a new cell right
    above that one, or at the end where ``cell`` is ``None``: ``source``, ``tags``). ``None`` where there is no such
    finding any more, or nothing mends it. ``document`` is of nbformat 4. Raises as ``draft_of`` does.
    """
    loaded = next((each for each in known_rules() if each.rule.code == code), None)
    if loaded is None or loaded.fix is None:
        return None
    work = _Work(path, [loaded], settings or Settings())
    facts = work.facts(document)
    notebook = facts.notebook
    alike = [
        found
        for found in findings(facts, [loaded])
        if found.rule == loaded.rule and found.finding.what == what and cell_id(notebook, found.finding.cell) == cell
    ]
    found = next((each for each in alike if each.finding.line == line), alike[0] if len(alike) == 1 else None)
    fix = fix_of(facts, loaded, found.finding) if found else None
    if found is None or fix is None:
        return None
    mended = work.applied(facts, [(found, fix)])
    mending = Mending(notebook, document)
    if mended is None or not work.still_reads(facts, mended) or not mending.take(fix):
        return None
    edits, insertions = mending.edits()
    changes = [change for edit in edits for change in _of_edit(notebook, edit)]
    changes += [_of_insertion(notebook, each) for each in insertions]
    return {"title": fix.title, "fix": loaded.rule.fixing.value, "changes": changes}


def cell_id(notebook: Notebook | None, cell: int | None) -> str | None:
    """Return the id of the cell with an index; ``None`` for the notebook as a whole, or where it cannot be read."""
    return None if notebook is None or cell is None else notebook.cells[cell].id


def _of_edit(notebook: Notebook, edit: CellEdit) -> Iterator[dict[str, Any]]:
    cell = next(each for each in notebook.cells if each.position == edit.position)
    where = {"cell": cell.id, "index": cell.index}
    if edit.source is not None:
        yield {"kind": "source", **where, "before": cell.source, "source": edit.source}
    if "tags" in edit.metadata:
        yield {"kind": "tags", **where, "tags": edit.metadata["tags"]}
    if edit.outputs is not None:
        yield {"kind": "outputs", **where, "outputs": [dict(each) for each in edit.outputs]}


def _of_insertion(notebook: Notebook, new: CellInsertion) -> dict[str, Any]:
    cell = next((each for each in notebook.cells if each.position == new.position), None)
    where = {"cell": cell.id if cell else None, "index": cell.index if cell else len(notebook.cells)}
    return {"kind": "insert", **where, "source": new.source, "tags": list(new.tags)}
