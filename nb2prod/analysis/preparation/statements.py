"""What each statement does to the rows, in the order of the notebook; nothing is decided for good before the end."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import dataclass, replace

from nb2prod.analysis.model import Kind, Statement
from nb2prod.analysis.preparation.column_functions import as_loop, free_key, passes_on
from nb2prod.analysis.preparation.context import OWN_LINE
from nb2prod.analysis.preparation.loops import Loops, assigned_first
from nb2prod.analysis.preparation.naming import fresh
from nb2prod.analysis.preparation.own_names import OwnNames, changed_in
from nb2prod.analysis.preparation.places import loaded
from nb2prod.analysis.preparation.stores import Step
from nb2prod.analysis.preparation.syntax import (
    bound_names,
    constant,
    every_name,
    mentioned,
    name,
    pattern,
    pattern_of,
    same,
    shown,
)
from nb2prod.analysis.preparation.values import Free, Lost, Rows, Several, Shape, Stuck, Term, Value


@dataclass
class Statements(Loops):
    """Goes through statements."""

    def run(self, statement: Statement) -> None:
        """Take in one statement of the notebook."""
        self.index = statement.index
        if statement.kind in {Kind.IMPORT, Kind.FUNCTION, Kind.CLASS}:
            for bound in statement.facts.definitions:
                self.env.pop(bound, None)
            return
        self.start()
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
                self._with(node, touched)
            case ast.If() if self.stores_rows(touched) and self.keys:
                self.under_condition(node, touched)
            case ast.While() | ast.Try():
                self._roles_only(node, touched)
            case ast.Pass() | ast.Import() | ast.ImportFrom() | ast.Assert() | ast.Global():
                return
            case _:
                self._roles_only(node, touched)

    def _with(self, node: ast.With, touched: set[str]) -> None:
        """Take in what a ``with`` does, which is one statement to the notebook: what it has set itself and reads again
        is neither what it is before it nor what it is behind it."""
        for item in node.items:
            self.eval(item.context_expr)
        self.own.append(OwnNames(tuple(node.body), frozenset(changed_in(node))))
        try:
            for each in node.body:
                self.run_node(each, bound_names(each) | (touched & mentioned(each)))
        finally:
            self.own.pop()

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
        if isinstance(function, ast.Lambda) and not isinstance(self.of_one_column(function, rows)[0], Rows):
            return False
        self.kept.append(loop)
        start = node.targets[0]
        if isinstance(start, ast.Name) and not same(loaded(start), call.func.value):
            copied = ast.copy_location(pattern("ROWS.copy()", ROWS=call.func.value), node)
            self.kept.append(ast.fix_missing_locations(copied))
            self.run_node(ast.copy_location(ast.Assign([start], copied), node), touched)
            self.meaning[start.id] = call.func.value  # what is learnt is taken before the statement
            self.unchanged(start.id)
        try:
            self.over_columns(loop, key, touched, at_once=True)
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

    def on_assign(self, node: ast.Call, receiver: Term) -> Term:
        """``table.assign(new=lambda table: ...)``: what a function of the table learns from it is written out."""
        assert isinstance(node.func, ast.Attribute)
        made, new = list[ast.keyword](), set[str]()
        for kw in node.keywords:
            value: ast.expr = kw.value
            column: ast.expr = ast.Constant(kw.arg)
            if kw.arg is None and isinstance(value, ast.Dict) and len(value.keys) == 1 and value.keys[0] is not None:
                column, own = value.keys[0], self._of_table(value.values[0], receiver, node.func.value, new)
                value = ast.copy_location(ast.Dict([column], [own]), value)
            elif kw.arg is None and any(isinstance(n, ast.Lambda) for n in ast.walk(value)):
                raise Stuck(f"what `{shown(node)}` computes for which column is not known", OWN_LINE)
            else:
                value = self._of_table(value, receiver, node.func.value, new)
            new.add(str(column.value) if isinstance(column, ast.Constant) else "*")
            made.append(ast.keyword(kw.arg, value))
        called = ast.copy_location(ast.Call(node.func, node.args, made), node)
        self.kept.append(called)
        return self.on_rows(called, receiver)

    def on_where(self, node: ast.Call, receiver: Term) -> Term:
        """``column.where(lambda column: ...)``: the function is given all of it."""
        assert isinstance(node.func, ast.Attribute)
        args = [self._of_table(each, receiver, node.func.value, set(), always=True) for each in node.args]
        named = [ast.keyword(kw.arg, self._of_table(kw.value, receiver, node.func.value, set(), always=True))
                 for kw in node.keywords]  # fmt: skip
        called = ast.copy_location(ast.Call(node.func, args, named), node)
        self.kept.append(called)
        return self.on_rows(called, receiver)

    on_mask = on_where

    def _of_table(
        self, function: ast.expr, receiver: Term, table: ast.expr, new: set[str], *, always: bool = False
    ) -> ast.expr:
        """Return what a function of a table gives, written out where it does not treat each row alone. ``new``: columns
        that the table has only by then."""
        assert isinstance(receiver.value, Rows)
        own = isinstance(function, ast.Name) and self.defined(function) is not None
        if not own and not isinstance(function, ast.Lambda):
            return function
        value, alone = self.of_one_column(function, receiver, receiver.value.shape)
        if isinstance(value, Rows) and alone and not always:
            return function
        match function:
            case ast.Lambda(args=ast.arguments(args=[ast.arg(arg=given)], defaults=[]), body=body) if not new:
                called = pattern_of(body, {given: table})
            case ast.Name() if not new:
                called = ast.Call(function, [table], [])
            case _:
                why = f"`{shown(function)}` is given all rows, and columns that are made beside it"
                raise Stuck(why, "make each column in a line of its own", function.lineno)
        self.kept.append(called)
        return ast.copy_location(called, function)

    def of_one_column(
        self, function: ast.expr | None, receiver: Term, shape: Shape = Shape.SERIES
    ) -> tuple[Value | None, bool]:
        """Return what a function gives for one column, or a table, and whether it treats each row alone."""
        assert isinstance(receiver.value, Rows)
        each = fresh("column", {*self.env, *self.flow.final})
        match function:
            case ast.Lambda(args=ast.arguments(args=[ast.arg(arg=given)]), body=body):
                called = pattern_of(body, {given: name(each)})
            case ast.Name():
                called = ast.copy_location(ast.Call(function, [name(each)], []), function)
            case _:
                return None, False
        self.kept.append(called)
        outer, asked, steps, notes = dict(self.env), self.asked, len(self.steps), self.notes
        self.notes, self.asked = [], set()
        self.env[each] = replace(receiver.value, shape=shape, columns=None)
        try:
            value = self.eval(called).value
            alone = not self.asked and not any(note.how != "row" for note in self.notes)
            return value, alone and len(self.steps) == steps
        except Stuck as stuck:
            return Lost(stuck), False
        finally:
            del self.steps[steps:]
            self.notes, self.asked = notes, self.asked | asked
            self.env.clear()
            self.env.update(outer)

    def _loop(self, node: ast.For, touched: set[str]) -> None:
        frames = self._frames(node)
        if frames is not None and isinstance(node.target, ast.Name):
            self.over_frames(node, node.target.id, frames, touched)
            return
        held = self.eval(node.iter)
        if isinstance(held.value, Rows) and held.value.shape is Shape.FRAME:  # a table gives its columns' names
            columns = ast.copy_location(ast.Attribute(node.iter, "columns", ast.Load()), node.iter)
            node = ast.copy_location(ast.For(node.target, columns, node.body, node.orelse), node)
            self.kept.append(node)
            held = self.eval(node.iter)
        if isinstance(held.value, Free) and isinstance(node.target, ast.Name) and self.stores_rows(touched):
            self.over_columns(node, node.target.id, touched)
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

    def _roles_only(self, node: ast.stmt, touched: set[str]) -> None:
        """Go through a compound statement for what its names hold behind it, where it leaves all rows alone."""
        rows = {n for n in touched if isinstance(self.env.get(n), Rows | Several)}
        if isinstance(node, ast.For):
            for each in bound_names(node.target):
                self.env[each] = Free()
            held = self.eval(node.iter)
            if isinstance(held.value, Rows) and held.value.shape is not Shape.FRAME:
                self._refuse_row_loop(node, touched)
        fresh = assigned_first(getattr(node, "body", []))
        if rows - fresh or (rows and not isinstance(node, ast.For | ast.With)):
            raise Stuck(
                f"`{shown(node, 50)}` changes `{min(rows - fresh or rows)}` under a condition or in a loop",
                "write the steps out one after the other, each on all rows",
            )
        for block in _blocks(node):
            for inner in block:
                self.run_node(inner, bound_names(inner) | {n for n in touched if n in mentioned(inner)})

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
