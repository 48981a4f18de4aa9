"""Loops over tables and over columns: what a turn learns is kept for each turn, what it does to rows stays a loop."""

from __future__ import annotations

import ast
from abc import abstractmethod
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace

from nb2prod.analysis.model import Kind
from nb2prod.analysis.preparation.casts import casts_of
from nb2prod.analysis.preparation.context import OWN_LINE, OWN_NAME
from nb2prod.analysis.preparation.current import Branch, Current, is_large, is_unclear, joined
from nb2prod.analysis.preparation.own_names import (
    OwnNames,
    changed_in,
    entries_of_turn,
    is_fixed,
    kept_names,
    own_names,
    simpler,
)
from nb2prod.analysis.preparation.reading import clash, named_columns, reads
from nb2prod.analysis.preparation.stores import Step, Stores
from nb2prod.analysis.preparation.syntax import bound_names, mentioned, name, pattern, renamed, shown
from nb2prod.analysis.preparation.values import Free, Lost, Raw, Rows, Stuck, Value

FILTER_REMEDY = "filter in a line of its own"
OTHER_NAME = "give the inner loop a variable of its own"
BEFORE_REMEDY = "learn it in a loop of its own, before the one that changes the table"


@dataclass
class Loops(Stores):
    """Takes in loops."""

    turn: dict[str, ast.expr] = field(default_factory=dict)
    """Names of the turn that is being looked at which hold no rows: written out, since each turn has its own."""

    @abstractmethod
    def take(self, node: ast.stmt, touched: set[str]) -> None:
        """Take in a statement; raise ``Stuck`` where it is not understood."""

    @abstractmethod
    def run_node(self, node: ast.stmt, touched: set[str]) -> None:
        """Take in a statement, or one that stands for a part of it."""

    def emit(self, node: ast.stmt, original: ast.stmt, changes: set[str]) -> None:
        """Add a step, unless a loop that it stands in sets itself what it reads."""
        asked = node.iter if isinstance(node, ast.For) else node.test if isinstance(node, ast.If) else node
        self.refuse_own(asked, step=True)
        super().emit(node, original, changes)

    def over_frames(self, node: ast.For, each: str, frames: list[str], touched: set[str]) -> None:
        """``for df in [train, test]``: the same for each table, one after the other."""
        if any(
            isinstance(n, ast.Name) and n.id == each and isinstance(n.ctx, ast.Store)
            for s in node.body
            for n in ast.walk(s)
        ):
            raise Stuck(f"`{each}` is assigned anew in a loop over tables, which changes none of them", OWN_LINE)
        _refuse_else(node)
        node = _in_single_steps(node)
        self.settled, self.over_tables = set(), True
        self.own.append(self._own_names(node))
        try:
            for frame in frames:
                self.collected, self.fits, self.last_table = {}, {}, frame == frames[-1]
                named: dict[str, ast.expr] = {each: name(frame)}
                for inner in node.body:
                    made = renamed(inner, kept_names(inner, named))
                    self.kept.append(made)
                    own = mentioned(made) if isinstance(made, ast.Expr) else changed_in(made)
                    self.run_node(made, {frame, *(own & touched)})
                    self._name_for_table(made, named, last=frame == frames[-1])
                self.settled.add(frame)
        finally:
            self.settled, self.collected, self.fits, self.over_tables = set(), {}, {}, False
            self.last_table = False
            self.own.pop()

    def _own_names(self, node: ast.For) -> OwnNames:
        """Return what a loop sets and changes itself."""
        at = self.flow.statements[self.index].facts if self.index < len(self.flow.statements) else None
        return own_names(node, assigned_first(node.body), frozenset() if at is None else at.mutations)

    def _name_for_table(self, node: ast.stmt, named: dict[str, ast.expr], *, last: bool) -> None:
        """Write out what a loop over tables learns from this one, since each of them has its own."""
        for bound in bound_names(node):
            named.pop(bound, None)
        match node:
            case ast.Assign(targets=[ast.Name(id=bound)], value=value) if is_fixed(value):
                named[bound] = value
            case ast.Assign(targets=[ast.Name(id=bound)], value=value) if bound in self.statistics:
                kept = self.kept_as_before(value)
                if is_large(kept):
                    self.env[bound] = Lost(_too_large(bound, node))
                elif not is_unclear(kept):
                    named[bound] = kept
                elif not last:  # of the last table, it is what the notebook's variable holds behind the loop
                    why = f"`{bound}` is learnt from what the same loop has changed before, anew for each table"
                    remedy = "make two loops of it: one that changes the table, then one that learns from it"
                    self.env[bound] = Lost(Stuck(why, remedy, node.lineno))
            case ast.Expr(
                value=ast.Call(func=ast.Attribute(value=ast.Name(id=tool), attr="fit"), args=[_, *_]) as call
            ) if not last and isinstance(self.env.get(tool, Free()), Free):
                self.fit_in_turn(tool, call)

    def under_condition(self, node: ast.If, touched: set[str]) -> None:
        """``if df[c].dtype == object: df[c] = ...`` in a loop over columns."""
        if not isinstance(self.eval(node.test).value, Free):
            raise Stuck(f"`{shown(node.test)}` asks several rows at once", "use `.where` or `.apply`")
        test, outer, asked = self.settle(node.test), self.turn, self.kept_as_before(node.test)
        before, columns = list(self.dirty), Current(dict(self.current.columns))
        body, then = self._branch(node.body, touched, asked)
        one = Branch(self.current, tuple(self.dirty))
        self.dirty, self.current = before, columns  # only one of the branches is taken
        otherwise, instead = self._branch(node.orelse, touched, ast.copy_location(ast.UnaryOp(ast.Not(), asked), asked))
        other = Branch(self.current, tuple(self.dirty))
        self.dirty = list(dict.fromkeys([*one.changed, *other.changed]))
        self.current, self.turn = joined(asked, one, other, self.meaning), outer
        self._join_branches(asked, then, instead)
        stuck = next((step.stuck for step in (*body, *otherwise) if step.stuck is not None), None)
        if stuck is not None:
            raise stuck
        steps = [step for step in (*body, *otherwise) if step.node is not None]
        if steps:
            self.notes = [note for step in steps for note in step.notes]
            blocks = ([s.node for s in part if s.node is not None] for part in (body, otherwise))
            made = ast.If(test, next(blocks) or [ast.Pass()], next(blocks))
            self.emit(made, node, {n for step in steps for n in step.changes})

    def _branch(
        self, block: list[ast.stmt], touched: set[str], test: ast.expr
    ) -> tuple[list[Step], dict[str, ast.expr]]:
        outer, self.steps = self.steps, []
        self.conditions.append(test)
        own = frozenset(n for n in assigned_first(block) if not isinstance(self.env.get(n), Rows))
        try:
            self._turn(block, touched, own)
            self._leave(own, test)
            return self.steps, self.turn
        finally:
            self.steps = outer
            self.conditions.pop()

    def _leave(self, own: Iterable[str], where: ast.AST) -> None:
        """Forget the rows that a block has named for itself."""
        for bound in own:
            if isinstance(self.env.get(bound), Rows):
                why = f"`{bound}` is what the last turn of a loop or a branch of it has left: `{shown(where, 40)}`"
                self.env[bound] = Lost(Stuck(why, "compute it again behind the loop", getattr(where, "lineno", 0)))

    def _join_branches(self, test: ast.expr, then: Mapping[str, ast.expr], instead: Mapping[str, ast.expr]) -> None:
        """Take over what branches have named: by the condition where both did, or where it was known before."""
        for bound in [*then, *(each for each in instead if each not in then)]:
            one, other = (named.get(bound, self.turn.get(bound)) for named in (then, instead))
            if one is not None and other is not None:
                self._keep_in_turn(bound, ast.copy_location(ast.IfExp(test, one, other), test))
            else:
                why = f"`{bound}` is set under the condition `{shown(test)}` alone"
                self.env[bound] = Lost(Stuck(why, f"give `{bound}` a value before the `if`", test.lineno))

    def stores_rows(self, touched: set[str]) -> bool:
        """Return whether any of the names holds rows."""
        return any(isinstance(self.env.get(n), Rows) for n in touched)

    def over_columns(self, node: ast.For, each: str, touched: set[str], *, at_once: bool = False) -> None:
        """``for c in columns: df[c] = ...``: what is learnt is kept for each column. ``at_once``: no turn sees what an
        earlier one has changed."""
        if self._casts(node, each):
            return
        _refuse_else(node)
        if each in self.keys:
            raise Stuck(f"`{each}` goes over columns in a loop inside of a loop that it goes over as well", OTHER_NAME)
        node = _in_single_steps(node)
        self.kept.append(node)
        outer_steps, self.steps = self.steps, []
        outer_env, changed = dict(self.env), len(self.dirty)
        outer_turn, outer_fits, meaning = self.turn, dict(self.fits), dict(self.meaning)
        self.makers, columns = {}, Current(dict(self.current.columns))
        self.env[each] = Free(False, frozenset({each}))
        self.keys[each] = self.kept_as_before(node.iter)
        own = assigned_first(node.body)
        depth, entries, asked = len(self.own), list(self.entries), self.asked
        try:
            over = self.settle(node.iter)
            self.asked = set()
            self.own.append(self._own_names(node))
            self._turn(node.body, touched, frozenset(own))
            made, stuck = self.steps, next((s.stuck for s in self.steps if s.stuck), None)
        finally:
            self.steps, self.turn, self.fits, self.meaning = outer_steps, outer_turn, outer_fits, meaning
            del self.keys[each], self.own[depth:]
            self.entries = entries
            self.current = self.current.only(columns)
        if stuck is not None or any(step.raw for step in made):
            self.env.clear()
            self.env.update(outer_env)
            raise stuck or Stuck(f"`{shown(node)}` makes rows in a loop", OWN_LINE)
        self.env[each] = Free()
        if not at_once:
            self._refuse_crossing(node, self.dirty[changed:], self.asked)
        self.asked |= asked
        self._settle_loop(node, over, made, outer_env, own)

    def _turn(self, body: list[ast.stmt], touched: set[str], own: frozenset[str]) -> None:
        """Take in the body of a loop over columns; names for what has no rows are written out, since each turn has
        its own. ``own``: names that each turn gives a value before it reads them."""
        self.turn = {}
        for place, inner in enumerate(body):
            if self.own and not self.over_tables:
                self.entries += entries_of_turn(self.own[-1].body, body[max(place - 1, 0) : place], set(self.keys))
            made = renamed(inner, kept_names(inner, self.turn)) if self.turn else inner
            before = dict(self.turn)
            self.kept.append(made)
            self.notes = []
            match made:
                case ast.Assign(targets=[ast.Name(id=bound)], value=value):
                    self._name_in_turn(bound, value, made, touched, own)
                case ast.Expr(
                    value=ast.Call(func=ast.Attribute(value=ast.Name(id=tool), attr="fit"), args=[_, *_]) as call
                ) if isinstance(self.env.get(tool, Free()), Free):
                    self.fit_in_turn(tool, call)
                case _:
                    self.take(made, bound_names(made) | touched)
                    self._forget_set(made, before)

    def _forget_set(self, node: ast.stmt, before: Mapping[str, ast.expr]) -> None:
        """Forget what names meant before a statement that has set them in a way that is not followed."""
        for bound in sorted(bound_names(node) & set(before)):
            if self.turn.get(bound) is before[bound]:
                del self.turn[bound]
                why = f"`{bound}` is set anew in each turn, by `{shown(node, 40)}`"
                self.env[bound] = Lost(Stuck(why, OWN_NAME, node.lineno))

    def _keep_in_turn(self, bound: str, value: ast.expr) -> None:
        """Remember what a name of the turn stands for, unless that is too much to be written out."""
        if is_large(value):
            self.turn.pop(bound, None)
            self.env[bound] = Lost(_too_large(bound, value))
            return
        self.turn[bound] = value
        self.env[bound] = Free()

    def _name_in_turn(
        self, bound: str, value: ast.expr, node: ast.Assign, touched: set[str], own: frozenset[str]
    ) -> None:
        self.fits.pop(bound, None)
        self.meaning.pop(bound, None)
        self.makers[bound] = value
        held = self._of_several_tables(value) if bound in own else self.eval(value).value
        if isinstance(held, Free) and (held.learnt or held.local or is_fixed(value)):
            self._keep_in_turn(bound, self.kept_as_before(value) if held.learnt else value)
            return
        self.turn.pop(bound, None)
        meant = self.meant(value) if bound in own and isinstance(held, Rows) else None
        if isinstance(held, Lost):
            self.env[bound] = held
            self.meaning[bound] = self.meant(value)
            return
        self.take(node, {bound} | touched)
        if meant is not None:
            self.meaning[bound] = meant
            self.unchanged(bound)

    def _of_several_tables(self, value: ast.expr) -> Value:
        """Return what a value is; what is put together of several tables may still be learnt from."""
        try:
            return self.eval(value).value
        except Stuck as stuck:
            return Lost(stuck)

    def _casts(self, node: ast.For, each: str) -> bool:
        """Take in a loop that gives columns types that hold their values in less memory; return whether it is one."""
        found = casts_of(node, each, self.path)
        if found is None or not isinstance(self.env.get(found.table), Rows):
            return False
        table = self.env[found.table]
        assert isinstance(table, Rows)
        self.kept.append(found.kinds)
        if not isinstance(self.eval(found.kinds).value, Free):
            return False
        made: ast.expr = name(found.table)
        if found.numbers:
            what = f"types of the columns of `{found.table}`"
            kinds = self.hole(found.kinds, f"{found.table}_types", what)
            made = pattern(f"{self.guards['as_types']}(TABLE, KINDS)", TABLE=made, KINDS=kinds)
        if found.categories is not None:
            what = f"categories of the columns of `{found.table}`"
            known = self.hole(found.categories, f"{found.table}_categories", what)
            made = pattern(f"{self.guards['table_as_categories']}(TABLE, KNOWN)", TABLE=made, KNOWN=known)
        self.emit(ast.Assign([ast.Name(found.table, ast.Store())], made), node, {found.table})
        self.env[found.table] = replace(table, raw=Raw.NO)
        self.changed(found.table)
        return True

    def _refuse_crossing(self, node: ast.For, changed: list[tuple[str, str]], holes: set[str]) -> None:
        """Refuse where a turn learns from columns that an earlier turn has changed."""
        tables = {table for table, _ in changed}
        over = self._columns_over(node.iter)
        turned = {table for table, column in changed if column in {"", "*"}}
        turns_change = {table for table, column in changed if _may_have_turn(column, over)}
        for hole in sorted(holes):
            learnt = self.holes[hole].expression
            inner = learnt.value if isinstance(learnt, ast.DictComp) else learnt
            key = mentioned(learnt.key) if isinstance(learnt, ast.DictComp) else set()
            named = [read for read in self.columns_read(inner, key) if read[0] in tables and read[1] != "*"]
            own = {table for table, column in self.columns_read(inner, key) if column == "*"}
            outer = {table for table, column in reads(inner, self.keys) if column == "*"}  # the same in all inner turns
            if own & turns_change or outer & turned or any(clash(read, each) for read in named for each in changed):
                why = f"`{shown(inner)}` is learnt in each turn of a loop that changes its table"
                raise Stuck(why, BEFORE_REMEDY, getattr(inner, "lineno", 0))

    def _columns_over(self, columns: ast.expr) -> frozenset[str] | None:
        """Return the columns that a loop goes over, where they are written down and stay so."""
        if isinstance(columns, ast.Name):
            spelled = columns.id
            every = [s for s in self.flow.statements if spelled in s.facts.definitions | s.facts.mutations]
            if len(every) != 1 or every[0].kind is not Kind.CONSTANT or not isinstance(every[0].node, ast.Assign):
                return None
            columns = every[0].node.value
        return named_columns(ast.List(columns.elts) if isinstance(columns, ast.Tuple) else columns)

    def _settle_loop(
        self, node: ast.For, over: ast.expr, made: list[Step], before: Mapping[str, Value], own: set[str]
    ) -> None:
        self._leave(own, node)
        body = [step.node for step in made if step.node is not None]
        changes = {n for step in made for n in step.changes} - own
        if not body or not changes:
            return
        for changed in changes:
            old, new = before.get(changed), self.env.get(changed)
            if isinstance(old, Rows) and isinstance(new, Rows) and old.rowset != new.rowset:
                raise Stuck(f"`{shown(node)}` drops rows of `{changed}` in a loop", FILTER_REMEDY)
        self.notes = [note for step in made for note in step.notes]
        loop = ast.For(node.target, over, body, [])
        self.emit(loop, node, changes)


def _may_have_turn(column: str, over: frozenset[str] | None) -> bool:
    """Return whether a column that every turn changes may have a turn of its own. ``*``: the turn's own column."""
    if over is not None:
        return column in over
    return bool(column) and "*" not in column


def _in_single_steps(node: ast.For) -> ast.For:
    """Return a loop whose body sets one name at a time, so far as that can be said."""
    body = [made for inner in node.body for made in simpler(inner)]
    return ast.copy_location(ast.For(node.target, node.iter, body, node.orelse), node)


def _refuse_else(node: ast.For) -> None:
    if node.orelse:
        raise Stuck(
            "a loop over columns or tables has an `else`", "write what stands there behind the loop", node.lineno
        )


def _too_large(bound: str, node: ast.AST) -> Stuck:
    why = f"`{bound}` is made in too many steps of the same loop to be written out"
    return Stuck(why, "compute it in fewer steps, or in a loop of its own", getattr(node, "lineno", 0))


def assigned_first(body: Sequence[ast.stmt]) -> set[str]:
    """Return names that statements assign before they read them."""
    seen: set[str] = set()
    fresh: set[str] = set()
    for inner in body:
        read = {n.id for n in ast.walk(inner) if isinstance(n, ast.Name) and isinstance(n.ctx, ast.Load)}
        seen |= (read if isinstance(inner, ast.Assign) else mentioned(inner)) - fresh
        if isinstance(inner, ast.Assign):
            for target in inner.targets:
                if isinstance(target, ast.Name | ast.Tuple):
                    fresh |= bound_names(target) - seen
    return fresh
