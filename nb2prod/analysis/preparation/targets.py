"""The columns that the model which is asked was fitted to explain: no client has them."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from nb2prod.analysis.inference.expressions import loaded_names, root_name
from nb2prod.analysis.inference.model import Inference
from nb2prod.analysis.model import Dataflow


def targets_of(flow: Dataflow, inference: Inference) -> frozenset[str]:
    """Return the names of the columns that the model was fitted to: ``price`` of ``model.fit(train, train.price)`` and
    of ``smf.ols("price ~ area", train)``."""
    asked = {name for part in ast.parse(inference.run).body for name in loaded_names(part)}
    found: set[str] = set()
    for statement in flow.statements:
        for call in (n for n in ast.walk(statement.node) if isinstance(n, ast.Call)):
            if asked & {root_name(call.func), *statement.facts.definitions}:
                found |= set(_explained(flow, call, statement.index))
    return frozenset(found)


def _explained(flow: Dataflow, call: ast.Call, index: int) -> Iterator[str]:
    if getattr(call.func, "attr", "") == "fit":
        labels = [*call.args[1:2], *(keyword.value for keyword in call.keywords if keyword.arg == "y")]
        for label in labels:
            yield from _column(flow, label, index)
    for given in (*call.args, *(keyword.value for keyword in call.keywords if keyword.arg == "formula")):
        if isinstance(given, ast.Constant) and isinstance(given.value, str) and "~" in given.value:
            yield from _left(given.value.partition("~")[0])


def _column(flow: Dataflow, label: ast.expr, index: int) -> Iterator[str]:
    if isinstance(label, ast.Name):
        for source in flow.sources[index].get(label.id, ()):
            value = getattr(flow.statements[source].node, "value", None)
            if isinstance(value, ast.Subscript | ast.Attribute):
                yield from _column(flow, value, source)
    elif isinstance(label, ast.Subscript) and isinstance(label.value, ast.Name):
        if isinstance(label.slice, ast.Constant) and isinstance(label.slice.value, str):
            yield label.slice.value
    elif isinstance(label, ast.Attribute) and isinstance(label.value, ast.Name):
        yield label.attr


def _left(text: str) -> Iterator[str]:
    """Yield the columns on the left side of a formula, ``np.log(price)``."""
    try:
        tree = ast.parse(text.strip(), mode="eval")
    except SyntaxError:
        return
    functions = {id(n) for call in ast.walk(tree) if isinstance(call, ast.Call) for n in ast.walk(call.func)}
    yield from (n.id for n in ast.walk(tree) if isinstance(n, ast.Name) and id(n) not in functions)
