"""What a loop or a comprehension goes over to what it gives, turn by turn."""

from __future__ import annotations

import ast

from nb2prod.analysis.learning.columns import columns_named
from nb2prod.analysis.learning.comprehensions import Turns
from nb2prod.analysis.learning.parting import Parting
from nb2prod.analysis.learning.replacing import replace
from nb2prod.analysis.learning.values import UNKNOWN, Value

MOST_TURNS = 12
"""Turns of a loop that are read where what it goes over is written down."""
BESIDE = frozenset({"zip", "enumerate", "tqdm"})
"""Functions whose arguments are gone over, several side by side."""


class Looping(Parting):
    """The layer that knows what is gone over."""

    def turns(self, node: ast.expr) -> Turns:
        """Return what going over an expression gives: each where they are objects that are known, else one."""
        plain = isinstance(node, ast.Call) and not any(isinstance(each, ast.Starred) for each in node.args)
        if plain and isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in BESIDE:
            return self._together(node)
        whole = self.evaluate(node)
        elements = self._elements(whole)
        folds = whole.split is not None and whole.split.split.folds
        known = whole.items is not None and len(whole.items) == len(elements) and not folds
        return Turns(elements, whole, known and bool(elements) and _same(elements, whole))

    def _elements(self, whole: Value) -> list[Value]:
        if whole.split is not None and whole.items:
            return whole.items
        if whole.items and any(_holds_objects(each) for each in whole.items):
            if whole.keys is not None:
                return [Value(literal=key) for key in whole.keys[:MOST_TURNS]]
            return whole.items[:MOST_TURNS]
        if whole.items and all(each.data is not None for each in whole.items):
            return whole.items[:MOST_TURNS]
        if whole.data is not None and whole.data.grouped is not None and whole.data.rows is not None:
            group = replace(whole.data, grouped=None, group=(whole.data.rows, whole.data.grouped))
            return [Value(items=[Value(), Value(data=group)])]
        if whole.items is None and whole.is_table and columns_named(whole) is not None:
            return [Value(varies=whole.varies)]  # One name of a column after the other.
        made = self.derived([whole])
        if made.data is not None and made.data.index_of is not None and made.data.rows is None:
            made.data = None  # One place after the other.
        made.literal = UNKNOWN
        if whole.data is None:
            made.labels = None
        return [made]

    def _together(self, node: ast.Call) -> Turns:
        turns = [self.turns(each) for each in node.args]
        name = getattr(node.func, "id", "")
        if name == "tqdm":
            return turns[0] if turns else Turns([Value()])
        columns = [each.elements for each in turns]
        known = bool(turns) and all(each.known for each in turns) and len({len(each) for each in columns}) == 1
        if name == "enumerate":
            known, columns = turns[0].known if turns else False, [[Value()], *columns[:1]]
        self.weighed(each for column in columns for each in column)
        length = max((len(column) for column in columns), default=0)
        elements = [
            Value(items=[column[min(place, len(column) - 1)] for column in columns if column])
            for place in range(length)
        ]
        return Turns(elements, known=known)


def _same(elements: list[Value], whole: Value) -> bool:
    """Return whether elements are what a value holds, or the names under which it holds it."""
    return whole.keys is not None or all(one is other for one, other in zip(elements, whole.items or (), strict=True))


def _holds_objects(value: Value) -> bool:
    if value.items is not None:
        return any(_holds_objects(each) for each in value.items)
    return value.estimator is not None or value.data is not None or value.symbol
