"""Small questions about syntax, and expressions made from a pattern."""

from __future__ import annotations

import ast
import copy
from collections.abc import Iterator, Mapping

from nb2prod.analysis.preparation.scopes import Comprehension, Scoped, arguments, variables

Scope = ast.Lambda | ast.ListComp | ast.SetComp | ast.DictComp | ast.GeneratorExp


def pattern(text: str, **parts: ast.expr) -> ast.expr:
    """Return the expression ``text`` with the names in it that ``parts`` has replaced."""
    return _Fill(parts).visit(ast.parse(text, mode="eval").body)  # type: ignore[no-any-return]


def pattern_of(node: ast.expr, parts: Mapping[str, ast.expr]) -> ast.expr:
    """Return a copy of an expression with names replaced."""
    return Scoped(parts).visit(copy.deepcopy(node))  # type: ignore[no-any-return]


def renamed(node: ast.stmt, parts: Mapping[str, ast.expr]) -> ast.stmt:
    """Return a copy of a statement with names replaced."""
    return Scoped(parts).visit(copy.deepcopy(node))  # type: ignore[no-any-return]


class _Fill(ast.NodeTransformer):
    def __init__(self, parts: Mapping[str, ast.expr]) -> None:
        self.parts = parts

    def visit_Name(self, node: ast.Name) -> ast.expr:
        return self.parts.get(node.id, node) if isinstance(node.ctx, ast.Load) else node


def rebuilt(node: ast.expr, parts: Mapping[int, ast.expr]) -> ast.expr:
    """Return ``node`` with the children whose ``id`` is in ``parts`` replaced; ``node`` itself stays as it is."""
    made = copy.copy(node)
    for name, value in ast.iter_fields(node):
        if isinstance(value, list):
            setattr(made, name, [_replaced(each, parts) for each in value])
        else:
            setattr(made, name, _replaced(value, parts))
    return made


def _replaced(value: object, parts: Mapping[int, ast.expr]) -> object:
    if isinstance(value, ast.expr) and id(value) in parts:
        return parts[id(value)]
    if isinstance(value, ast.keyword | ast.Starred | ast.Slice | ast.Tuple | ast.comprehension):
        return rebuilt(value, parts)  # type: ignore[arg-type]
    return value


def children(node: ast.AST) -> Iterator[ast.expr]:
    """Yield the expressions directly below ``node``, through keywords, slices, comprehensions and stars."""
    for child in ast.iter_child_nodes(node):
        if isinstance(child, ast.keyword | ast.Starred | ast.Slice | ast.comprehension):
            yield from children(child)
        elif isinstance(child, ast.expr):
            yield child


def bound_names(node: ast.AST) -> set[str]:
    """Return names that the targets below ``node`` bind; the variables of comprehensions are none outside of them."""
    if isinstance(node, ast.Name):
        return {node.id} if isinstance(node.ctx, ast.Store | ast.Del) else set()
    below = {n for child in ast.iter_child_nodes(node) for n in bound_names(child)}
    return below - variables(node) if isinstance(node, Comprehension) else below


def mentioned(node: ast.AST) -> set[str]:
    """Return every variable that occurs below ``node``."""
    return {n.id for n in ast.walk(node) if isinstance(n, ast.Name)}


def parameters(node: ast.Lambda | ast.FunctionDef) -> set[str]:
    """Return names of the parameters."""
    return arguments(node)


def free_names(node: ast.AST, bound: frozenset[str] = frozenset()) -> Iterator[str]:
    """Yield names that are read below ``node`` and not bound by a lambda, a comprehension or a function there."""
    if isinstance(node, ast.Name):
        if isinstance(node.ctx, ast.Load) and node.id not in bound:
            yield node.id
        return
    if isinstance(node, ast.Lambda | ast.FunctionDef):
        inner = bound | parameters(node)
        if isinstance(node, ast.FunctionDef):
            inner |= bound_names(ast.Module(node.body, []))
        bodies: list[ast.AST] = [*node.body] if isinstance(node, ast.FunctionDef) else [node.body]
        for part in [*node.args.defaults, *(d for d in node.args.kw_defaults if d is not None)]:
            yield from free_names(part, bound)
        for inside in bodies:
            yield from free_names(inside, frozenset(inner))
        return
    if isinstance(node, ast.For):
        yield from free_names(node.iter, bound)
        for inner_statement in (*node.body, *node.orelse):
            yield from free_names(inner_statement, bound | bound_names(node.target))
        return
    if isinstance(node, Comprehension):
        bound = bound | variables(node)
    for child in ast.iter_child_nodes(node):
        yield from free_names(child, bound)


def keyword(call: ast.Call, name: str, place: int = -1) -> ast.expr | None:
    """Return the argument of a call that goes by ``name`` or stands at ``place``."""
    if 0 <= place < len(call.args):
        return call.args[place]
    return next((kw.value for kw in call.keywords if kw.arg == name), None)


def constant(node: ast.expr | None, value: object) -> bool:
    """Return whether ``node`` is the literal ``value``."""
    return isinstance(node, ast.Constant) and node.value is value if node is not None else False


def without(call: ast.Call, *names: str) -> list[ast.keyword]:
    """Return the keyword arguments but those."""
    return [kw for kw in call.keywords if kw.arg not in names]


def same(one: ast.AST, other: ast.AST) -> bool:
    """Return whether two pieces of syntax say the same."""
    return ast.dump(one) == ast.dump(other)


def name(text: str) -> ast.Name:
    """Return a name that is read."""
    return ast.Name(text, ast.Load())


def shown(node: ast.AST, most: int = 60) -> str:
    """Return source for a message."""
    text = " ".join(ast.unparse(node).split())
    return text if len(text) <= most else text[: most - 3] + "..."


def every_name(node: ast.AST) -> Iterator[str]:
    """Yield every name below ``node``, arguments and definitions included."""
    for each in ast.walk(node):
        if isinstance(each, ast.Name):
            yield each.id
        elif isinstance(each, ast.arg):
            yield each.arg
        elif isinstance(each, ast.FunctionDef | ast.ClassDef):
            yield each.name
        elif isinstance(each, ast.alias):
            yield each.asname or each.name.split(".")[0]
