"""Assignments, changes in place and deletions: what they do to rows, step by step."""

from __future__ import annotations

import ast
import builtins
from collections.abc import Container, Mapping
from dataclasses import dataclass, field, replace

from nb2prod.analysis.knowledge import load_knowledge, nearest
from nb2prod.analysis.model import Kind
from nb2prod.analysis.preparation.chained import in_order, passed_on, swaps
from nb2prod.analysis.preparation.context import OWN_LINE, Note
from nb2prod.analysis.preparation.current import is_large
from nb2prod.analysis.preparation.expressions import is_all, is_inplace
from nb2prod.analysis.preparation.functions import MADE, Functions
from nb2prod.analysis.preparation.places import column_of, in_place_call, owner_of, with_column, with_width
from nb2prod.analysis.preparation.syntax import bound_names, free_names, keyword, name, pattern, same, shown
from nb2prod.analysis.preparation.values import Free, Lost, Raw, Rows, Several, Shape, Stuck, Term
from nb2prod.notebook.called import called_name

BY_CONDITION = "choose them by a condition: `.loc[condition, 'column']`"


@dataclass(frozen=True)
class Step:
    """One statement of ``prepare``, if it turns out to be needed."""

    statement: int
    node: ast.stmt | None
    """``None`` where rows come from, and where it is not known what is done."""
    changes: frozenset[str]
    """Names that it binds or changes."""
    notes: tuple[Note, ...] = ()
    stuck: Stuck | None = None
    raw: str = ""
    """Name of the raw rows that come from here."""
    unchanged: bool = False
    """Whether it stands in the notebook word for word."""


@dataclass
class Stores(Functions):
    """Takes in simple statements and collects the steps."""

    steps: list[Step] = field(default_factory=list)
    origins: dict[tuple[str, int], Rows] = field(default_factory=dict)
    """The raw rows, by name and statement."""

    def emit(self, node: ast.stmt, original: ast.stmt, changes: set[str]) -> None:
        """Add a step."""
        if self.stale:
            self.refuse_stale(node)
        ast.copy_location(node, original)
        ast.fix_missing_locations(node)
        unchanged = same(node, original)
        notes = tuple(self.notes) or (Note("row", f"`{shown(original)}`"),)
        self.steps.append(Step(self.index, node, frozenset(changes), notes, unchanged=unchanged))
        for each in changes:
            held = self.env.get(each)
            if isinstance(held, Rows):
                self.env[each] = replace(held, raw=Raw.NO, columns=None)
        self.notes = []

    def assign(self, node: ast.Assign) -> None:
        """Take in ``a = b = value``."""
        self.popped, value = [], node.value
        for target in in_order(node, self.columns_read) if len(node.targets) > 1 else node.targets:
            self.assign_to(target, value, node)
            value = passed_on(target, value, self.env.get(target.id) if isinstance(target, ast.Name) else None)
        for receiver, column in self.popped:
            assert isinstance(receiver.node, ast.Name)
            taken = ast.Subscript(receiver.node, column, ast.Store())
            if not any(same(target, taken) for target in node.targets):
                self._drop_in_place(node, receiver.node.id, receiver, column)
            else:  # back again, it is the last one
                last = self.fill("T.insert(len(T.columns) - 1, C, T.pop(C))", T=receiver.node, C=self.settle(column))
                self.emit(ast.Expr(last), node, {receiver.node.id})

    def assign_to(self, target: ast.expr, value: ast.expr, node: ast.stmt) -> None:
        """Take in ``target = value``."""
        match target:
            case ast.Name():
                self.bind(target.id, self.eval(value), node)
            case ast.Tuple() | ast.List():
                self._unpack(target, value, node)
            case ast.Subscript():
                self._store(target, value, node)
            case ast.Attribute():
                self._store_attribute(target, value, node)
            case _:
                raise Stuck(f"what `{shown(node)}` does with rows is not known", OWN_LINE)

    def bind(self, bound: str, term: Term, node: ast.stmt) -> None:
        """Take in ``bound = value``."""
        if not _is_name(term.node, bound):
            self.part(bound)
        self.changed(bound)
        if isinstance(term.node, ast.Name) and term.node.id != bound:
            self.share(bound, term.node.id, term.value)
        self.collected.pop(bound, None)
        value = term.value
        for known, held in list(self.env.items()):
            if isinstance(held, Several) and any(_is_name(part.node, bound) for part in held.parts):
                self.env[known] = Several(tuple(_kept(part, bound) for part in held.parts))
        if isinstance(value, Rows) and value.raw and value.shape is not Shape.BUNCH and not _is_name(term.node, bound):
            self.env[bound] = self.origins[bound, self.index] = replace(value, raw=Raw.NAMED)
            self.steps.append(Step(self.index, None, frozenset({bound}), raw=bound))
            return
        if isinstance(value, Rows) and value.shape is not Shape.BUNCH:
            self.env[bound] = value
            if value.shape is Shape.GROUPS or _is_name(term.node, bound):
                return
            assign = ast.Assign([ast.Name(bound, ast.Store())], term.node)
            self.emit(assign, node, {bound})
            self.env[bound] = value
            return
        self.statistics = self.statistics - {bound} | ({bound} if isinstance(value, Free) and value.learnt else set())
        self.env[bound] = value if not isinstance(value, Free) else Free()

    def _unpack(self, target: ast.Tuple | ast.List, value: ast.expr, node: ast.stmt) -> None:
        term = self.eval(value)
        names = bound_names(target)
        if isinstance(term.value, Free):
            for each in names:
                self.env[each] = Free()
            return
        if not isinstance(term.value, Several) or len(term.value.parts) != len(target.elts):
            raise Stuck(f"what `{shown(node)}` unpacks is not known", OWN_LINE)
        if isinstance(value, ast.Tuple) and swaps(target, value):
            raise Stuck(f"`{shown(node)}` swaps rows", OWN_LINE)
        notes = self.notes
        for place, (to, part) in enumerate(zip(target.elts, term.value.parts, strict=True)):
            self.notes = list(notes)
            if isinstance(to, ast.Name):
                self.bind(to.id, part, node)
            else:
                element = ast.Subscript(value, ast.Constant(place), ast.Load())
                self.assign_to(to, value.elts[place] if isinstance(value, ast.Tuple) else element, node)

    def _store(self, target: ast.Subscript, value: ast.expr, node: ast.stmt) -> None:
        """``rows[...] = value`` and ``rows.loc[...] = value``."""
        owner, located = owner_of(target)
        receiver = self.eval(owner)
        if isinstance(receiver.value, Free):
            term = self.eval(value)
            if not isinstance(term.value, Free):
                raise Stuck(f"`{shown(node)}` puts rows where they cannot be followed", "give them a name of their own")
            self.eval(target.slice)
            self._collect(target, value, term.value)
            return
        if not isinstance(receiver.value, Rows) or not isinstance(receiver.node, ast.Name):
            self._store_deeper(target, value, node)
            return
        if located == "iloc" or receiver.value.shape is Shape.BUNCH:
            raise Stuck(
                f"`{shown(node)}` changes rows by their place",
                BY_CONDITION,
            )
        if not located and self._is_part_of_request(target, value, receiver):
            self.env[receiver.node.id] = self.origins[receiver.node.id, self.index] = receiver.value
            self.steps.append(Step(self.index, None, frozenset({receiver.node.id}), raw=receiver.node.id))
            return
        try:
            place = self._place(target.slice, receiver, located)
            term = self._stored_value(value, receiver, node)
        except Stuck as stuck:
            self._lose_column(stuck, target, receiver.node.id, node)
            return
        stored = with_width(term.node, place)
        made = ast.Assign([ast.Subscript(self._rows_of(target, receiver), place, ast.Store())], stored)
        self.emit(made, node, {receiver.node.id})
        self.env[receiver.node.id] = replace(receiver.value, raw=Raw.NO, columns=with_column(receiver.value, target))
        self._changed_to(receiver.node.id, column_of(target), None if located else self._now(value, term, receiver))

    def _changed_to(self, table: str, column: ast.expr, now: ast.expr | None) -> None:
        """Remember that the statement has changed a column, and to what, if that is known."""
        self.changed(table, column)
        if now is not None and (isinstance(column, ast.Constant) or _is_key(column, self.keys)):
            self.current.store(table, column, self.dirty[-1][1], now)

    def _now(self, value: ast.expr, term: Term, receiver: Term) -> ast.expr | None:
        """Return what is stored in a column in terms of what was before the statement; ``None`` where that is not
        known, as where a tool does it that the statement has fitted."""
        rows, known = term.value, self.flow.sources_after(self.index - 1)
        if not isinstance(rows, Rows) or rows.shape not in {Shape.SERIES, Shape.ARRAY}:
            return None
        if rows.shape is Shape.ARRAY:
            if "pandas" not in self.paths.values():
                return None
            value = self.fill("pandas.Series(VALUE, index=TABLE.index)", VALUE=value, TABLE=receiver.node)
        now = self.meant(value)
        if now is None or is_large(now):
            return None
        return now if self._gives_the_same(now, known) else None

    def _gives_the_same(self, now: ast.expr, known: Mapping[str, frozenset[int]]) -> bool:
        """Return whether an expression gives the same before the statement, and does nothing else: it draws no random
        numbers, asks no fitted tool, and calls no function that has a memory."""
        unsure = MADE | {"sample", "fit_transform", "fit"} | self.operations.tools["row"] - {"apply"}
        for node in ast.walk(now):
            if isinstance(node, ast.Call) and self.path(node.func).startswith(("numpy.random.", "random.")):
                return False
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr in unsure:
                below = (each.attr for each in ast.walk(node.func.value) if isinstance(each, ast.Attribute))
                if "groupby" not in below:
                    return False
        facts = self.flow.statements[self.index].facts if self.index < len(self.flow.statements) else None
        made = frozenset[str]() if facts is None else facts.definitions | facts.mutations
        own = [n for n in free_names(now) if n not in self.keys and not hasattr(builtins, n)]
        if not all(n in known and (n not in made or isinstance(self.env.get(n), Rows)) for n in own):
            return False
        statements = (self.flow.statements[source] for n in own for source in known[n])
        inside = {n for s in statements if s.kind in {Kind.FUNCTION, Kind.CLASS} for n in s.facts.deferred}
        kinds = {self.flow.statements[source].kind for n in inside for source in known.get(n, ())}
        return kinds <= {Kind.IMPORT, Kind.FUNCTION}

    def _collect(self, target: ast.Subscript, value: ast.expr, held: Free) -> None:
        """``means[i, j] = ...`` in a loop over tables, which fills the array anew for each of them."""
        if not (self.over_tables and self.keys and isinstance(target.value, ast.Name)):
            return
        spelled = target.value.id
        if spelled in self.collected or not held.learnt:
            why = f"`{spelled}` is filled step by step, anew for each table"
            self.collected[spelled] = Stuck(why, "give each of its entries its value once", target.lineno)
            return
        local = held.local | self.keys_in(target.slice)
        what = f"the entries of `{spelled}`"
        self.collected[spelled] = self.each_turn(target.slice, value, local, f"{spelled}_of_table", what)

    def _is_part_of_request(self, target: ast.Subscript, value: ast.expr, receiver: Term) -> bool:
        """Return whether a value that is written into a request written by hand is one of its own, which the next
        request has another of. What another table gets as well, such as an intercept, is preparation."""
        rows = receiver.value
        assert isinstance(rows, Rows) and isinstance(receiver.node, ast.Name)
        literal = isinstance(value.elts[0] if isinstance(value, ast.List) and value.elts else value, ast.Constant)
        if not (rows.by_hand and rows.raw is Raw.NAMED and literal and isinstance(target.slice, ast.Constant)):
            return False
        if self.asking:
            return True
        stores = (n for s in self.flow.statements for n in ast.walk(s.node) if isinstance(n, ast.Assign))
        return not any(
            isinstance(to, ast.Subscript) and same(to.slice, target.slice) and not same(to.value, target.value)
            for store in stores if same(store.value, value) for to in store.targets
        )  # fmt: skip

    def _lose_column(self, stuck: Stuck, target: ast.Subscript, table: str, node: ast.stmt) -> None:
        """Go on behind a column that is not understood, which may be one that the model never sees."""
        if not isinstance(target.slice, ast.Constant) or not isinstance(target.value, ast.Name):
            raise stuck
        stuck.line, stuck.statement = stuck.line or node.lineno, self.index
        made = ast.Assign([ast.Subscript(name(table), target.slice, ast.Store())], ast.Constant(None))
        ast.fix_missing_locations(ast.copy_location(made, node))
        self.steps.append(Step(self.index, made, frozenset({table}), stuck=stuck))
        self.changed(table, target.slice)
        held = self.env[table]
        assert isinstance(held, Rows)
        self.env[table] = replace(held, raw=Raw.NO, columns=with_column(held, target))

    def _rows_of(self, target: ast.Subscript, receiver: Term) -> ast.expr:
        if isinstance(target.value, ast.Attribute) and target.value.attr in {"loc", "at"}:
            return ast.Attribute(receiver.node, "loc", ast.Load())
        return receiver.node

    def _place(self, key: ast.expr, receiver: Term, located: str) -> ast.expr:
        """Return the subscript of a store, where it chooses columns, and rows by conditions."""
        if not located:
            term = self.eval(key)
            if isinstance(term.value, Rows):
                self.align([receiver, term], key)
                return term.node
            return self.settle(key)
        parts = key.elts if isinstance(key, ast.Tuple) else [key]
        made: list[ast.expr] = []
        for number, part in enumerate(parts):
            if isinstance(part, ast.Slice):
                if not is_all(part):
                    raise Stuck(f"`{shown(part)}` chooses rows by their place", "choose them by a condition")
                made.append(part)
                continue
            term = self.eval(part)
            if isinstance(term.value, Rows):
                chosen = replace(term.value, shape=Shape.SERIES) if located == "loc" else term.value
                self.align([receiver, Term(chosen, term.node)], part)
                made.append(term.node)
            elif number == 0:
                raise Stuck(f"`{shown(key)}` chooses single rows", BY_CONDITION)
            else:
                made.append(self.settle(part))
        return made[0] if len(made) == 1 else ast.Tuple(made, ast.Load())

    def _stored_value(self, value: ast.expr, receiver: Term, node: ast.stmt) -> Term:
        term = self.eval(value)
        if isinstance(term.value, Rows):
            self.align([receiver, term], node)
            return term
        if not isinstance(term.value, Free):
            raise Stuck(f"what `{shown(node)}` stores is not known", OWN_LINE)
        if self._may_have_rows(value):
            raise Stuck(
                f"whether `{shown(value)}` has a value for each row cannot be seen",
                "compute the column from the table's other columns",
            )
        return Term(term.value, self.settle(value))

    def _may_have_rows(self, value: ast.expr) -> bool:
        """Return whether something without visible rows may still be a list with an entry for each row."""
        if isinstance(value, ast.Name):
            origins = self.flow.sources_after(self.index).get(value.id, frozenset())
            nodes = [self.flow.statements[o].node for o in origins if self.flow.statements[o].kind is not Kind.CONSTANT]
            return any(not isinstance(node, ast.Assign) or self._may_be_long(node.value) for node in nodes)
        return self._may_be_long(value)

    def _may_be_long(self, node: ast.expr) -> bool:
        """Return whether an expression may give several values."""
        if isinstance(node, ast.Call):
            called = called_name(node)
            grouped = any(isinstance(n, ast.Attribute) and n.attr == "groupby" for n in ast.walk(node))
            return grouped or called not in self.operations.methods["scalar"]
        if isinstance(node, ast.BinOp):
            return self._may_be_long(node.left) or self._may_be_long(node.right)
        return isinstance(node, ast.List | ast.Tuple | ast.ListComp | ast.GeneratorExp | ast.Starred)

    def _store_deeper(self, target: ast.Subscript, value: ast.expr, node: ast.stmt) -> None:
        """``rows['a'][condition] = value``, which pandas before 3 carries out."""
        inner = target.value
        if isinstance(inner, ast.Attribute) and inner.attr in {"loc", "iloc"}:
            inner = inner.value
        if not (isinstance(inner, ast.Subscript | ast.Attribute) and isinstance(inner.value, ast.Name)):
            raise Stuck(f"what `{shown(node)}` changes is not known", "write `rows.loc[condition, 'column'] = value`")
        column, owner = self.eval(inner), self.eval(inner.value)
        key = self.eval(target.slice)
        if not isinstance(key.value, Rows) or not isinstance(owner.node, ast.Name):
            raise Stuck(f"`{shown(node)}` changes single rows", BY_CONDITION)
        self.align([owner, column, key], node)
        term = self._stored_value(value, owner, node)
        through: ast.expr = column.node
        if isinstance(target.value, ast.Attribute) and target.value is not inner:
            through = ast.Attribute(column.node, target.value.attr, ast.Load())
        made = ast.Assign([ast.Subscript(through, key.node, ast.Store())], term.node)
        self.emit(made, node, {owner.node.id})
        self.changed(owner.node.id, inner.slice if isinstance(inner, ast.Subscript) else ast.Constant(inner.attr))

    def _store_attribute(self, target: ast.Attribute, value: ast.expr, node: ast.stmt) -> None:
        receiver = self.eval(target.value)
        rows = receiver.value
        if isinstance(rows, Free):
            if not isinstance(self.eval(value).value, Free):
                raise Stuck(f"`{shown(node)}` puts rows where they cannot be followed", "give them a name of their own")
            return
        if not isinstance(rows, Rows) or not isinstance(receiver.node, ast.Name):
            raise Stuck(f"what `{shown(node)}` changes is not known", OWN_LINE)
        if target.attr == "columns":
            self._rename_all(receiver, value, node)
            return
        if target.attr == "name" or (target.attr == "index" and self._takes_labels(receiver, value)):
            return
        if target.attr == "index" or rows.shape is not Shape.FRAME:
            raise Stuck(f"`{shown(node)}` changes how the rows are labelled", "leave the labels as they are")
        term = self._stored_value(value, receiver, node)
        made = ast.Assign([ast.Subscript(receiver.node, ast.Constant(target.attr), ast.Store())], term.node)
        self.emit(made, node, {receiver.node.id})
        self._changed_to(receiver.node.id, ast.Constant(target.attr), self._now(value, term, receiver))

    def _takes_labels(self, receiver: Term, value: ast.expr) -> bool:
        """``made.index = rows.index``, for the same rows: records are labelled alike anyway."""
        assert isinstance(receiver.value, Rows) and isinstance(receiver.node, ast.Name)
        other = self.eval(value.value).value if isinstance(value, ast.Attribute) and value.attr == "index" else None
        if not isinstance(other, Rows) or other.rowset != receiver.value.rowset:
            return False
        self.env[receiver.node.id] = replace(receiver.value, labels=other.labels)
        return True

    def _rename_all(self, receiver: Term, value: ast.expr, node: ast.stmt) -> None:
        """``rows.columns = [...]``: by name, since columns that only training needs may be missing."""
        assert isinstance(receiver.node, ast.Name)
        if not isinstance(self.eval(value).value, Free):
            raise Stuck(f"what `{shown(node)}` names the columns is not known", OWN_LINE)
        every = pattern("dict(zip(TABLE.columns, NEW))", TABLE=receiver.node, NEW=value)
        names = self.hole(every, "column_names", "the new name of each column")
        made = ast.Assign(
            [ast.Name(receiver.node.id, ast.Store())], pattern("TABLE.rename(columns=N)", TABLE=receiver.node, N=names)
        )
        self.emit(made, node, {receiver.node.id})
        self.changed(receiver.node.id)

    def expression(self, node: ast.Expr, touched: set[str]) -> None:
        """Take in a call whose result nobody uses."""
        call = node.value
        if not isinstance(call, ast.Call) or not isinstance(call.func, ast.Attribute):
            self._unless_touching(node, touched)
            return
        receiver = None if self.path(call.func) else self.eval(call.func.value)
        if receiver is None or not isinstance(receiver.value, Rows):
            self._unless_touching(node, touched)
            return
        if is_inplace(call):
            self._in_place(node, call, receiver)
        elif call.func.attr == "insert" and isinstance(receiver.node, ast.Name):
            self._insert(node, call, receiver)
        elif call.func.attr == "pop" and isinstance(receiver.node, ast.Name) and call.args:
            self._drop_in_place(node, receiver.node.id, receiver, call.args[0])
        elif call.func.attr in {"update", "setflags", "isetitem", "sort", "resize", "fill", "put", "append", "extend"}:
            raise Stuck(f"what `{shown(node)}` changes is not known", OWN_LINE)

    def _unless_touching(self, node: ast.Expr, touched: set[str]) -> None:
        """Pass over a statement that only looks; one that changes rows in a way unknown is not understood."""
        call = node.value
        if not touched or not isinstance(call, ast.Call) or self.only_looks(call):
            return
        if self.own_function_in_place(call):
            return
        rows = {n for n in touched if isinstance(self.env.get(n), Rows | Several)}
        if rows:
            raise Stuck(f"how `{shown(node)}` changes `{min(rows)}` is not known", OWN_LINE)
        if isinstance(call.func, ast.Attribute):
            terms = [self.eval(a) for a in (*call.args, *(kw.value for kw in call.keywords))]
            if any(not isinstance(term.value, Free) for term in terms):
                raise Stuck(f"`{shown(node)}` puts rows where they cannot be followed", "give them a name of their own")

    def own_function_in_place(self, call: ast.Call) -> bool:
        """Take in a call of a function of the notebook for what it does to its rows, if it is one."""
        return False

    def only_looks(self, call: ast.Call) -> bool:
        """Return whether a call is known to leave its arguments alone."""
        if isinstance(call.func, ast.Attribute) and call.func.attr in self.operations.tools["learns"] | {
            "fit_transform"
        }:
            return True
        path = self.path(call.func)
        known = load_knowledge()
        looks = path in {"builtins.print", "builtins.display"} or nearest(known.pure | known.display, path) is not None
        return bool(path) and looks and path not in known.function_changes

    def _in_place(self, node: ast.Expr, call: ast.Call, receiver: Term) -> None:
        """``rows.method(..., inplace=True)``, also of one column."""
        assert isinstance(call.func, ast.Attribute)
        plain = ast.Call(call.func, call.args, [kw for kw in call.keywords if kw.arg != "inplace"])
        ast.copy_location(plain, call)
        root = receiver.node
        if isinstance(root, ast.Name):
            term = self.eval(plain)
            assert isinstance(term.value, Rows)
            self.env[root.id] = replace(term.value, raw=Raw.NO)
            if not same(term.node, receiver.node):
                made = in_place_call(term.node)
                self.emit(ast.Expr(made), node, {root.id})
            self.changed(root.id)
            return
        if not (isinstance(root, ast.Subscript | ast.Attribute) and isinstance(root.value, ast.Name)):
            raise Stuck(f"what `{shown(node)}` changes is not known", OWN_LINE)
        term = self.eval(plain)
        if not isinstance(term.value, Rows) or not isinstance(receiver.value, Rows):
            raise Stuck(f"what `{shown(node)}` changes is not known", OWN_LINE)
        self.align([receiver, term], node)
        self.emit(ast.Expr(in_place_call(term.node)), node, {root.value.id})
        self.changed(root.value.id, root.slice if isinstance(root, ast.Subscript) else ast.Constant(root.attr))

    def _insert(self, node: ast.Expr, call: ast.Call, receiver: Term) -> None:
        assert isinstance(receiver.node, ast.Name)
        column, value = keyword(call, "column", 1), keyword(call, "value", 2)
        place = keyword(call, "loc", 0)
        if column is None or value is None or place is None or self._may_have_rows(value):
            raise Stuck(f"what `{shown(node)}` inserts is not known", OWN_LINE)
        term = self._stored_value(value, receiver, node)
        made = ast.Call(call.func, [self.settle(place), self.settle(column), term.node], [])
        self.emit(ast.Expr(made), node, {receiver.node.id})
        self.changed(receiver.node.id, column)

    def _drop_in_place(self, node: ast.stmt, root: str, receiver: Term, columns: ast.expr) -> None:
        dropped = self.dropped(receiver.node, columns)
        self.emit(ast.Assign([ast.Name(root, ast.Store())], dropped), node, {root})
        self.changed(root)

    def delete(self, node: ast.Delete) -> None:
        """Take in ``del rows['column']``."""
        for target in node.targets:
            if isinstance(target, ast.Subscript):
                receiver = self.eval(target.value)
                if isinstance(receiver.value, Rows) and isinstance(receiver.node, ast.Name):
                    self._drop_in_place(node, receiver.node.id, receiver, target.slice)


def _is_key(node: ast.expr, keys: Container[str]) -> bool:
    return isinstance(node, ast.Name) and node.id in keys


def _is_name(node: ast.expr, spelled: str) -> bool:
    return isinstance(node, ast.Name) and node.id == spelled


def _kept(part: Term, rebound: str) -> Term:
    """Return a part of a list whose name goes on to stand for something else."""
    if not _is_name(part.node, rebound):
        return part
    stuck = Stuck(f"the list still has what `{rebound}` was before", "make the list anew after assigning to its tables")
    return Term(Lost(stuck), ast.Constant(None))
