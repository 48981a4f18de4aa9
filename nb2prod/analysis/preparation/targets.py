"""The columns that the model which is asked was fitted to explain: no client has them."""

from __future__ import annotations

import ast
import copy
from collections.abc import Iterator

from nb2prod.analysis.inference.expressions import SELECTING, loaded_names, root_name
from nb2prod.analysis.inference.model import Inference
from nb2prod.analysis.model import Dataflow
from nb2prod.notebook.called import called_name

TAKING_OUT = frozenset({"drop", "pop", "difference", "remove"})
"""Methods that take columns out of a table or of a list of columns."""

EXPLAINING = frozenset({"fit", "fit_transform", "train_test_split", "split", "cross_val_score"})
"""Functions that are given labels behind the rows that these belong to."""


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


def explained_columns(flow: Dataflow) -> tuple[str | int, ...]:
    """Return the columns that any model of the notebook is fitted to, by name or place, in order: ``price`` of
    ``y = np.log(table["price"])``, -1 of ``y = table.iloc[:, -1]``."""
    found: dict[str | int, None] = {}
    for statement in flow.statements:
        for call in (node for node in ast.walk(statement.node) if isinstance(node, ast.Call)):
            for label in _labels(call) if called_name(call) in EXPLAINING else ():
                found |= dict.fromkeys(_behind(flow, label, statement.index, set()))
    return tuple(found)


def unknown_columns(flow: Dataflow) -> tuple[str | int, ...]:
    """Return the columns that a client may not know: those that a model is fitted to, and those that the notebook takes
    out of its tables by name.

    Some of them may be known all the same, so that whether the answers depend on them is for the run to show.
    """
    found = dict.fromkeys(explained_columns(flow))
    for node in (inner for statement in flow.statements for inner in ast.walk(statement.node)):
        if isinstance(node, ast.Delete):
            found |= dict.fromkeys(_named(node))
        elif isinstance(node, ast.Call) and called_name(node) in TAKING_OUT:
            found |= dict.fromkeys(text for given in _given(node) for text in _texts(given))
    return tuple(found)


def _given(call: ast.Call) -> Iterator[ast.expr]:
    yield from call.args
    yield from (keyword.value for keyword in call.keywords)


def _labels(call: ast.Call) -> Iterator[ast.expr]:
    """Yield what a model is fitted to, where it is given so."""
    yield from call.args[1:]
    yield from (keyword.value for keyword in call.keywords if keyword.arg == "y")


def _behind(flow: Dataflow, label: ast.expr, index: int, seen: set[int]) -> Iterator[str | int]:
    """Yield the columns that labels are made of, through whatever is done to them."""
    yield from _named(label)
    for name in sorted(loaded_names(_without_tables(label))):
        for source in sorted(flow.sources[index].get(name, frozenset()) - seen):
            seen.add(source)
            match flow.statements[source].node:
                case ast.Assign(targets=[ast.Tuple(elts=targets)], value=ast.Tuple(elts=values)):
                    for target, value in zip(targets, values, strict=False):
                        if isinstance(target, ast.Name) and target.id == name:
                            yield from _behind(flow, value, source, seen)
                case ast.Assign(targets=[ast.Tuple()], value=ast.Call() as call):
                    for given in call.args[1:]:
                        yield from _behind(flow, given, source, seen)
                case ast.Assign(targets=[ast.Name()], value=value):
                    yield from _behind(flow, value, source, seen)


class _Tables(ast.NodeTransformer):
    """Leaves tables out that a column is taken from: ``table`` of ``table["price"]``, ``table.iloc[:, -1]`` and
    ``table.pop("price")``. What else they were made of does not stand in the column."""

    def visit_Subscript(self, node: ast.Subscript) -> ast.expr:
        """Replace columns that are taken from a name; some rows of labels are labels."""
        by_column = isinstance(node.slice, ast.Tuple | ast.List) or isinstance(_literal(node.slice), str)
        return self._column(node, node.value) if by_column else self._inside(node)

    def visit_Call(self, node: ast.Call) -> ast.expr:
        """Replace ``table.pop(...)``."""
        taken = isinstance(node.func, ast.Attribute) and node.func.attr == "pop"
        return self._column(node, node.func) if taken else self._inside(node)

    def _column(self, node: ast.expr, taken_from: ast.expr) -> ast.expr:
        table = taken_from.value if isinstance(taken_from, ast.Attribute) else taken_from
        return ast.Constant(None) if isinstance(table, ast.Name) else self._inside(node)

    def _inside(self, node: ast.expr) -> ast.expr:
        found = self.generic_visit(node)
        assert isinstance(found, ast.expr)
        return found


def _without_tables(label: ast.expr) -> ast.AST:
    return ast.parse(ast.unparse(_Tables().visit(copy.deepcopy(label))), mode="eval")


def _named(node: ast.AST) -> Iterator[str | int]:
    """Yield the columns that are named, or counted, one at a time anywhere below."""
    called = {id(call.func) for call in ast.walk(node) if isinstance(call, ast.Call)}
    for inner in ast.walk(node):
        match inner:
            case ast.Subscript(slice=ast.Constant(value=str(column))):
                yield column
            case ast.Subscript(slice=ast.Tuple(elts=[ast.Slice(), place])):
                number = _literal(place)
                if isinstance(number, int):
                    yield number
            case ast.Attribute(value=ast.Name(), attr=column) if id(inner) not in called and column not in SELECTING:
                yield column


def _literal(node: ast.expr) -> object:
    """Return the value of a constant, of ``-1`` as well; ``None`` for anything else."""
    try:
        return ast.literal_eval(node)
    except ValueError:
        return None


def _texts(node: ast.AST) -> Iterator[str]:
    yield from (n.value for n in ast.walk(node) if isinstance(n, ast.Constant) and isinstance(n.value, str))


def _left(text: str) -> Iterator[str]:
    """Yield the columns on the left side of a formula, ``np.log(price)``."""
    try:
        tree = ast.parse(text.strip(), mode="eval")
    except SyntaxError:
        return
    functions = {id(n) for call in ast.walk(tree) if isinstance(call, ast.Call) for n in ast.walk(call.func)}
    yield from (n.id for n in ast.walk(tree) if isinstance(n, ast.Name) and id(n) not in functions)
