"""An expression to the model that answered it: ``model.predict(X)`` itself, or a name that was given it."""

from __future__ import annotations

import ast

from nb2prod.analysis.learning.model import Learning, Prediction
from nb2prod.analysis.model import Dataflow, Statement


class Answers:
    """What models of a notebook have answered, to be looked up."""

    def __init__(self, flow: Dataflow, learning: Learning) -> None:
        self._flow = flow
        self._by_node = {id(each.node): each for each in learning.predictions if each.node is not None}

    def behind(self, node: ast.expr, statement: Statement) -> Prediction | None:
        """Return the one prediction whose value ``node`` has in a statement, ``None`` where that is not certain."""
        found = self._by_node.get(id(node))
        if found is not None or not isinstance(node, ast.Name):
            return found
        sources = self._flow.sources[statement.index].get(node.id, frozenset())
        if len(sources) != 1:
            return None
        origin = self._flow.statements[next(iter(sources))].node
        if not isinstance(origin, ast.Assign) or not any(
            isinstance(target, ast.Name) and target.id == node.id for target in origin.targets
        ):
            return None
        return self._by_node.get(id(origin.value))
