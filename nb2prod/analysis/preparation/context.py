"""What is known while statements are gone through: which names hold rows, what has been learnt, what was done."""

from __future__ import annotations

import ast
from abc import abstractmethod
from collections.abc import Container, Iterable, Iterator
from dataclasses import dataclass, field, replace

from nb2prod.analysis.model import Dataflow, Kind
from nb2prod.analysis.preparation.current import (
    Current,
    as_before,
    is_large,
    is_unclear,
    narrowed,
    near_to,
    unclear,
    with_meaning,
)
from nb2prod.analysis.preparation.guards import Guards
from nb2prod.analysis.preparation.operations import load_operations
from nb2prod.analysis.preparation.own_names import OwnNames
from nb2prod.analysis.preparation.reading import changes, clash, column_changed, named_columns, reads
from nb2prod.analysis.preparation.syntax import every_name, free_names, mentioned, name, pattern_of, shown
from nb2prod.analysis.preparation.values import RANGE, Free, Lost, Raw, Rows, Several, Shape, Stuck, Term, Value

OWN_LINE = "give the step a line of its own, in terms of columns, that treats each row alone"

BY_TURN = "give it a name in a line of its own, as a column of the table: `table[column]`"
OWN_NAME = (
    "write the value where it is used, or set it in a loop of its own, in a dictionary with an entry for each turn"
)


@dataclass(frozen=True)
class Hole:
    """Something learnt, by the name that stands for it until it gets its own."""

    expression: ast.expr
    statement: int
    after: bool
    hint: str
    """What the name should say."""
    what: str
    tool: bool = False
    """Whether it is a tool of the notebook, which may serve under its own name."""
    otherwise: ast.expr | None = None
    """What gives an equal tool where the notebook's own has been fitted again since."""


@dataclass(frozen=True)
class Note:
    """What was done in a statement: ``row``, ``learnt`` or ``training``, and the words for it."""

    how: str
    what: str


@dataclass(frozen=True)
class Fit:
    """A tool that a turn of a loop has fitted."""

    tool: ast.expr
    """What stands for it, one for each turn."""
    notes: tuple[Note, ...]


@dataclass
class Context:
    """State of the walk through the statements; the layers derived from it evaluate expressions and statements."""

    flow: Dataflow
    env: dict[str, Value] = field(default_factory=dict)
    index: int = 0
    holes: dict[str, Hole] = field(default_factory=dict)
    asked: set[str] = field(default_factory=set)
    """Those that the loop over columns learns."""
    notes: list[Note] = field(default_factory=list)
    keys: dict[str, ast.expr] = field(default_factory=dict)
    """Loop variables that name columns, and what they go over."""
    conditions: list[ast.expr] = field(default_factory=list)
    """Of the loop over columns: those under which the part that is being looked at runs."""
    popped: list[tuple[Term, ast.expr]] = field(default_factory=list)
    """Tables and the columns that the statement takes out of them."""
    dirty: list[tuple[str, str]] = field(default_factory=list)
    """What the statement has already changed: table and column, ``""`` for all, ``*`` for the column of a loop."""
    shared: dict[str, int] = field(default_factory=dict)
    """Names that stand for the same table as others do, by a number for each table."""
    stale: list[tuple[str, str]] = field(default_factory=list)
    """Tables and columns of them that were changed by another name of the table."""
    current: Current = field(default_factory=Current)
    """What the statement has stored in columns so far."""
    places: dict[tuple[str, int, bool], str] = field(default_factory=dict)
    """Where what is learnt: beside which statement, before or behind it."""
    meaning: dict[str, ast.expr | None] = field(default_factory=dict)
    """Local variables of functions that are written out, in the notebook's own names; ``None``: unknown."""
    terms: dict[int, Term] = field(default_factory=dict)
    kept: list[ast.AST] = field(default_factory=list)
    last: int = RANGE
    statistics: set[str] = field(default_factory=set)
    """Variables that hold what is learnt from rows."""
    makers: dict[str, ast.expr] = field(default_factory=dict)
    """What the turn of a loop over columns has assigned to names, such as a new tool."""
    fits: dict[str, Fit | Stuck] = field(default_factory=dict)
    """Tools that the turn has fitted, by what stands for them."""
    collected: dict[str, ast.expr | Stuck] = field(default_factory=dict)
    """Dictionaries and arrays that a loop over tables fills anew for each, by what stands for this table's."""
    over_tables: bool = False
    """Whether this is a loop over tables."""
    own: list[OwnNames] = field(default_factory=list)
    """What the loops that are being looked at set themselves, the outermost first."""
    entries: list[ast.expr] = field(default_factory=list)
    """Of what the turn has set: entries of its own, which stay as they are."""
    last_table: bool = False
    """Whether this is the last turn of a loop over tables."""
    settled: set[str] = field(default_factory=set)
    """Of a loop over tables: those whose turn is over."""
    asking: bool = False
    """Whether this is the inference section, in which the request is written down."""

    def __post_init__(self) -> None:
        self.operations = load_operations()
        self.paths = _import_paths(self.flow)
        self.guards = Guards({name for s in self.flow.statements for name in every_name(s.node)})

    @abstractmethod
    def eval(self, node: ast.expr) -> Term:
        """Return what ``node`` is, and how it is computed for records alone."""

    def new_rows(self) -> int:
        """Return a number for another choice or order of rows."""
        self.last += 1
        return self.last

    def note(self, how: str, what: str) -> None:
        """Remember what was done."""
        self.notes.append(Note(how, what))

    def path(self, node: ast.expr) -> str:
        """Return the dotted path of something imported or built in, or an empty string."""
        attributes: list[str] = []
        while isinstance(node, ast.Attribute):
            attributes.append(node.attr)
            node = node.value
        if not isinstance(node, ast.Name) or node.id in self.env:
            return ""
        start = self.paths.get(node.id) or ("" if self._is_defined(node.id) else f"builtins.{node.id}")
        return ".".join([start, *reversed(attributes)]) if start else ""

    def _is_defined(self, name: str) -> bool:
        return name in self.flow.final

    def module(self, path: str) -> ast.expr:
        """Return how the notebook spells an imported module."""
        for spelling, found in self.paths.items():
            if found == path:
                return name(spelling)
        raise Stuck(f"`{path}` is not imported as a module", f"write `import {path}` in the first cell")

    def align(self, terms: Iterable[Term], what: ast.AST) -> Rows:
        """Return the rows that all of ``terms`` with rows share; raise where they do not fit together."""
        found: Rows | None = None
        labels: int | None = None
        raws: set[Raw] = set()
        for rows in _all_rows(terms):
            if rows.shape is Shape.LABELS:
                remedy = "choose rows by a condition where they are used: `table.loc[condition, 'column']`"
                raise Stuck(f"`{shown(what)}` takes the labels of rows for values", remedy, getattr(what, "lineno", 0))
            if found is not None and rows.rowset != found.rowset:
                if Raw.MADE in {rows.raw, found.raw}:
                    why = f"`{shown(what)}` puts random numbers into the rows, which would be others for each request"
                    raise Stuck(
                        why,
                        "take a value or a statistic instead, or do it to a copy that only training is given",
                        getattr(what, "lineno", 0),
                    )
                raise Stuck(
                    f"`{shown(what)}` puts together rows that were chosen or made in different ways",
                    "compute it before the rows are split or filtered",
                    getattr(what, "lineno", 0),
                )
            if rows.shape in {Shape.FRAME, Shape.SERIES, Shape.UNKNOWN}:
                if labels is not None and labels != rows.labels:
                    raise Stuck(
                        f"`{shown(what)}` fits together tables whose rows are labelled differently",
                        "reset the index of both with `reset_index(drop=True)` right after filtering",
                        getattr(what, "lineno", 0),
                    )
                labels = rows.labels
            raws.add(rows.raw)
            found = rows if found is None or found.shape in {Shape.ARRAY, Shape.LIST} else found
        assert found is not None
        own = raws <= {Raw.MADE, Raw.READ}
        raw = Raw.NO if not own else Raw.READ if Raw.READ in raws else Raw.MADE
        return replace(found, raw=raw, labels=found.labels if labels is None else labels)

    def hole(
        self,
        expression: ast.expr,
        hint: str,
        what: str,
        *,
        after: bool = False,
        tool: bool = False,
        otherwise: ast.expr | None = None,
    ) -> ast.expr:
        """Return what stands for something learnt beside the statement."""
        settled = self.is_settled(expression)
        after = after or settled
        if not after and not tool:
            self.refuse_dirty(expression)
        meant = expression if tool or settled else self.meant(expression)
        if meant is None:
            raise Stuck(
                f"`{shown(expression)}` is learnt inside a function, from a table that it has made there",
                "write the function out as statements of their own",
            )
        if ast.dump(meant) != ast.dump(expression):
            meant = narrowed(meant)
            if is_large(meant):
                why = f"`{shown(expression)}` is learnt behind many other steps of the same loop or function"
                raise Stuck(why, self._apart_remedy())
        self._refuse_changes(meant)
        if not tool:
            self.refuse_own(meant)
            if unbound := sorted(set(self.keys) & set(free_names(meant))):
                raise Stuck(f"`{shown(expression)}` is learnt for each `{unbound[0]}` of a loop", BY_TURN)
        wanted = Hole(meant, self.index, after, hint, what, tool, otherwise)
        expression = meant
        spelling = f"__learned_{len(self.holes)}"
        place = (ast.dump(expression), self.index, after)
        known = self.places.setdefault(place, spelling)
        if known != spelling:
            self.asked.add(known)
            return name(known)
        self.asked.add(spelling)
        self.holes[spelling] = wanted
        self.note("learnt", what)
        return name(spelling)

    def _refuse_changes(self, expression: ast.expr) -> None:
        """Refuse to learn what changes something where it is computed: it is computed once more to be kept."""
        for node in ast.walk(expression):
            if changes(node) and not (isinstance(node, ast.Call) and self.path(node.func).startswith("numpy.")):
                why = f"`{shown(expression)}` changes what it is learnt from"
                remedy = "change the table in a line of its own, and learn from it in another"
                raise Stuck(why, remedy, getattr(expression, "lineno", 0))

    def refuse_own(self, node: ast.AST, *, step: bool = False) -> None:
        """Refuse to read a name that the loop sets itself as it is before the loop, or, for a ``step``, behind it."""
        entries = self.entries if step else []
        for own in self.own:
            kept = own.steady | (own.last if step and self.last_table else frozenset())
            for each in own.read_in(node, entries, kept & set(self.flow.final)):
                known = each in self.keys or each in self.holes or (each in self.paths and each not in self.env)
                if known or isinstance(self.env.get(each), Rows | Several):
                    continue
                raise Stuck(
                    f"`{each}` is set or changed by the same loop that reads it", OWN_NAME, getattr(node, "lineno", 0)
                )

    def columns_read(self, expression: ast.expr, keys: Container[str] | None = None) -> Iterator[tuple[str, str]]:
        """Yield tables and columns that an expression reads; of a loop over columns that are written down, each."""
        over = [named_columns(ast.List(c.elts) if isinstance(c, ast.Tuple) else c) for c in self.keys.values()]
        spelled = sorted(frozenset[str]().union(*(names for names in over if names is not None)))
        for table, column in reads(expression, self.keys if keys is None else keys):
            if column == "*" and keys is None and over and all(names is not None for names in over):
                yield from ((table, each) for each in spelled)
            else:
                yield table, column

    def is_settled(self, expression: ast.expr) -> bool:
        """Return whether an expression reads only tables that earlier turns of a loop over tables have dealt with: they
        stay as they are then, so that it can be learnt behind the loop."""
        tables = {table for table, _ in self.columns_read(expression) if table in self.env}
        return bool(tables) and tables <= self.settled - set(self.meaning)

    def start(self) -> None:
        """Begin with a statement, which has changed nothing yet."""
        self.dirty, self.current = [], Current()

    def changed(self, table: str, column: ast.expr | None = None) -> None:
        """Remember what the statement has changed so far."""
        found = column_changed(column, self.keys)
        self.dirty.append((table, found))
        self.current.forget(table, found)
        group = self.shared.get(table)
        for other in [n for n, known in self.shared.items() if known == group and n != table]:
            self.dirty.append((other, found))
            self.stale.append((other, found))
            self.current.forget(other, found)
            held = self.env.get(other)
            if isinstance(held, Rows):
                self.env[other] = replace(held, raw=Raw.NO, columns=None)

    def share(self, bound: str, other: str, value: Value) -> None:
        """Remember that two names stand for the same table, if it has the same rows by both."""
        held = self.env.get(other)
        if not isinstance(value, Rows) or not isinstance(held, Rows):
            return
        if (value.rowset, value.labels, value.shape) != (held.rowset, held.labels, held.shape):
            return
        self.shared[bound] = self.shared.setdefault(other, self.new_rows())
        self.stale += [(bound, column) for table, column in self.stale if table == other]

    def part(self, bound: str) -> None:
        """Remember that a name stands for something else from now on."""
        self.shared.pop(bound, None)
        self.stale = [gone for gone in self.stale if gone[0] != bound]

    def refuse_stale(self, node: ast.stmt) -> None:
        """Refuse to read what was changed by another name of the same table, a step that is only told of that name."""
        parts = (
            each for inner in ast.walk(node) if isinstance(inner, ast.stmt) for each in ast.iter_child_nodes(inner)
        )
        read = {found for part in parts if isinstance(part, ast.expr) for found in reads(part)}
        for table, column in sorted(read):
            if any(clash((table, column), gone) for gone in self.stale):
                why = f"`{table}` is another name of a table that was changed by its first one, or the other way round"
                raise Stuck(why, f"use one name for it, or make a copy: `{table} = ....copy()`")

    def unchanged(self, table: str) -> None:
        """Take a name that the statement has just made as it is."""
        self.dirty = [changed for changed in self.dirty if changed[0] != table]
        self.current.forget(table)

    def before_statement(self, expression: ast.expr) -> ast.expr | None:
        """Return an expression in terms of what was before the statement, ``None`` where that is not known."""
        if is_unclear(expression):
            return None
        for current in (Current(), self.current):
            rest = current.seen(expression, self.dirty, self.meaning, opaque=True)
            near = near_to(rest, self.dirty)
            if not any(clash(read, changed) for read in self.columns_read(rest) for changed in near):
                return current.seen(expression, self.dirty, self.meaning)
        return None

    def refuse_dirty(self, expression: ast.expr) -> None:
        """Refuse to learn before the statement what the statement itself has changed by then."""
        if self.before_statement(expression) is None:
            raise Stuck(
                f"`{shown(expression)}` is learnt from what the same loop or function has changed before",
                self._apart_remedy(),
                getattr(expression, "lineno", 0),
            )

    def _apart_remedy(self) -> str:
        """Return what would help where a statement learns from what it has changed itself."""
        if self.keys or self.over_tables:
            return "make two loops of it: one that changes the table, then one that learns from it"
        return "write the function out as statements of their own"

    def meant(self, expression: ast.expr) -> ast.expr | None:
        """Return an expression in the notebook's own names, ``None`` where they do not say it."""
        before = self.before_statement(expression)
        if before is None:
            return None
        own = mentioned(Current().seen(before, [], opaque=True)) & set(self.meaning)
        parts = {local: self.meaning[local] for local in own}
        if any(part is None for part in parts.values()):
            return None
        return with_meaning(before, {local: part for local, part in parts.items() if part is not None})

    def kept_as_before(self, expression: ast.expr) -> ast.expr:
        """Return an expression that is read later as it is now, whatever the statement changes until then."""
        meant = self.meant(expression)
        return unclear(pattern_of(expression, {})) if meant is None else as_before(meant)

    def settle(self, node: ast.expr) -> ast.expr:
        """Return ``node``, which has no rows, with what it learns from rows taken out."""
        term = self.eval(node)
        value = term.value
        if not isinstance(value, Free):
            raise Stuck(f"`{shown(node)}` reads rows inside a function", OWN_LINE, getattr(node, "lineno", 0))
        if not value.learnt:
            return term.node
        return self.take_out(node, value)

    @abstractmethod
    def take_out(self, node: ast.expr, value: Free) -> ast.expr:
        """Return what stands for ``node``, which is learnt."""


def _all_rows(terms: Iterable[Term]) -> Iterable[Rows]:
    for term in terms:
        if isinstance(term.value, Rows):
            yield term.value
        elif isinstance(term.value, Several):
            yield from _all_rows(term.value.parts)
        elif isinstance(term.value, Lost):
            raise term.value.why


def _import_paths(flow: Dataflow) -> dict[str, str]:
    """Return what each imported name stands for."""
    paths: dict[str, str] = {}
    for statement in flow.statements:
        node = statement.node
        if statement.kind is Kind.IMPORT and isinstance(node, ast.Import):
            for alias in node.names:
                paths[alias.asname or alias.name.split(".")[0]] = (
                    alias.name if alias.asname else alias.name.split(".")[0]
                )
        elif isinstance(node, ast.ImportFrom):
            for alias in node.names:
                starred = sorted(statement.facts.definitions) if alias.name == "*" else ()
                for spelled in starred or (alias.asname or alias.name,):
                    paths[spelled] = f"{node.module}.{spelled if starred else alias.name}"
    return paths
