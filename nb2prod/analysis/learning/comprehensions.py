"""Comprehensions to what they give: an element for each turn, or which columns' names they leave."""

from __future__ import annotations

import ast
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from nb2prod.analysis.learning.columns import columns_named
from nb2prod.analysis.learning.combining import differing, fewer
from nb2prod.analysis.learning.expressions import MOST_ITEMS, Expressions
from nb2prod.analysis.learning.values import UNKNOWN, Labels, Value

GOING_OVER = frozenset({"builtins.map", "builtins.filter"})
EACH = "…"
"""What one of the things that a function is mapped over goes by: no name of the notebook's."""


@dataclass
class Turns:
    """What going over something gives."""

    elements: list[Value]
    source: Value | None = None
    """What is gone over, where it is one thing."""
    known: bool = False
    """Whether these are all of them, one by one and in order."""


class Comprehensions(Expressions):
    """The layer that reads comprehensions."""

    def _listcomp(self, node: ast.ListComp | ast.SetComp | ast.GeneratorExp) -> Value:
        made: list[Value] = []
        turns = self._generate(node.generators, lambda: made.append(self.evaluate(node.elt)))
        whole = self.derived(made)
        whole.labels = self._labels_left(node, turns.source)
        if any(each.estimator or each.items or each.literal is not UNKNOWN for each in made):
            whole.items = made[:MOST_ITEMS]
        if _each_once(node.generators, turns):
            whole.items = made
        return whole

    _setcomp = _generatorexp = _listcomp

    def _labels_left(self, node: ast.ListComp | ast.SetComp | ast.GeneratorExp, source: Value | None) -> Labels | None:
        """Return what ``[c for c in df.columns if c != "price"]`` leaves."""
        first = node.generators[0]
        if len(node.generators) != 1 or source is None or isinstance(source.literal, str):
            return None
        if ast.dump(node.elt) != _loaded(first.target):
            return None
        labels = columns_named(source)
        for condition in first.ifs:
            both = isinstance(condition, ast.BoolOp) and isinstance(condition.op, ast.And)
            for each in condition.values if both and isinstance(condition, ast.BoolOp) else [condition]:
                labels = fewer(labels, self._taken(each, _loaded(first.target)))
        return labels

    def _taken(self, condition: ast.expr, name: str) -> frozenset[str] | None:
        """Return the columns that a condition leaves out: those, and no others; ``None`` where nobody knows."""
        match condition:
            case ast.Compare(left=left, ops=[ast.NotEq()], comparators=[other]) if ast.dump(left) == name:
                literal = self.evaluate(other).literal
                return frozenset((literal,)) if isinstance(literal, str) else None
            case ast.Compare(left=left, ops=[ast.NotIn()], comparators=[other]) if ast.dump(left) == name:
                value = self.evaluate(other)
                labels = columns_named(value) if not isinstance(value.literal, str) else None
                return labels.columns if labels is not None and labels.certain else None
        return None

    def _dictcomp(self, node: ast.DictComp) -> Value:
        made: list[Value] = []
        keys: list[object] = []

        def read() -> None:
            keys.append(self.evaluate(node.key).literal)
            made.append(self.evaluate(node.value))

        turns = self._generate(node.generators, read)
        whole = self.derived(made)
        if _each_once(node.generators, turns):
            whole.items, whole.keys = made, keys
        return whole

    def _generate(self, generators: Sequence[ast.comprehension], body: Callable[[], None]) -> Turns:
        """Do ``body`` for each turn, and return those of the outermost loop."""
        first, rest = generators[0], generators[1:]
        number = self.record.next_loop()
        turns = self.turns(first.iter)
        self.loops.append(number)
        for element in turns.elements:
            self.local.append({**(self.local[-1] if self.local else {})})
            self.assign(first.target, differing(element, number) if element.data is None else element)
            for condition in first.ifs:
                self.evaluate(condition)
            if rest:
                self._generate(rest, body)
            else:
                body()
            self.local.pop()
        self.loops.pop()
        return turns

    def turns(self, node: ast.expr) -> Turns:
        """Return what going over an expression gives; the layer above knows of calls."""
        raise NotImplementedError

    def assign(self, target: ast.expr, value: Value) -> None:
        """Bind a target; the layer above does."""
        raise NotImplementedError


def _each_once(generators: Sequence[ast.comprehension], turns: Turns) -> bool:
    """Return whether there is an element for each of the things gone over, and which ones these are is known."""
    return turns.known and len(generators) == 1 and not generators[0].ifs


def as_comprehension(node: ast.Call) -> ast.GeneratorExp | None:
    """Return ``map(f, rows)`` as ``(f(each) for each in rows)``, and ``filter(f, rows)`` likewise."""
    if len(node.args) != 2 or node.keywords or any(isinstance(each, ast.Starred) for each in node.args):
        return None
    function, source = node.args
    each = ast.copy_location(ast.Name(EACH, ast.Load()), source)
    called = ast.copy_location(ast.Call(function, [each], []), node)
    chooses = isinstance(node.func, ast.Name) and node.func.id == "filter"
    target = ast.copy_location(ast.Name(EACH, ast.Store()), source)
    turns = ast.comprehension(target, source, [called] if chooses else [], 0)
    return ast.copy_location(ast.GeneratorExp(each if chooses else called, [turns]), node)


def _loaded(target: ast.expr) -> str:
    return ast.dump(ast.Name(target.id, ast.Load())) if isinstance(target, ast.Name) else ""
