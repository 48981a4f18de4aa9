"""Rows that a function gives which is given none: whether it has prepared them, and by which statement."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import dataclass

from nb2prod.analysis.model import Dataflow, Kind
from nb2prod.analysis.preparation.syntax import shown
from nb2prod.notebook.called import called_name

CHOOSING = frozenset(
    {"drop", "copy", "reset_index", "head", "tail", "sample", "query", "filter", "iloc", "loc", "sort_values", "pop"}
)
"""Attributes and methods of rows that only choose some, or some of their columns."""

WITHOUT_NAMES = frozenset({"transform", "fit_transform", "values", "to_numpy"})
"""Those behind which columns have no names any more."""

SPLITTING = frozenset({"train_test_split", "shuffle"})

READING = ("read_", "load_")

MOST_DEEP = 12


@dataclass(frozen=True)
class PreparedInside:
    """Rows that were prepared inside of a function."""

    function: str
    name: str
    """Of the rows that it gives."""
    statement: int
    """The function's definition in which it happens."""
    node: ast.AST

    @property
    def why(self) -> str:
        """Why these rows cannot be followed back."""
        made = self.node.value if isinstance(self.node, ast.Assign | ast.AugAssign) else self.node
        attribute = _attribute(made)
        lost = ", behind which its columns have no names" if attribute in WITHOUT_NAMES else ""
        return (
            f"`{self.name}` comes out of `{self.function}`, where `{shown(self.node)}` prepares it{lost}; what is done "
            "inside of a function that reads its rows itself cannot be followed"
        )

    @property
    def remedy(self) -> str:
        """What would help."""
        return f"write the steps of `{self.function}` in cells of their own, outside of a function"


def prepared_inside(flow: Dataflow, index: int, names: set[str]) -> PreparedInside | None:
    """Return how statement ``index`` gives one of ``names`` rows that a function of the notebook has read and prepared;
    ``None`` where it does not."""
    node = flow.statements[index].node
    if not (
        isinstance(node, ast.Assign) and isinstance(node.value, ast.Call) and isinstance(node.value.func, ast.Name)
    ):
        return None
    looking = _Looking(flow, index)
    function = node.value.func.id
    for target in node.targets:
        places = list(enumerate(target.elts)) if isinstance(target, ast.Tuple) else [(-1, target)]
        for place, each in places:
            if isinstance(each, ast.Name) and each.id in names and looking.reads(function):
                found = looking.returned(function, place, 0)
                if found is not None:
                    return PreparedInside(function, each.id, *found)
    return None


def chosen_from(node: ast.AST, names: set[str]) -> set[str]:
    """Return the table that a statement gives one of ``names`` some rows or columns of, by its name."""
    if not isinstance(node, ast.Assign) or not any(_bound(target) & names for target in node.targets):
        return set()
    value = node.value
    while not isinstance(value, ast.Name):
        match value:
            case ast.Subscript(value=inner):
                value = inner
            case ast.Attribute(value=inner, attr=name) if name in CHOOSING | WITHOUT_NAMES:
                value = inner
            case ast.Call(func=ast.Attribute(value=inner, attr=name)) if name in CHOOSING | {"to_numpy"}:
                value = inner
            case _:
                return set()
    return {value.id}


class _Looking:
    """Goes back from what functions return."""

    def __init__(self, flow: Dataflow, index: int) -> None:
        self.flow = flow
        self.functions = {
            statement.node.name: (statement.index, statement.node)
            for statement in flow.statements[: index + 1]
            if statement.kind is Kind.FUNCTION and isinstance(statement.node, ast.FunctionDef)
        }

    def reads(self, function: str, deep: int = 0) -> bool:
        """Return whether a function, or one that it calls, reads rows."""
        if function not in self.functions or deep > MOST_DEEP:
            return False
        calls = [called_name(n) for n in ast.walk(self.functions[function][1]) if isinstance(n, ast.Call)]
        return any(name.startswith(READING) or (name != function and self.reads(name, deep + 1)) for name in calls)

    def returned(self, function: str, place: int, deep: int) -> tuple[int, ast.AST] | None:
        """Return the statement that has prepared what a function returns, with that of the function's definition."""
        if function not in self.functions or deep > MOST_DEEP:
            return None
        index, node = self.functions[function]
        returns = [n.value for n in ast.walk(node) if isinstance(n, ast.Return) and n.value is not None]
        if not returns:
            return None
        value = returns[-1]
        if place >= 0 and isinstance(value, ast.Tuple) and place < len(value.elts):
            value = value.elts[place]
        return self._behind(value, node, index, value.lineno, value, deep)

    def _behind(
        self, value: ast.expr, function: ast.FunctionDef, index: int, line: int, made: ast.AST, deep: int
    ) -> tuple[int, ast.AST] | None:
        """Go back from an expression of a function that stands in statement ``made`` at ``line``."""
        if deep > MOST_DEEP:
            return None
        again = deep + 1
        match value:
            case ast.Name(id=name):
                last = _last(function, name, line)
                if last is None:
                    return None
                if isinstance(last, ast.AugAssign) or not any(name in _bound(t) for t in last.targets):
                    return index, last  # a column of it is stored
                return self._assigned(last, name, function, index, again)
            case ast.Subscript(value=inner):
                return self._behind(inner, function, index, line, made, again)
            case ast.Attribute(value=inner, attr=attribute) if attribute in CHOOSING:
                return self._behind(inner, function, index, line, made, again)
            case ast.Call(func=ast.Attribute(value=inner, attr=attribute)) if attribute in CHOOSING:
                return self._behind(inner, function, index, line, made, again)
            case ast.Call(func=ast.Name(id=own), args=given) if own in self.functions:
                found = self.returned(own, -1, again)
                return found or (self._behind(given[0], function, index, line, made, again) if given else None)
            case ast.Call() if called_name(value).startswith(READING):
                return None
            case ast.Constant():
                return None
        return index, made

    def _assigned(
        self, node: ast.Assign, name: str, function: ast.FunctionDef, index: int, deep: int
    ) -> tuple[int, ast.AST] | None:
        """Go back from a name that an assignment gives a value."""
        target, value = node.targets[0], node.value
        if not isinstance(target, ast.Tuple):
            return self._behind(value, function, index, node.lineno, node, deep)
        place = next((at for at, each in enumerate(target.elts) if name in _bound(each)), 0)
        if isinstance(value, ast.Tuple) and place < len(value.elts):
            return self._behind(value.elts[place], function, index, node.lineno, node, deep)
        if isinstance(value, ast.Call) and called_name(value) in SPLITTING and place // 2 < len(value.args):
            return self._behind(value.args[place // 2], function, index, node.lineno, node, deep)
        if isinstance(value, ast.Call) and isinstance(value.func, ast.Name) and value.func.id in self.functions:
            found = self.returned(value.func.id, place, deep)
            return found or (
                self._behind(value.args[0], function, index, node.lineno, node, deep) if value.args else None
            )
        return None


def _last(function: ast.FunctionDef, name: str, line: int) -> ast.Assign | ast.AugAssign | None:
    """Return the last statement before ``line`` that gives ``name`` a value or stores something in it."""
    stores = (n for n in ast.walk(function) if isinstance(n, ast.Assign | ast.AugAssign) and n.lineno < line)
    found = [n for n in stores if name in set(_stored(n))]
    return max(found, key=lambda n: n.lineno, default=None)


def _stored(node: ast.Assign | ast.AugAssign) -> Iterator[str]:
    for target in node.targets if isinstance(node, ast.Assign) else [node.target]:
        yield from _bound(target)
        whole = target
        while isinstance(whole, ast.Subscript | ast.Attribute):
            whole = whole.value
        if isinstance(whole, ast.Name):
            yield whole.id


def _bound(target: ast.expr) -> set[str]:
    """Return the names that a target gives a value."""
    parts = target.elts if isinstance(target, ast.Tuple | ast.List) else [target]
    return {each.id for each in parts if isinstance(each, ast.Name)}


def _attribute(node: ast.AST) -> str:
    return getattr(node.func if isinstance(node, ast.Call) else node, "attr", "")
