"""A notebook to its statements and what flows between them."""

from __future__ import annotations

import ast
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import replace

from nb2prod.analysis.edges import CellEdges
from nb2prod.analysis.flow import Flow, ResourceUse, Step, resource_uses
from nb2prod.analysis.machine import Machine
from nb2prod.analysis.model import Dataflow, Facts, Kind, SeenChanges, Statement
from nb2prod.analysis.room import room
from nb2prod.analysis.seen import take_seen
from nb2prod.analysis.stars import star_finder
from nb2prod.analysis.state import BUILTINS, Touch, World
from nb2prod.analysis.statements import Piece, kept_statements, split_statements
from nb2prod.notebook.model import Notebook


def analyse(
    notebook: Notebook,
    random_use: Mapping[int, frozenset[str]] | None = None,
    changes: Mapping[int, SeenChanges] | None = None,
    *,
    kept: bool = False,
) -> Dataflow:
    """Return the statements of ``notebook`` and where each value they read comes from. Nothing is executed.

    ``random_use`` says which random generators' state really changed in which cell of a run (cell index to resources
    such as ``<numpy.random>``); where it is given it decides which statements draw. ``changes`` says which objects
    really changed in which cell; it decides where the code does not tell. ``kept``: the nodes are those that others who
    ask so get for the same cell, and must not be changed. Raises SyntaxError where a cell is
    not Python, which :func:`nb2prod.notebook.read.read_notebook` has already refused.
    """
    with room():
        return _Reading(notebook, random_use, changes or {}, kept=kept).result()


NO_NAMES: frozenset[str] = frozenset()
NO_FACTS = Facts()
"""Those of statements whose own are not known yet."""


class _Reading:
    """One pass over a notebook."""

    def __init__(
        self,
        notebook: Notebook,
        random_use: Mapping[int, frozenset[str]] | None,
        changes: Mapping[int, SeenChanges],
        *,
        kept: bool,
    ) -> None:
        self.world = World(star_names=star_finder(notebook.modules, notebook.path.parent))
        self.random_use = random_use
        self.pieces: list[Piece] = []
        self.cells: list[int] = []
        """Of each piece."""
        self.touches: list[Touch] = []
        self.certain: list[frozenset[str]] = []
        self.display: list[bool] = []
        self.quiet: list[bool] = []
        """Whether nothing happens beyond what the names bound show."""
        self.claims: list[frozenset[str]] = []
        self.edges = CellEdges()
        machine = Machine(self.world)
        alike: Counter[str] = Counter()
        for cell in notebook.cells:
            self.edges.start(cell.index)
            pieces = kept_statements(cell.code, alike[cell.code]) if kept else split_statements(cell.code)
            alike[cell.code] += 1
            for piece in pieces:
                self._run(machine, piece.node)
                self.pieces.append(piece)
                self.cells.append(cell.index)
                self._note_edges(machine, piece.kind)
        self.edges.start(-1)
        self.seen = take_seen(self._statements([NO_FACTS] * len(self.pieces)), self.touches, changes) if changes else {}
        for index in self.seen:
            self.display[index] = self.quiet[index] = False

    def _run(self, machine: Machine, node: ast.stmt) -> None:
        self.world.statement = len(self.pieces)
        machine.touch, machine.assigned, machine.ended = Touch(), set(), False
        known_claims = len(self.world.star_claims)
        machine.run(node)
        touch = machine.touch
        self.touches.append(touch)
        self.certain.append(frozenset(machine.assigned & touch.binds))
        self.display.append(self._only_displays(touch.binds | touch.changes))
        acts = touch.effects or touch.seeds or touch.settings or touch.draws or touch.deletes
        self.quiet.append(not acts and self._only_displays(touch.changes - touch.binds))
        claimed = list(self.world.star_claims)[known_claims:] if len(self.world.star_claims) > known_claims else ()
        self.claims.append(frozenset(claimed))

    def _only_displays(self, names: Iterable[str]) -> bool:
        """Return whether everything that ``names`` hold is there to be looked at."""
        is_display, held = self.world.knowledge.is_display, self.world.globals
        for name in names:
            things = held.get(name)
            if not things:
                return False
            for thing in things:
                if not thing.type or not is_display(thing.type):
                    return False
        return True

    def _note_edges(self, machine: Machine, kind: Kind) -> None:
        touch, edges = machine.touch, self.edges
        edges.read(touch.reads - touch.called_reads if touch.called_reads else touch.reads)
        if touch.called_reads:
            edges.read(touch.called_reads, behind=touch.reads)
        if touch.listed or touch.listed_in:
            edges.read(touch.listed - touch.reads)
            edges.read(touch.listed_in - touch.reads, related=True)
        if touch.changes:
            edges.write(touch.changes)
        if kind is Kind.IMPORT:
            edges.write(touch.binds, "import")
            return
        for name in touch.binds:
            things = self.world.globals.get(name, frozenset())
            is_code = bool(things) and None not in [thing.code for thing in things]
            edges.write((name,), "code" if is_code else "data")

    def result(self) -> Dataflow:
        """Return the dataflow of the whole notebook."""
        flow = Flow()
        resources = resource_uses(self.touches, self._draws(), dict(self.world.knowledge.uses))
        facts = [self._facts(index, resources[index]) for index in range(len(self.pieces))]
        for index, found in enumerate(facts):
            flow.take(self._step(index, found, resources[index]))
        self._discount_loops(facts, flow)
        return Dataflow(
            statements=self._statements(facts),
            sources=tuple(flow.sources),
            final=flow.current,
            edges=self.edges.edges(),
            undefined=flow.undefined,
            updates=tuple(flow.updates),
            seen=self.seen,
        )

    def _statements(self, facts: Iterable[Facts]) -> tuple[Statement, ...]:
        return tuple(
            [
                Statement(index, cell, piece.line, piece.source, piece.node, piece.kind, found)
                for index, (cell, piece, found) in enumerate(zip(self.cells, self.pieces, facts, strict=True))
            ]
        )

    def _step(self, index: int, facts: Facts, use: ResourceUse) -> Step:
        touch = self.touches[index]
        own = facts.references
        node = self.pieces[index].node
        star = isinstance(node, ast.ImportFrom) and "*" in [name.name for name in node.names]
        kills = {*self.certain[index], *(facts.mutations & own), *use.seeded}
        if star:
            kills &= self.certain[index]
        joins = (facts.mutations | touch.binds | touch.weak_changes) - kills
        return Step(
            reads=own,
            direct_reads=touch.reads - touch.called_reads,
            kills=kills,
            joins=joins,
            gone=touch.deletes - touch.binds,
            claimed=self.claims[index],
            star_claims=self.world.star_claims,
        )

    def _facts(self, index: int, use: ResourceUse) -> Facts:
        touch, none = self.touches[index], NO_NAMES
        binds = frozenset(touch.binds)
        if isinstance(self.pieces[index].node, ast.ImportFrom):
            binds |= {name for name, owner in self.world.star_claims.items() if owner == index}
        acts = touch.changes or use.changed or use.seeded
        mutations = frozenset(touch.changes | use.changed | use.seeded) if acts else none
        only_shown = self.display[index] and not touch.deletes and not touch.effects and not use.seeded
        return Facts(
            definitions=binds,
            conditional=frozenset(touch.binds - self.certain[index]),
            deletions=frozenset(touch.deletes) if touch.deletes else none,
            mutations=mutations,
            switched=mutations & touch.changes - touch.altered if mutations else none,
            references=frozenset(touch.reads | use.read),
            deferred=self._known_later(touch.deferred) if touch.deferred else none,
            effects=self.pieces[index].kind is Kind.IMPORT or not only_shown or bool(use.changed),
            unseeded=frozenset(use.unseeded) if use.unseeded else none,
            quiet=self.quiet[index],
        )

    def _known_later(self, names: Iterable[str]) -> frozenset[str]:
        return frozenset([name for name in names if name not in BUILTINS or name in self.world.globals])

    def _discount_loops(self, facts: list[Facts], flow: Flow) -> None:
        """Let a loop that only displays count as such where nobody reads its variables afterwards."""
        loops = {
            index
            for index, found in enumerate(facts)
            if found.effects and self.quiet[index] and isinstance(self.pieces[index].node, (ast.For, ast.With))
        }
        for sources in flow.sources if loops else ():
            loops.difference_update(*sources.values())
        for index in loops:
            facts[index] = replace(facts[index], effects=False)

    def _draws(self) -> list[frozenset[str]]:
        """Return the random generators that each statement draws from."""
        if self.random_use is None:
            return [frozenset(touch.draws) if touch.draws else NO_NAMES for touch in self.touches]
        drawing = [bool(touch.draws) or touch.may_draw for touch in self.touches]
        explained = {cell for cell, draws in zip(self.cells, drawing, strict=True) if draws}
        seeded: dict[int, set[str]] = defaultdict(set)
        for cell, touch in zip(self.cells, self.touches, strict=True):
            seeded[cell] |= touch.seeds
        found = []
        for cell, piece, draws in zip(self.cells, self.pieces, drawing, strict=True):
            seen = self.random_use.get(cell, frozenset())
            if seen - seeded[cell] and cell not in explained:
                draws = any(isinstance(node, ast.Call) for node in ast.walk(piece.node))
            found.append(frozenset(seen) if draws else frozenset())
        return found
