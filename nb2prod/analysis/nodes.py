"""Statements to their nodes by type, and to what they call by the full names of libraries' functions."""

from __future__ import annotations

import ast
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any, NamedTuple

from nb2prod.analysis.children import SHORT, children_of
from nb2prod.analysis.knowledge import load_knowledge
from nb2prod.analysis.model import Statement
from nb2prod.analysis.room import without_collecting

_LEAVES = frozenset((ast.Name, ast.Constant, ast.alias))
_FUNCTIONS = frozenset((ast.FunctionDef, ast.AsyncFunctionDef, ast.Lambda, ast.ClassDef))
_REPEATED = frozenset((ast.For, ast.AsyncFor, ast.While, ast.ListComp, ast.SetComp, ast.DictComp, ast.GeneratorExp))
_MARKING = _FUNCTIONS | _REPEATED


class Placed(NamedTuple):
    """A node and the top-level statement that it stands in."""

    statement: Statement
    node: ast.AST
    deferred: bool
    """Whether it stands in a function, a class or a lambda."""
    repeated: bool
    """Whether it stands in a loop or a comprehension."""


class Call(NamedTuple):
    """A call and the top-level statement that it stands in."""

    statement: Statement
    node: ast.Call
    path: str
    """Full name of a library's function or class (``numpy.random.seed``); of anything else as it is written, with a
    dot before it (``.model.fit``, ``.fit`` where it is a method of an expression); empty where it has no name."""
    deferred: bool
    repeated: bool
    last: str
    """The name that is called, without what it belongs to."""

    @property
    def line(self) -> int:
        """Its line in the cell's code, from 1."""
        return self.node.lineno

    def keyword(self, name: str) -> ast.expr | None:
        """Return what is handed over by that name."""
        for each in self.node.keywords:
            if each.arg == name:
                return each.value
        return None

    def argument(self, place: int, name: str = "") -> ast.expr | None:
        """Return what is handed over at a place (from 0) or by a name."""
        given = self.node.args[: place + 1]
        if len(given) > place and not any(isinstance(each, ast.Starred) for each in given):
            return given[place]
        return self.keyword(name) if name else None

    @property
    def unpacks(self) -> bool:
        """Whether arguments are handed over that nobody can see here: ``**settings``."""
        return None in [each.arg for each in self.node.keywords]


def nodes_of(statements: Iterable[Statement]) -> Mapping[type[ast.AST], Sequence[Placed]]:
    """Return all nodes by their type, each type's in the order in which they stand; operators are left out."""
    found: defaultdict[type[ast.AST], list[Placed]] = defaultdict(list)
    with without_collecting():
        _collect(statements, found)
    return found


def _collect(statements: Iterable[Statement], found: defaultdict[type[ast.AST], list[Placed]]) -> None:
    made = tuple.__new__  # what ``Placed`` calls itself, with names to look up on the way
    for statement in statements:
        outer: list[tuple[list[ast.AST], bool, bool]] = [([statement.node], False, False)]
        while outer:
            pending, deferred, repeated = outer[-1]
            while pending:
                node = pending.pop()
                kind = type(node)
                found[kind].append(made(Placed, (statement, node, deferred, repeated)))
                if kind in _LEAVES:
                    continue
                short = SHORT.get(kind)
                below = children_of(node) if short is None else short(node)
                below.reverse()
                if kind in _MARKING:
                    outer.append((below, deferred or kind in _FUNCTIONS, repeated or kind in _REPEATED))
                    break
                pending += below
            else:
                outer.pop()


def names_of(nodes: Mapping[type[ast.AST], Sequence[Placed]]) -> Mapping[str, Sequence[tuple[Placed, ast.Name]]]:
    """Return where each name stands, in order."""
    found: defaultdict[str, list[tuple[Placed, ast.Name]]] = defaultdict(list)
    for each in nodes.get(ast.Name, ()):
        node: Any = each.node
        found[node.id].append((each, node))
    return dict(found)


def words_of(nodes: Mapping[type[ast.AST], Sequence[Any]]) -> frozenset[str]:
    """Return the names of attributes, of arguments that are handed over and of what is imported, and all texts."""
    found = {each.node.attr for each in nodes.get(ast.Attribute, ())}
    found.update([each.node.arg for each in nodes.get(ast.keyword, ())])
    found.update([value for each in nodes.get(ast.Constant, ()) if type(value := each.node.value) is str])
    for each in nodes.get(ast.alias, ()):
        found.update(each.node.name.split("."))
    for each in nodes.get(ast.ImportFrom, ()):
        found.update((each.node.module or "").split("."))
    return frozenset(found)


def last_names(paths: Iterable[str]) -> frozenset[str]:
    """Return what functions and classes are called without what they belong to: ``load`` of ``torch.load``."""
    return frozenset(path.rpartition(".")[2] for path in paths)


def calls_of(nodes: Mapping[type[ast.AST], Sequence[Placed]]) -> Sequence[Call]:
    """Return all calls, in order. A name is what the last import above made it; in a function, what any import did."""
    with without_collecting():
        return _calls(nodes)


def _calls(nodes: Mapping[type[ast.AST], Sequence[Placed]]) -> list[Call]:
    imports = sorted(
        [*nodes.get(ast.Import, ()), *nodes.get(ast.ImportFrom, ())],
        key=lambda each: (each.statement.index, getattr(each.node, "lineno", 0)),
    )
    final: dict[str, str] = {}
    for each in imports:
        final.update(imported(each.node))
    names: dict[str, str] = {}
    made = tuple.__new__  # as above
    pending = list(reversed(imports))
    found = []
    for placed in nodes.get(ast.Call, ()):
        while pending and pending[-1].statement.index <= placed.statement.index:
            names.update(imported(pending.pop().node))
        assert isinstance(placed.node, ast.Call)
        path = path_of(placed.node.func, names)
        if path.startswith(".") and placed.deferred:
            path = path_of(placed.node.func, final)
        last = path.rpartition(".")[2]
        found.append(made(Call, (placed.statement, placed.node, path, placed.deferred, placed.repeated, last)))
    return found


def imported(node: ast.AST) -> Mapping[str, str]:
    """Return the names that an import binds, and the full name that each stands for."""
    if isinstance(node, ast.Import):
        return {
            alias.asname or alias.name.split(".")[0]: alias.name if alias.asname else alias.name.split(".")[0]
            for alias in node.names
        }
    if isinstance(node, ast.ImportFrom) and node.module and not node.level:
        return {alias.asname or alias.name: f"{node.module}.{alias.name}" for alias in node.names if alias.name != "*"}
    return {}


def path_of(node: ast.expr, names: Mapping[str, str]) -> str:
    """Return the full name of what an expression names, as :attr:`Call.path` has it."""
    parts: list[str] = []
    while isinstance(node, ast.Attribute):
        parts.append(node.attr)
        node = node.value
    if not isinstance(node, ast.Name):
        return f".{'.'.join(reversed(parts))}" if parts else ""
    root = names.get(node.id)
    path = ".".join((root or node.id, *reversed(parts)))
    if root is None:
        return f".{path}"
    return load_knowledge().canonical(path)


def import_names(nodes: Mapping[type[ast.AST], Sequence[Placed]]) -> Mapping[str, str]:
    """Return the name that an import gives to what has a full name: ``{"numpy": "np"}``."""
    found: dict[str, str] = {}
    for each in (*nodes.get(ast.Import, ()), *nodes.get(ast.ImportFrom, ())):
        if not each.deferred:
            found.update({load_knowledge().canonical(path): name for name, path in imported(each.node).items()})
    return found


def parents_of(node: ast.AST) -> Mapping[ast.AST, ast.AST]:
    """Return, for each node inside another, the one that it stands directly in."""
    found: dict[ast.AST, ast.AST] = {}
    pending = [node]
    while pending:
        parent = pending.pop()
        inside = children_of(parent)
        found.update(dict.fromkeys(inside, parent))
        pending += inside
    return found


def ancestors_of(node: ast.AST, parents: Mapping[ast.AST, ast.AST]) -> Iterator[ast.AST]:
    """Yield what a node stands in, from the inside out."""
    while node in parents:
        node = parents[node]
        yield node


def beginning(node: ast.expr | None, texts: Mapping[str, str] | None = None) -> str:
    """Return how a text begins: a literal, a variable of ``texts``, or what is put together from several."""
    while isinstance(node, ast.BinOp):
        node = node.left
    if isinstance(node, ast.JoinedStr) and node.values:
        first = node.values[0]
        node = first.value if isinstance(first, ast.FormattedValue) else first
    if isinstance(node, ast.Name):
        return (texts or {}).get(node.id, "")
    return node.value if isinstance(node, ast.Constant) and isinstance(node.value, str) else ""
