"""What a notebook does to the answer for one row, done to the answers for all: ``names[pred[0]]``."""

from __future__ import annotations

import ast
import copy
from collections.abc import Collection
from dataclasses import dataclass, field

from nb2prod.analysis.suggest.answers.following import Following, marked, names_axis, read_at
from nb2prod.analysis.suggest.answers.in_functions import Inlining
from nb2prod.notebook.called import called_name

EACH = ("each", "other", "third")
"""What the answer for one row is called."""
MOST_DEEP = 12


@dataclass
class Lifted:
    """An expression about one row, and the answers that the row's are taken from."""

    value: ast.expr
    answers: list[ast.expr] = field(default_factory=list)

    @property
    def for_all(self) -> ast.expr:
        """The same for all rows."""
        if not self.answers:
            return self.value
        if isinstance(self.value, ast.Name) and self.value.id == EACH[0]:
            return self.answers[0]
        names: list[ast.expr] = [ast.Name(name, ast.Store()) for name in EACH[: len(self.answers)]]
        if len(names) == 1:
            return ast.ListComp(self.value, [ast.comprehension(names[0], self.answers[0], [], 0)])
        together = ast.Call(ast.Name("zip", ast.Load()), self.answers, [])
        return ast.ListComp(self.value, [ast.comprehension(ast.Tuple(names, ast.Store()), together, [], 0)])


class OneRow(ast.NodeTransformer):
    """Finds where the answer for one row is taken out of all, by ``[0]``, by a loop's number or by what needs one."""

    def __init__(self, following: Following, at: int, numbers: Collection[str] = ()) -> None:
        self.following, self.at, self.numbers = following, at, numbers
        self.answers: list[ast.expr] = []
        self.failed = False

    def lift(self, node: ast.expr) -> Lifted | None:
        """Return the expression with each such place named; ``None`` where more is read of the answers than that."""
        value = self.visit(copy.deepcopy(node))
        if self.failed or len(self.answers) > len(EACH):
            return None
        if self.answers and self.following.reads_answers(value, self.at):
            return None
        return Lifted(value, self.answers)

    def visit_Subscript(self, node: ast.Subscript) -> ast.expr:
        """Read a choice of one row."""
        holder = node.value
        if isinstance(holder, ast.Attribute) and holder.attr in {"iloc", "values", "loc"}:
            holder = holder.value
        if self._is_number(node.slice) and self._is_many(holder):
            return self._each(holder)
        match node.slice:
            case ast.Tuple(elts=[row, column]) if self._is_number(row) and self._is_many(node.value):
                return ast.Subscript(self._each(node.value), column, node.ctx)
        return self.generic_visit(node)  # type: ignore[return-value]

    def visit_Call(self, node: ast.Call) -> ast.expr:
        """Read a call that needs the answer for one row."""
        name, by_axis = called_name(node), names_axis(node)
        if name == "argmax" and not by_axis:
            if len(node.args) == 1 and not self.following.is_method(node) and self._is_many(node.args[0]):
                return ast.Call(node.func, [self._each(node.args[0])], node.keywords)
            if not node.args and isinstance(node.func, ast.Attribute) and self._is_many(node.func.value):
                return ast.Call(ast.Attribute(self._each(node.func.value), "argmax", ast.Load()), [], node.keywords)
        if name in {"float", "int"} and isinstance(node.func, ast.Name) and node.args and self._is_many(node.args[0]):
            return ast.Call(node.func, [self._each(node.args[0])], [])
        if name == "item" and isinstance(node.func, ast.Attribute) and not node.args and self._is_many(node.func.value):
            return self._each(node.func.value)
        return self.generic_visit(node)  # type: ignore[return-value]

    def visit_IfExp(self, node: ast.IfExp) -> ast.expr:
        """Read a choice by the answer."""
        before = len(self.answers)
        found: ast.IfExp = self.generic_visit(node)  # type: ignore[assignment]
        if len(self.answers) == before and self.following.reads_answers(found.test, self.at):
            found.test = _OfEach(self).visit(found.test)
        return found

    def _is_number(self, node: ast.expr) -> bool:
        if isinstance(node, ast.Constant):
            return isinstance(node.value, int)
        return isinstance(node, ast.Name) and node.id in self.numbers

    def _is_many(self, node: ast.expr) -> bool:
        if not isinstance(node, ast.Name | ast.Call | ast.Subscript | ast.Attribute | ast.BinOp):
            return False
        if not self.following.reads_answers(node, self.at):
            return False
        inner = OneRow(self.following, self.at, self.numbers)
        inner.visit(copy.deepcopy(node))
        return not inner.answers

    def _each(self, node: ast.expr) -> ast.expr:
        texts = [ast.unparse(each) for each in self.answers]
        text = ast.unparse(node)
        if text not in texts:
            self.answers.append(node)
            texts.append(text)
        place = texts.index(text)
        return ast.Name(EACH[min(place, len(EACH) - 1)], ast.Load())


class _OfEach(ast.NodeTransformer):
    """Takes names of answers in a condition for the answer of one row, which alone can be true or false."""

    def __init__(self, found: OneRow) -> None:
        self.found = found

    def visit_Name(self, node: ast.Name) -> ast.expr:
        following, at = self.found.following, self.found.at
        return self.found._each(node) if following.is_answer(node.id, read_at(node, at)) else node


def is_one_number(node: ast.expr) -> bool:
    """Return whether an expression only takes one number out of a table: ``chances[0, 1]``."""
    match node:
        case ast.Subscript(slice=ast.Tuple(elts=[ast.Constant(), ast.Constant()])):
            return True
    return False


def unfolded(following: Following, node: ast.expr, at: int, deep: int = 0) -> ast.expr:
    """Return an expression with what stands for one row's answer written out: ``names[best]`` to
    ``names[np.argmax(pred[0])]``; names that hold the answers for all rows stay."""
    if deep > MOST_DEEP:
        return node
    return _Unfolding(following, at, deep).visit(marked(node, at))  # type: ignore[no-any-return]


class _Unfolding(ast.NodeTransformer):
    def __init__(self, following: Following, at: int, deep: int) -> None:
        self.following, self.at, self.deep = following, at, deep

    def visit_Name(self, node: ast.Name) -> ast.expr:
        at = read_at(node, self.at)
        if not isinstance(node.ctx, ast.Load) or not self.following.is_answer(node.id, at):
            return node
        sources = self.following.flow.sources[at].get(node.id, frozenset())
        if len(sources) != 1:
            return node
        source = next(iter(sources))
        made = self.following.flow.statements[source].node
        if not isinstance(made, ast.Assign) or not isinstance(made.targets[0], ast.Name):
            return node
        value = unfolded(self.following, made.value, source, self.deep + 1)
        lifted = OneRow(self.following, source).lift(value)
        return node if lifted is not None and not lifted.answers else value


def inlined(node: ast.expr, before: Collection[ast.stmt]) -> ast.expr:
    """Return an expression with the names that a block has just assigned written out."""
    given: dict[str, ast.expr] = {}
    for each in before:
        if isinstance(each, ast.Assign) and len(each.targets) == 1 and isinstance(each.targets[0], ast.Name):
            given[each.targets[0].id] = Inlining(given).visit(copy.deepcopy(each.value))
    return Inlining(given).visit(copy.deepcopy(node))  # type: ignore[no-any-return]
