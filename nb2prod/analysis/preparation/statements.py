"""What each statement does to the rows, in the order of the notebook; nothing is decided for good before the end."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace

from nb2prod.analysis.model import Kind, Statement
from nb2prod.analysis.preparation.column_functions import as_loop, free_key, passes_on, sole_parameter
from nb2prod.analysis.preparation.context import OWN_LINE
from nb2prod.analysis.preparation.reading import clash
from nb2prod.analysis.preparation.stores import Step, Stores, loaded
from nb2prod.analysis.preparation.syntax import bound_names, constant, every_name, name, pattern, renamed, same, shown
from nb2prod.analysis.preparation.values import Free, Lost, Rows, Several, Shape, Stuck, Term, Value


@dataclass
class Statements(Stores):
    """Goes through statements."""

    def run(self, statement: Statement) -> None:
        """Take in one statement of the notebook."""
        self.index = statement.index
        if statement.kind in {Kind.IMPORT, Kind.FUNCTION, Kind.CLASS}:
            for bound in statement.facts.definitions:
                self.env.pop(bound, None)
            return
        self.dirty = []
        facts = statement.facts
        self.run_node(statement.node, {n for n in facts.definitions | facts.mutations if not n.startswith("<")})

    def run_node(self, node: ast.stmt, touched: set[str]) -> None:
        """Take in a statement, or one that stands for a part of it."""
        self.notes = []
        try:
            self.take(node, touched)
        except Stuck as stuck:
            stuck.line = stuck.line or node.lineno
            stuck.statement = self.index if stuck.statement < 0 else stuck.statement
            self._lose(stuck, touched)

    def _lose(self, stuck: Stuck, touched: set[str]) -> None:
        """Go on behind a statement that is not understood: what it touched is not known any more."""
        self.steps.append(Step(self.index, None, frozenset(touched), stuck=stuck))
        for each in touched:
            self.env[each] = Lost(stuck)

    def take(self, node: ast.stmt, touched: set[str]) -> None:
        """Take in a statement; raise ``Stuck`` where it is not understood."""
        match node:
            case ast.Assign(value=ast.Call(func=ast.Attribute(attr="apply"))) if self._by_columns(node, touched):
                return
            case ast.Assign():
                self.assign(node)
            case ast.AnnAssign(value=ast.expr() as value):
                self.assign_to(node.target, value, node)
            case ast.AugAssign():
                operation = ast.copy_location(ast.BinOp(loaded(node.target), node.op, node.value), node)
                self.assign_to(node.target, operation, node)
            case ast.Expr():
                self.expression(node, touched)
            case ast.Delete():
                self.delete(node)
            case ast.For():
                self._loop(node, touched)
            case ast.With():
                for item in node.items:
                    self.eval(item.context_expr)
                for each in node.body:
                    self.run_node(each, bound_names(each) & touched)
            case ast.If() if self._stores_rows(touched) and self.keys:
                self._if(node, touched)
            case ast.While() | ast.Try():
                self._roles_only(node, touched)
            case ast.Pass() | ast.Import() | ast.ImportFrom() | ast.Assert() | ast.Global():
                return
            case _:
                self._roles_only(node, touched)

    def _by_columns(self, node: ast.Assign, touched: set[str]) -> bool:
        """Take in ``table = table.apply(function)`` as the loop over columns that it is; return whether it is one."""
        call = node.value
        assert isinstance(call, ast.Call) and isinstance(call.func, ast.Attribute)
        function = self._of_columns(call)
        rows = self.eval(call.func.value)
        if function is None or not isinstance(rows.value, Rows) or rows.value.shape is not Shape.FRAME:
            return False
        key = free_key(node, set(self.flow.final) | set(self.env))
        made = self._columns_of(node, call.func.value, key)
        loop = as_loop(function, made[0], made[1], key, node) if made is not None else None
        if made is None or loop is None or made[0] in every_name(function):
            return False
        if isinstance(function, ast.Lambda) and not self._gives_column(function, rows):
            return False
        self.kept.append(loop)
        start = node.targets[0]
        if isinstance(start, ast.Name) and not same(loaded(start), call.func.value):
            copied = ast.copy_location(pattern("ROWS.copy()", ROWS=call.func.value), node)
            self.kept.append(ast.fix_missing_locations(copied))
            self.run_node(ast.copy_location(ast.Assign([start], copied), node), touched)
            self.meaning[start.id] = call.func.value  # what is learnt is taken before the statement
            self.dirty = [changed for changed in self.dirty if changed[0] != start.id]
        try:
            self._over_columns(loop, key, touched, at_once=True)
        finally:
            self.meaning.pop(made[0], None)
        return True

    def _of_columns(self, call: ast.Call) -> ast.Lambda | ast.FunctionDef | None:
        """Return the function that is applied to whole columns, where it is the notebook's own."""
        if len(call.args) != 1 or any(not constant(kw.value, 0) or kw.arg != "axis" for kw in call.keywords):
            return None
        function = call.args[0]
        function = (passes_on(function) or function) if isinstance(function, ast.Lambda) else function
        return (
            self.defined(function)
            if isinstance(function, ast.Name)
            else (function if isinstance(function, ast.Lambda) else None)
        )

    def defined(self, function: ast.Name) -> ast.FunctionDef | None:
        """Return the notebook's own function of a name, if there is just one."""
        return None

    def _columns_of(self, node: ast.Assign, rows: ast.expr, key: str) -> tuple[str, ast.expr] | None:
        """Return the table that gets the columns, and which they are."""
        match node.targets:
            case [ast.Name(id=table)]:
                return table, pattern(f"{table}.columns")
            case [ast.Subscript(value=ast.Name(id=table), slice=columns) as target] if same(loaded(target), rows):
                return table, columns
        return None

    def _gives_column(self, function: ast.Lambda, rows: Term) -> bool:
        """Return whether a function gives a column for a column, and no number."""
        assert isinstance(rows.value, Rows)
        parameter, outer, notes = sole_parameter(function) or "", dict(self.env), self.notes
        self.env[parameter] = replace(rows.value, shape=Shape.SERIES, columns=None)
        try:
            return isinstance(self.eval(loaded(function.body)).value, Rows)
        except Stuck:
            return False
        finally:
            self.notes = notes
            self.env.clear()
            self.env.update(outer)

    def _loop(self, node: ast.For, touched: set[str]) -> None:
        frames = self._frames(node)
        if frames is not None and isinstance(node.target, ast.Name):
            self._over_frames(node, node.target.id, frames, touched)
            return
        held = self.eval(node.iter)
        if isinstance(held.value, Free) and isinstance(node.target, ast.Name) and self._stores_rows(touched):
            self._over_columns(node, node.target.id, touched)
            return
        self._roles_only(node, touched)

    def _frames(self, node: ast.For) -> list[str] | None:
        try:
            value = self.eval(node.iter).value
        except Stuck:
            return None
        if not isinstance(value, Several):
            return None
        found = [part.node.id for part in value.parts if isinstance(part.node, ast.Name)]
        return found if len(found) == len(value.parts) else None

    def _over_frames(self, node: ast.For, each: str, frames: list[str], touched: set[str]) -> None:
        """``for df in [train, test]``: the same for each table, one after the other."""
        if any(
            isinstance(n, ast.Name) and n.id == each and isinstance(n.ctx, ast.Store)
            for s in node.body
            for n in ast.walk(s)
        ):
            raise Stuck(f"`{each}` is assigned anew in a loop over tables, which changes none of them", OWN_LINE)
        self.settled = set()
        for frame in frames:
            for inner in node.body:
                made = renamed(inner, {each: name(frame)})
                self.kept.append(made)
                self.run_node(made, {frame, *(bound_names(made) & touched)})
            self.settled.add(frame)
        self.settled = set()

    def _if(self, node: ast.If, touched: set[str]) -> None:
        """``if df[c].dtype == object: df[c] = ...`` in a loop over columns."""
        if not isinstance(self.eval(node.test).value, Free):
            raise Stuck(f"`{shown(node.test)}` asks several rows at once", "use `.where` or `.apply`")
        test, body = self.settle(node.test), self._branch(node.body, touched, node.test)
        otherwise = self._branch(node.orelse, touched, ast.UnaryOp(ast.Not(), node.test))
        steps = [step for step in (*body, *otherwise) if step.node is not None]
        if steps:
            self.notes = [note for step in steps for note in step.notes]
            blocks = ([s.node for s in part if s.node is not None] for part in (body, otherwise))
            made = ast.If(test, next(blocks) or [ast.Pass()], next(blocks))
            self.emit(made, node, {n for step in steps for n in step.changes})

    def _branch(self, block: list[ast.stmt], touched: set[str], test: ast.expr) -> list[Step]:
        outer, self.steps = self.steps, []
        self.conditions.append(test)
        try:
            for inner in block:
                self.notes = []
                self.take(inner, bound_names(inner) | touched)
            return self.steps
        finally:
            self.steps = outer
            self.conditions.pop()

    def _stores_rows(self, touched: set[str]) -> bool:
        return any(isinstance(self.env.get(n), Rows) for n in touched)

    def _over_columns(self, node: ast.For, each: str, touched: set[str], *, at_once: bool = False) -> None:
        """``for c in columns: df[c] = ...``: what is learnt is kept for each column. ``at_once``: no turn sees what an
        earlier one has changed."""
        outer_steps, self.steps = self.steps, []
        outer_env, changed = dict(self.env), len(self.dirty)
        self.env[each] = Free(False, frozenset({each}))
        self.keys[each] = node.iter
        try:
            over = self.settle(node.iter)
            holes = set(self.holes)
            self._turn(node.body, touched)
            made, stuck = self.steps, next((s.stuck for s in self.steps if s.stuck), None)
        finally:
            self.steps = outer_steps
            del self.keys[each]
        if stuck is not None or any(step.raw for step in made):
            self.env.clear()
            self.env.update(outer_env)
            raise stuck or Stuck(f"`{shown(node)}` makes rows in a loop", OWN_LINE)
        self.env[each] = Free()
        if not at_once:
            self._refuse_crossing(node, self.dirty[changed:], set(self.holes) - holes)
        self._settle_loop(node, over, made, outer_env)

    def _turn(self, body: list[ast.stmt], touched: set[str]) -> None:
        """Take in the body of a loop over columns; names for what has no rows are written out, since each turn has
        its own."""
        meant: dict[str, ast.expr] = {}
        for inner in body:
            made = renamed(inner, meant) if meant else inner
            self.kept.append(made)
            self.notes = []
            match made:
                case ast.Assign(targets=[ast.Name(id=bound)], value=value):
                    held = self.eval(value).value
                    if isinstance(held, Free) and (held.learnt or held.local):
                        meant[bound] = value
                        self.env[bound] = Free()
                        continue
                    meant.pop(bound, None)
            self.take(made, bound_names(made) | touched)

    def _refuse_crossing(self, node: ast.For, changed: list[tuple[str, str]], holes: set[str]) -> None:
        """Refuse where a turn learns from columns that an earlier turn has changed."""
        tables = {table for table, _ in changed}
        for hole in sorted(holes):
            learnt = self.holes[hole].expression
            inner = learnt.value if isinstance(learnt, ast.DictComp) else learnt
            key = {learnt.key.id} if isinstance(learnt, ast.DictComp) and isinstance(learnt.key, ast.Name) else set()
            named = [read for read in self.columns_read(inner, key) if read[0] in tables and read[1] != "*"]
            if any(clash(read, each) for read in named for each in changed):
                raise Stuck(f"`{shown(inner)}` is learnt in each turn of a loop that changes its table", OWN_LINE)

    def _settle_loop(self, node: ast.For, over: ast.expr, made: list[Step], before: Mapping[str, Value]) -> None:
        body = [step.node for step in made if step.node is not None]
        if not body:
            return
        changes = {n for step in made for n in step.changes}
        for changed in changes:
            old, new = before.get(changed), self.env.get(changed)
            if isinstance(old, Rows) and isinstance(new, Rows) and old.rowset != new.rowset:
                raise Stuck(f"`{shown(node)}` drops rows of `{changed}` in a loop", "filter in a line of its own")
        self.notes = [note for step in made for note in step.notes]
        loop = ast.For(node.target, over, body, [])
        self.emit(loop, node, changes)

    def _roles_only(self, node: ast.stmt, touched: set[str]) -> None:
        """Go through a compound statement for what its names hold behind it, where it leaves all rows alone."""
        rows = {n for n in touched if isinstance(self.env.get(n), Rows | Several)}
        if isinstance(node, ast.For):
            for each in bound_names(node.target):
                self.env[each] = Free()
            held = self.eval(node.iter)
            if isinstance(held.value, Rows) and held.value.shape is not Shape.FRAME:
                self._refuse_row_loop(node, touched)
        fresh = _assigned_first(node)
        if rows - fresh or (rows and not isinstance(node, ast.For | ast.With)):
            raise Stuck(
                f"`{shown(node, 50)}` changes `{min(rows - fresh or rows)}` under a condition or in a loop",
                "write the steps out one after the other, each on all rows",
            )
        for block in _blocks(node):
            for inner in block:
                self.run_node(inner, bound_names(inner) | {n for n in touched if n in _mentioned(inner)})

    def _refuse_row_loop(self, node: ast.For, touched: set[str]) -> None:
        stuck = Stuck(
            f"`{shown(node, 50)}` walks over single rows", "use operations on whole columns, or `.apply`", node.lineno
        )
        stuck.statement = self.index
        for each in touched:
            self.env[each] = Lost(stuck)
        raise stuck


def _blocks(node: ast.stmt) -> Iterator[list[ast.stmt]]:
    for part in ("body", "orelse", "finalbody"):
        yield getattr(node, part, [])
    for handler in getattr(node, "handlers", []):
        yield handler.body


def _mentioned(node: ast.AST) -> set[str]:
    return {n.id for n in ast.walk(node) if isinstance(n, ast.Name)}


def _assigned_first(node: ast.stmt) -> set[str]:
    """Return names that the body of a loop assigns before it reads them."""
    seen: set[str] = set()
    fresh: set[str] = set()
    for inner in getattr(node, "body", []):
        value = getattr(inner, "value", None)
        seen |= _mentioned(value if isinstance(inner, ast.Assign) and value is not None else inner) - fresh
        if isinstance(inner, ast.Assign):
            for target in inner.targets:
                if isinstance(target, ast.Name | ast.Tuple):
                    fresh |= bound_names(target) - seen
    return fresh
