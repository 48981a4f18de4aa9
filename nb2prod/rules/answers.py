"""An expression to the model that answered it: ``model.predict(X)`` itself, or a name that was given it."""

from __future__ import annotations

import ast

from nb2prod.analysis.learning.model import Learning, Prediction
from nb2prod.analysis.model import Dataflow, Statement
from nb2prod.notebook.called import called_name

DEEPEST = 8
"""Steps from labels back to what a model has answered."""
OF_FIRST = frozenset({"where", "round", "rint", "argmax", "around", "asarray", "array", "ravel", "squeeze"})
"""Functions whose result is one label for each value of the first argument."""
OF_ITSELF = frozenset({"astype", "round", "argmax", "idxmax", "ravel", "flatten", "squeeze", "reshape", "to_numpy"})
NUMBERS = frozenset({"int", "float", "round", "bool"})


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
        origin = self._origin(node, statement)
        return self._by_node.get(id(origin[0])) if origin else None

    def within(self, node: ast.expr, statement: Statement, depth: int = DEEPEST) -> Prediction | None:
        """Return as ``behind`` does, or the prediction that was held against a threshold, or rounded."""
        found = self.behind(node, statement)
        if found is not None or not depth:
            return found
        inner = _made_of(node)
        if inner is not None:
            return self.within(inner, statement, depth - 1)
        origin = self._origin(node, statement) if isinstance(node, ast.Name) else None
        return self.within(origin[0], origin[1], depth - 1) if origin else None

    def _origin(self, node: ast.Name, statement: Statement) -> tuple[ast.expr, Statement] | None:
        """Return the one expression that a name was given, and the statement that it stands in."""
        sources = self._flow.sources[statement.index].get(node.id, frozenset())
        if len(sources) != 1:
            return None
        origin = self._flow.statements[next(iter(sources))]
        assign = origin.node
        if not isinstance(assign, ast.Assign) or not any(
            isinstance(target, ast.Name) and target.id == node.id for target in assign.targets
        ):
            return None
        return assign.value, origin


def _made_of(node: ast.expr) -> ast.expr | None:
    """Return what labels are made of: ``(p > 0.5).astype(int)``, ``np.where(p > 0.5, 1, 0)``, ``p.round()``."""
    if isinstance(node, ast.Compare):
        known = ast.Constant if isinstance(node.ops[0], ast.Eq | ast.NotEq) else ast.Constant | ast.Name
        return node.left if isinstance(node.comparators[0], known) else None
    if isinstance(node, ast.Subscript):  # predict_proba(X)[:, 1]
        return node.value if isinstance(node.slice, ast.Tuple) else None
    if not isinstance(node, ast.Call) or not isinstance(node.func, ast.Attribute | ast.Name):
        return None
    name = called_name(node)
    if name in OF_FIRST and node.args and (isinstance(node.func, ast.Name) or _is_module(node.func.value)):
        return node.args[0]
    if not isinstance(node.func, ast.Attribute):
        return None
    plain = name == "apply" and len(node.args) == 1 and ast.unparse(node.args[0]) in NUMBERS
    return node.func.value if plain or name in OF_ITSELF else None


def _is_module(node: ast.expr) -> bool:
    return isinstance(node, ast.Name) and node.id in {"np", "numpy", "tf", "torch", "jnp"}
