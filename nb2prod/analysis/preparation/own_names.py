"""Names that a loop sets or changes itself: what they hold behind it is not what each turn has read."""

from __future__ import annotations

import ast
from collections.abc import Container, Iterable, Iterator, Mapping
from dataclasses import dataclass

from nb2prod.analysis.preparation.current import is_large
from nb2prod.analysis.preparation.syntax import bound_names, free_names, mentioned, same

CHANGING = {
    "add", "append", "clear", "discard", "extend", "fill", "fit", "fit_predict", "fit_transform", "insert",
    "partial_fit", "pop", "popitem", "put", "remove", "reverse", "setdefault", "sort", "update",
}  # fmt: skip
"""Methods that change what they are called on."""
PURE = {"abs", "bool", "dict", "float", "int", "len", "list", "max", "min", "range", "round", "set", "str", "sum",
        "tuple"}  # fmt: skip
BLOCKS = ast.If | ast.For | ast.While | ast.With | ast.Try


@dataclass(frozen=True)
class OwnNames:
    """What one loop sets and changes."""

    body: tuple[ast.stmt, ...]
    names: frozenset[str]
    steady: frozenset[str] = frozenset()
    """Those that hold the same in each turn, wherever they are read."""
    last: frozenset[str] = frozenset()
    """Those that each turn sets once, before it reads them: behind the last turn they hold what that has read."""

    def read_in(self, node: ast.AST, entries: Iterable[ast.expr], kept: Container[str]) -> Iterator[str]:
        """Yield the names that ``node`` reads though they may hold something else then. ``entries``: places that stand
        for themselves; ``kept``: names that do."""
        inside = [n for n in ast.walk(node) if isinstance(n, ast.Subscript) and any(same(n, each) for each in entries)]
        covered = {id(n.value) for n in inside}
        read = {each for each in free_names(node) if each in self.names and each not in kept}
        for each in ast.walk(node):
            if isinstance(each, ast.Name) and each.id in read and id(each) not in covered:
                yield each.id


def kept_names(node: ast.stmt, named: Mapping[str, ast.expr]) -> dict[str, ast.expr]:
    """Return what may be written out in a statement: not a name that a block sets anew and then reads."""
    if not isinstance(node, BLOCKS):
        return dict(named)
    unsure = bound_names(node)
    if isinstance(node, ast.If):
        unsure = {each for each in unsure if _reads_again(node.body, each) or _reads_again(node.orelse, each)}
    return {each: value for each, value in named.items() if each not in unsure}


def _reads_again(block: list[ast.stmt], spelled: str) -> bool:
    """Return whether a block reads a name after it has set it, or may do so."""
    is_set = False
    for inner in block:
        reads = any(
            isinstance(n, ast.Name) and n.id == spelled and isinstance(n.ctx, ast.Load) for n in ast.walk(inner)
        )
        sets = spelled in bound_names(inner)
        if reads and (is_set or (sets and not isinstance(inner, ast.Assign))):
            return True
        is_set = is_set or sets
    return False


def own_names(node: ast.For, first: set[str], more: frozenset[str]) -> OwnNames:
    """Return what a loop sets. ``first``: names that it sets before it reads them; ``more``: what it changes besides,
    so far as that is known."""
    names = frozenset(changed_in(node)) | (more & mentioned(ast.Module(node.body, [])))
    once = frozenset(each for each in first if _times_set(node, each) == 1) - more_changed(node)
    steady = set[str]()
    for inner in node.body:
        match inner:
            case ast.Assign(targets=[ast.Name(id=bound)], value=value) if bound in once and _is_plain(value):
                if not mentioned(value) & names - steady:
                    steady.add(bound)
    return OwnNames(tuple(node.body), names, frozenset(steady), once)


def changed_in(node: ast.AST) -> set[str]:
    """Return names that are set below ``node``, or that hold what is changed there."""
    return bound_names(node) | more_changed(node)


def more_changed(node: ast.AST) -> set[str]:
    """Return names of what is changed below ``node`` without being set anew."""
    found = set[str]()
    for each in ast.walk(node):
        match each:
            case ast.Subscript(ctx=ast.Store() | ast.Del()) | ast.Attribute(ctx=ast.Store() | ast.Del()):
                found |= _root(each)
            case ast.Call(func=ast.Attribute(value=held, attr=called)) if called in CHANGING:
                found |= _root(held)
            case ast.Call(func=ast.Name(id="next"), args=[ast.Name(id=held), *_]):
                found.add(held)
            case ast.FunctionDef() | ast.ClassDef():
                found.add(each.name)
    return found


def entries_of_turn(body: Iterable[ast.stmt], done: Iterable[ast.stmt], keys: set[str]) -> list[ast.expr]:
    """Return ``kept[column]`` where a turn sets it once, and has done so: each turn has an entry of its own."""
    body = list(body)
    found: list[ast.expr] = []
    for inner in done:
        match inner:
            case ast.Assign(targets=[ast.Subscript(value=ast.Name(id=held), slice=key)]) if keys <= mentioned(key):
                if sum(_stores(each, held) for each in body) == 1 and isinstance(key, ast.Name | ast.Tuple):
                    found.append(ast.Subscript(ast.Name(held, ast.Load()), key, ast.Load()))
    return found


def _stores(node: ast.AST, held: str) -> int:
    """Return how often an object is changed, but for the fitting of a tool that it holds."""
    count = 0
    for each in ast.walk(node):
        match each:
            case ast.Subscript(ctx=ast.Store() | ast.Del()) | ast.Attribute(ctx=ast.Store() | ast.Del()):
                count += held in _root(each)
            case ast.Call(func=ast.Attribute(value=inner, attr=called)) if called in CHANGING:
                count += held in _root(inner) and "fit" not in called
            case ast.Name(ctx=ast.Store() | ast.Del()):
                count += each.id == held
    return count


def _times_set(node: ast.AST, spelled: str) -> int:
    stores = (n for n in ast.walk(node) if isinstance(n, ast.Name) and isinstance(n.ctx, ast.Store | ast.Del))
    return sum(n.id == spelled for n in stores)


def _is_plain(value: ast.expr) -> bool:
    """Return whether an expression gives the same wherever its names hold the same."""
    calls = [n for n in ast.walk(value) if isinstance(n, ast.Call)]
    return all(isinstance(call.func, ast.Name) and call.func.id in PURE for call in calls)


def is_fixed(value: ast.expr) -> bool:
    """Return whether an expression is made of numbers and texts alone."""
    parts = ast.Constant | ast.BinOp | ast.UnaryOp | ast.operator | ast.unaryop
    return all(isinstance(each, parts) for each in ast.walk(value)) and not is_large(value)


def _root(node: ast.expr) -> set[str]:
    while isinstance(node, ast.Subscript | ast.Attribute) or (
        isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute)
    ):
        node = node.func if isinstance(node, ast.Call) else node.value
    return {node.id} if isinstance(node, ast.Name) else set()


def simpler(node: ast.stmt) -> list[ast.stmt]:
    """Return assignments of one name each for one that says the same in another way."""
    made: list[ast.stmt] = []
    match node:
        case ast.AnnAssign(target=ast.Name() as to, value=ast.expr() as value):
            made = [ast.Assign([to], value)]
        case ast.AugAssign(target=ast.Name(id=bound), op=op, value=value):
            made = [
                ast.Assign([ast.Name(bound, ast.Store())], ast.BinOp(ast.Name(bound, ast.Load()), op, value)),
            ]
        case ast.Assign(targets=[ast.Tuple(elts=places)], value=ast.Tuple(elts=values)) if (
            len(places) == len(values)
            and all(isinstance(place, ast.Name) for place in places)
            and not any(isinstance(value, ast.Starred) for value in values)
            and not bound_names(node) & mentioned(ast.Tuple(values, ast.Load()))
        ):
            made = [ast.Assign([place], value) for place, value in zip(places, values, strict=True)]
        case _:
            return [node]
    for each in made:
        ast.fix_missing_locations(ast.copy_location(each, node))
        for inner in ast.walk(each):
            if isinstance(inner, ast.expr) and not hasattr(inner, "lineno"):
                ast.copy_location(inner, node)
    return made
