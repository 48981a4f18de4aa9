"""Rows that a loop asks about one in a turn, as the table that they are taken from: ``X.iloc[[i]]`` is ``X``."""

from __future__ import annotations

import ast
import copy
from dataclasses import dataclass

from nb2prod.analysis.inference.expressions import without_choice
from nb2prod.analysis.suggest.answers.following import Following
from nb2prod.notebook.called import called_name

CHOOSING = frozenset({"iloc", "loc", "values"})
SHAPING = frozenset({"reshape", "to_frame", "unsqueeze", "to_numpy", "transpose", "copy"})
"""Methods that make a table of one row."""
HOLDING = frozenset({"array", "asarray", "expand_dims", "DataFrame", "atleast_2d"})
"""Functions that do."""


@dataclass(frozen=True)
class Turn:
    """What tells the turns of a loop apart."""

    number: str = ""
    """The name of what counts or names the rows."""
    row: str = ""
    """The name that holds one."""
    table: ast.expr | None = None
    """What the rows are taken from, where the loop goes over them."""

    @property
    def names(self) -> set[str]:
        """All of them."""
        return {self.number, self.row} - {""}


def turn_of(loop: ast.For) -> Turn | None:
    """Return what tells the turns of a loop over numbers or labels of rows apart, or of ``for i, row in
    X.iterrows()``; ``None`` where the loop goes over something else."""
    whole = without_choice(loop.iter)
    match loop.target, whole:
        case ast.Tuple(elts=[ast.Name(id=number), ast.Name(id=row)]), ast.Call(
            func=ast.Attribute(value=table, attr="iterrows")
        ):
            return Turn(number, row, without_choice(table))
        case ast.Name(id=number), ast.Call() if called_name(whole) == "range":
            return Turn(number)
        case ast.Name(id=number), ast.List() | ast.Tuple() if all(
            isinstance(each, ast.Constant) and isinstance(each.value, int) for each in whole.elts
        ):
            return Turn(number)
        case ast.Name(id=number), ast.Attribute(attr="index"):
            return Turn(number)
    return None


def asked_of_all(following: Following, node: ast.expr, at: int, turn: Turn) -> ast.expr:
    """Return an expression that asks about whole tables where it asks about the row of one turn."""
    made = copy.deepcopy(node)
    for call, rows in list(following.asks(made, at)):
        call.args = [_Tables(turn).visit(each) if each is rows else each for each in call.args]
    return made


class _Tables(ast.NodeTransformer):
    def __init__(self, turn: Turn) -> None:
        self.turn = turn
        self.tables: list[ast.expr] = []

    def _table(self, node: ast.expr) -> ast.expr:
        made = copy.deepcopy(node)
        self.tables.append(made)
        return made

    def _is_table(self, node: ast.AST) -> bool:
        return any(node is each for each in self.tables)

    def visit_Subscript(self, node: ast.Subscript) -> ast.AST:
        holder = node.value
        if isinstance(holder, ast.Attribute) and holder.attr in CHOOSING:
            holder = holder.value
        return self._table(holder) if self._chooses(node.slice) else self.generic_visit(node)

    def visit_Name(self, node: ast.Name) -> ast.AST:
        return self._table(self.turn.table) if self.turn.table is not None and node.id == self.turn.row else node

    def visit_Attribute(self, node: ast.Attribute) -> ast.AST:
        found: ast.Attribute = self.generic_visit(node)  # type: ignore[assignment]
        return found.value if found.attr in {"values", "T"} and self._is_table(found.value) else found

    def visit_List(self, node: ast.List) -> ast.AST:
        found: ast.List = self.generic_visit(node)  # type: ignore[assignment]
        return found.elts[0] if len(found.elts) == 1 and self._is_table(found.elts[0]) else found

    def visit_Call(self, node: ast.Call) -> ast.AST:
        found: ast.Call = self.generic_visit(node)  # type: ignore[assignment]
        if isinstance(found.func, ast.Attribute) and found.func.attr in SHAPING and self._is_table(found.func.value):
            return found.func.value
        if called_name(found) in HOLDING and found.args and self._is_table(found.args[0]):
            return found.args[0]
        return found

    def _chooses(self, node: ast.expr) -> bool:
        match node:
            case ast.Name(id=name) | ast.List(elts=[ast.Name(id=name)]) | ast.Slice(lower=ast.Name(id=name)):
                return name == self.turn.number
        return False
