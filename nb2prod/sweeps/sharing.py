"""A notebook and the names that a sweep varies go in; the cells that runs have in common come out, with reasons."""

from __future__ import annotations

import ast
import builtins
from collections.abc import Collection, Sequence
from dataclasses import dataclass, field, replace

from nb2prod.analysis.dataflow import analyse
from nb2prod.analysis.model import Statement
from nb2prod.analysis.stars import star_finder
from nb2prod.notebook.model import SKIP, Cell, Notebook
from nb2prod.sweeps.files import written_after_read
from nb2prod.sweeps.hidden import Reader, is_plain_definition
from nb2prod.sweeps.magics import read_by_magics
from nb2prod.sweeps.model import Branch, Row, Sharing, Stage
from nb2prod.sweeps.rows import key_of

PARAMETERS = "parameters"
INJECTED = "injected-parameters"


def shared_cells(notebook: Notebook, swept: Collection[str], *, injected: int | None = None) -> Sharing:
    """Return which cells the runs of a sweep over ``swept`` have in common; nothing is executed.

    Runs that agree on the names of a stage have the same state and outputs behind it. A cell that may read a swept
    name, by whatever way, belongs to those that depend on it, and so does all below; where a cell may give something
    else each time (a draw that nothing seeds, a clock), each run is by itself from there. Where it is not sure, it
    counts as depending, and the reason says why. ``injected`` is the index of the code cell in front of which the
    values are set, found as papermill does if not given.
    """
    names = tuple(sorted(set(swept)))
    begins = _injection(notebook) if injected is None else injected
    needs = _Needs(notebook, names, begins)
    stages = [Stage(0, len(notebook.cells))]
    reasons: list[str] = []
    for index in sorted(needs.found):
        need, last = needs.found[index], stages[-1]
        if need.names <= set(last.names):
            continue
        # what differs above the place where values are set leaves nothing that could be set afterwards
        start = index if index >= begins else 0
        stages[-1] = replace(last, stop=start)
        stages.append(Stage(start, len(notebook.cells), tuple(sorted(need.names.union(last.names)))))
        reasons.append(need.sentence)
    return Sharing(tuple(stages), tuple(reasons))


def branches_of(sharing: Sharing, rows: Sequence[Row]) -> Branch:
    """Return the runs as a tree: what all have in common, then what those have that agree on some values."""
    return _branch(sharing.stages[0], sharing.stages[1:], {}, tuple(range(len(rows))), rows)


def _branch(stage: Stage, rest: Sequence[Stage], values: Row, runs: tuple[int, ...], rows: Sequence[Row]) -> Branch:
    if len(runs) == 1:
        return Branch(stage.start, rest[-1].stop if rest else stage.stop, rows[runs[0]], runs)
    if not rest:
        alone = tuple(Branch(stage.stop, stage.stop, rows[run], (run,)) for run in runs)
        return Branch(stage.start, stage.stop, values, runs, alone)
    following = rest[0]
    groups: dict[tuple[str, ...], list[int]] = {}
    for run in runs:
        groups.setdefault(key_of(rows[run], following.names), []).append(run)
    if len(groups) == 1:
        agreed = {name: rows[runs[0]][name] for name in following.names}
        return _branch(replace(following, start=stage.start), rest[1:], agreed, runs, rows)
    made = [
        _branch(following, rest[1:], {name: rows[group[0]][name] for name in following.names}, tuple(group), rows)
        for group in groups.values()
    ]
    return Branch(stage.start, stage.stop, values, runs, tuple(made))


@dataclass(frozen=True)
class _Need:
    """What one cell depends on, and why."""

    names: frozenset[str]
    sentence: str


@dataclass
class _Needs:
    """What each cell of a notebook depends on."""

    notebook: Notebook
    names: tuple[str, ...]
    begins: int
    found: dict[int, _Need] = field(default_factory=dict)
    later: dict[str, frozenset[str]] = field(default_factory=dict)
    """What calling a function may read: its name to names; ``ANY`` and ``DIFFERS`` among them."""
    causes: dict[str, str] = field(default_factory=dict)
    """For functions with these: how."""

    def __post_init__(self) -> None:
        self.telling = {*self.names, ANY, DIFFERS}
        self.stars = star_finder(self.notebook.modules, self.notebook.path.parent)
        taken = [name for name in self.names if hasattr(builtins, name)]
        if taken:
            self._note(self.begins, None, f"{_listed(taken)} is also a name of Python's own")
        self._read_refused()
        shifted = _with_injection(self.notebook, self.names, self.begins)
        statements = analyse(shifted).statements
        reader = Reader(statements)
        for statement in statements:
            self._read(statement, reader)
        for cell in self.notebook.cells:
            if self._counts(cell):
                for line, what, names in read_by_magics(cell, self.names):
                    self._note(cell.index, names, f"{cell.label} {what} (line {line})")
        own = [each for each in statements if each.cell != self.begins]
        for reads, writes, name in written_after_read(own, reader.imports):
            first, second = (self._cell(each) for each in (statements[reads], statements[writes]))
            what = f"{first.label} may read `{name}` as another run has left it: {second.label} writes it"
            self._note(first.index, None, what)

    def _counts(self, cell: Cell) -> bool:
        return cell.index >= self.begins and cell.section != SKIP

    def _cell(self, statement: Statement) -> Cell:
        return self.notebook.cells[statement.cell - (statement.cell > self.begins)]

    def _note(self, index: int, names: frozenset[str] | None, sentence: str) -> None:
        before = self.found.get(index)
        names = frozenset(self.names) if names is None else names
        if before is None:
            self.found[index] = _Need(names, sentence)
        elif not names <= before.names:
            self.found[index] = _Need(before.names | names, f"{before.sentence}; {sentence}")

    def _read_refused(self) -> None:
        for refusal in self.notebook.refused:
            if refusal.cell is not None and self.notebook.cells[refusal.cell].section != SKIP:
                label = self.notebook.cells[refusal.cell].label
                self._note(refusal.cell, None, f"{label} cannot be read as plain Python: {refusal.problem.what}")

    def _read(self, statement: Statement, reader: Reader) -> None:
        """Take in one statement of the notebook with the injected cell."""
        if statement.cell == self.begins:
            return
        cell = self._cell(statement)
        facts, swept = statement.facts, frozenset(self.names)
        later = set(facts.deferred)
        for each in reader.hidden(statement, self.names):
            if not each.later:
                sentence = f"{cell.label} {each.what} (line {each.line})"
                self._note_if_run(cell, each.names, sentence, differs=each.differs)
            elif each.names is None:
                later.add(DIFFERS if each.differs else ANY)
                self.causes.update(dict.fromkeys(facts.definitions, each.what))
            else:
                later |= each.names
        self._read_carried(statement, cell)
        self._read_names(statement, cell, swept)
        for generator in sorted(facts.unseeded):
            library = generator.strip("<>")
            sentence = f"{cell.label} draws from `{library}`, which nothing above has seeded (line {statement.line})"
            self._note_if_run(cell, None, sentence, differs=True)
        self._define(statement, cell, later, reader.own)

    def _note_if_run(self, cell: Cell, names: frozenset[str] | None, sentence: str, *, differs: bool = False) -> None:
        """Note what a cell depends on; what stands above the place where values are set reads none of them."""
        if self._counts(cell) or differs:
            self._note(cell.index, names, sentence)

    def _read_carried(self, statement: Statement, cell: Cell) -> None:
        """Note what functions read that a statement names: it may call them, in whatever way."""
        for name in sorted(statement.facts.references - set(self.names)):
            reached = self._reached(name)
            if not reached & self.telling:
                continue
            cause = next((self.causes[each] for each in sorted(reached | {name}) if each in self.causes), "")
            if ANY not in reached and DIFFERS not in reached:
                cause = f"reads {_listed(reached & set(self.names))}"
            sentence = f"{cell.label} uses `{name}` (line {statement.line}), which {cause}"
            self._note_if_run(cell, self._meant(reached), sentence, differs=DIFFERS in reached)

    def _meant(self, reached: Collection[str]) -> frozenset[str] | None:
        return None if ANY in reached or DIFFERS in reached else frozenset(self.names) & frozenset(reached)

    def _read_names(self, statement: Statement, cell: Cell, swept: frozenset[str]) -> None:
        facts = statement.facts
        bound = swept & (facts.definitions | facts.deletions)
        read = swept & (facts.references | facts.mutations) - bound
        for names, verb in ((read, "reads"), (bound, "gives another value to")):
            if names:
                self._note_if_run(cell, names, f"{cell.label} {verb} {_listed(names)} (line {statement.line})")
        module = _star(statement)
        if module is not None and self.stars(module) is None:
            what = f"{cell.label} imports all that `{module}` has, which cannot be read (line {statement.line})"
            self._note_if_run(cell, swept, what)

    def _define(self, statement: Statement, cell: Cell, later: set[str], own: Collection[str]) -> None:
        """Note what is read when what the statement defines or changes is called."""
        facts = statement.facts
        for name in facts.definitions - facts.conditional:
            self.later.pop(name, None)
        plain = is_plain_definition(statement.node, own)
        for name in () if plain else facts.references:
            later |= self._reached(name) & self.telling
        for name in (facts.definitions | facts.mutations) if later else ():
            self.later[name] = self.later.get(name, frozenset()) | later
        reached = {each for name in later for each in self._reached(name)} | later
        if not plain and reached & self.telling:
            what = f"{cell.label} makes something that may read {_listed(reached & set(self.names)) or 'any variable'}"
            sentence = f"{what} at once (line {statement.line})"
            self._note_if_run(cell, self._meant(reached), sentence, differs=DIFFERS in reached)

    def _reached(self, name: str) -> frozenset[str]:
        """Return all that calling a function may read, by whatever functions it calls."""
        found: set[str] = set()
        pending = [name]
        while pending:
            for each in self.later.get(pending.pop(), ()):
                if each not in found:
                    found.add(each)
                    pending.append(each)
        return frozenset(found)


ANY, DIFFERS = "<any variable>", "<differs each time>"
"""Stand among the names that calling a function reads."""


def _listed(names: Collection[str]) -> str:
    return " and ".join(f"`{name}`" for name in sorted(names))


def _star(statement: Statement) -> str | None:
    """Return the module of a ``from module import *``."""
    node = statement.node
    if isinstance(node, ast.ImportFrom) and any(each.name == "*" for each in node.names):
        return "." * node.level + (node.module or "")
    return None


def _injection(notebook: Notebook) -> int:
    """Return the index of the code cell in front of which papermill sets the values."""
    last = max((cell.index for cell in notebook.cells if cell.section == PARAMETERS), default=-1)
    return last + 1


def _with_injection(notebook: Notebook, names: Sequence[str], begins: int) -> Notebook:
    """Return the notebook with a code cell that sets ``names``, so that the analysis knows them as variables."""
    code = "\n".join(f"{name} = object()" for name in names)
    cells: list[Cell] = []
    for cell in notebook.cells:
        code_run = "\n" * cell.code.count("\n") if cell.section == SKIP else cell.code
        cells.append(replace(cell, index=cell.index + (cell.index >= begins), code=code_run))
    cells.insert(begins, Cell(begins, -1, INJECTED, code, code, PARAMETERS))
    return replace(notebook, cells=tuple(cells))
