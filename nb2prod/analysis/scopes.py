"""A function, lambda or class body to the names that it binds and the outer names that it uses."""

from __future__ import annotations

import ast
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from nb2prod.analysis.children import children_of

Function = ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda
Comprehension = ast.ListComp | ast.SetComp | ast.DictComp | ast.GeneratorExp


@dataclass
class Scope:
    """The names of one function or class: what it binds itself, and what it takes from outside."""

    bound: set[str] = field(default_factory=set)
    read: set[str] = field(default_factory=set)
    declared_global: set[str] = field(default_factory=set)
    declared_nonlocal: set[str] = field(default_factory=set)
    children: list[Scope] = field(default_factory=list)
    is_class: bool = False

    def free(self) -> set[str]:
        """Return the names that it and its nested functions take from outside, ``global`` ones included."""
        wanted = set(self.read) | self.declared_nonlocal
        own = self.bound - self.declared_global - self.declared_nonlocal
        for child in self.children:
            # A class body's names are invisible to the functions in it.
            taken = child.free()
            wanted |= taken if self.is_class else taken - (own - child.forced_global())
        outside = (wanted - own) | (self.read & self.declared_global) | self.forced_global()
        if self.is_class:
            outside |= set().union(*(child.free() for child in self.children))
        return outside

    def forced_global(self) -> set[str]:
        """Return the names that it or a nested function declares ``global``."""
        return self.declared_global.union(*(child.forced_global() for child in self.children))

    def assigned_globals(self) -> set[str]:
        """Return the names that it or a nested function binds through ``global``."""
        own = self.declared_global & self.bound
        return own.union(*(child.assigned_globals() for child in self.children))


def function_scope(node: Function) -> Scope:
    """Return the scope of a function's body; decorators, defaults and annotations belong to the scope around it."""
    scope = Scope(bound={each.arg for each in arguments(node.args)})
    body = [node.body] if isinstance(node, ast.Lambda) else node.body
    _fill(scope, body)
    return scope


def class_scope(node: ast.ClassDef) -> Scope:
    """Return the scope of a class's body."""
    scope = body_scope(node.body)
    scope.bound |= {"__module__", "__qualname__"}
    return scope


def body_scope(body: Iterable[ast.stmt]) -> Scope:
    """Return the scope of statements that stand in a class's body."""
    scope = Scope(is_class=True)
    _fill(scope, body)
    return scope


def arguments(node: ast.arguments) -> Iterator[ast.arg]:
    """Yield every parameter in order, ``*args`` and ``**kwargs`` at their place."""
    yield from node.posonlyargs
    yield from node.args
    if node.vararg:
        yield node.vararg
    yield from node.kwonlyargs
    if node.kwarg:
        yield node.kwarg


def evaluated_outside(node: Function) -> Iterator[ast.expr]:
    """Yield what runs when the function is defined: decorators, defaults, annotations."""
    if not isinstance(node, ast.Lambda):
        yield from node.decorator_list
        if node.returns:
            yield node.returns
        yield from (each.annotation for each in arguments(node.args) if each.annotation)
    yield from node.args.defaults
    yield from (default for default in node.args.kw_defaults if default)


_OWN_SCOPES = frozenset((ast.FunctionDef, ast.AsyncFunctionDef, ast.Lambda, ast.ClassDef))
_BINDING = frozenset(
    (
        ast.FunctionDef, ast.AsyncFunctionDef, ast.Lambda, ast.ClassDef, ast.ListComp, ast.SetComp, ast.DictComp,
        ast.GeneratorExp, ast.Global, ast.Nonlocal, ast.Import, ast.ImportFrom, ast.AnnAssign, ast.MatchAs,
        ast.MatchStar, ast.MatchMapping, ast.ExceptHandler, ast.AugAssign,
    )
)  # fmt: skip
"""What binds names otherwise than by a name that is set, or has a scope of its own."""


def _fill(scope: Scope, body: Iterable[ast.AST]) -> None:
    pending: list[ast.AST] = list(body)
    while pending:
        node = pending.pop()
        if isinstance(node, ast.Name):
            (scope.read if isinstance(node.ctx, ast.Load) else scope.bound).add(node.id)
        elif type(node) not in _BINDING:
            pending += children_of(node)
        elif isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda):
            if not isinstance(node, ast.Lambda):
                scope.bound.add(node.name)
            scope.children.append(function_scope(node))
            pending.extend(evaluated_outside(node))
        elif isinstance(node, ast.ClassDef):
            scope.bound.add(node.name)
            scope.children.append(class_scope(node))
            pending.extend([*node.decorator_list, *node.bases, *(each.value for each in node.keywords)])
        elif isinstance(node, ast.ListComp | ast.SetComp | ast.DictComp | ast.GeneratorExp):
            scope.children.append(_comprehension_scope(node, scope))
        else:
            _fill_other(scope, node, pending)


def _fill_other(scope: Scope, node: ast.AST, pending: list[ast.AST]) -> None:
    if isinstance(node, ast.Global):
        scope.declared_global.update(node.names)
    elif isinstance(node, ast.Nonlocal):
        scope.declared_nonlocal.update(node.names)
    elif isinstance(node, ast.Import | ast.ImportFrom):
        scope.bound.update((each.asname or each.name.partition(".")[0]) for each in node.names if each.name != "*")
    elif isinstance(node, ast.AnnAssign):
        # Annotations of a function's variables are never evaluated; those of a class's are.
        pending.extend([node.target, *([node.value] if node.value else []), *([node.annotation] * scope.is_class)])
    else:
        scope.bound.update(pattern_names(node))
        if isinstance(node, ast.ExceptHandler) and node.name:
            scope.bound.add(node.name)
        if isinstance(node, ast.AugAssign) and isinstance(node.target, ast.Name):
            scope.read.add(node.target.id)
        pending += children_of(node)


def pattern_names(node: ast.AST) -> Iterator[str]:
    """Yield the name that a match pattern binds itself, not those of the patterns in it."""
    name = None
    if isinstance(node, ast.MatchAs | ast.MatchStar):
        name = node.name
    elif isinstance(node, ast.MatchMapping):
        name = node.rest
    if name:
        yield name


def _comprehension_scope(node: Comprehension, outer: Scope) -> Scope:
    scope = Scope()
    inner: list[ast.AST] = [node.key, node.value] if isinstance(node, ast.DictComp) else [node.elt]
    inner.extend(node.generators)
    _fill(scope, inner)
    walrus = _walrus_names(inner)
    targets = {
        each.id
        for generator in node.generators
        for each in ast.walk(generator.target)
        if isinstance(each, ast.Name) and isinstance(each.ctx, ast.Store)
    }
    escaping = walrus - targets
    # ``:=`` in a comprehension binds around it.
    scope.bound -= escaping
    scope.read |= escaping & scope.read
    outer.bound |= escaping
    first = Scope()
    _fill(first, [node.generators[0].iter])
    outer.read |= first.read
    outer.children.extend(first.children)
    return scope


def _walrus_names(nodes: Iterable[ast.AST]) -> set[str]:
    found: set[str] = set()
    pending = list(nodes)
    while pending:
        node = pending.pop()
        if isinstance(node, ast.NamedExpr):
            found.add(node.target.id)
        if type(node) not in _OWN_SCOPES:
            pending += children_of(node)
    return found
