"""A ``def``, ``lambda`` or ``class`` to what is known of it before it is called."""

from __future__ import annotations

import ast

from nb2prod.analysis.scopes import Function, Scope, class_scope, function_scope
from nb2prod.analysis.things import Code


def code_of(node: Function, visible: frozenset[str] = frozenset(), *, is_method: bool = False) -> Code:
    """Return a function's code; ``visible`` are the names of the functions around it."""
    return _code(node, function_scope(node), visible, is_method=is_method)


def class_code(node: ast.ClassDef, visible: frozenset[str] = frozenset()) -> Code:
    """Return a class's code with its methods; ``reads`` are the global names that the methods read."""
    scope = class_scope(node)
    found = _code(node, scope, visible)
    deferred: set[str] = set()
    for each in _functions_in(node.body):
        method = code_of(each, visible, is_method=True)
        found.methods[_method_name(each)] = method
        deferred |= method.reads
    for child in scope.children:
        deferred |= child.free() - visible
    found.reads = frozenset(deferred)
    return found


def _method_name(node: ast.FunctionDef | ast.AsyncFunctionDef) -> str:
    """Return a method's name; a property's setter is ``name.setter``."""
    for each in node.decorator_list:
        if isinstance(each, ast.Attribute) and each.attr in {"setter", "deleter"}:
            return f"{node.name}.{each.attr}"
    return node.name


def _code(node: Function | ast.ClassDef, scope: Scope, visible: frozenset[str], *, is_method: bool = False) -> Code:
    free = scope.free()
    captured = (free & visible) - scope.declared_global
    return Code(
        node=node,
        reads=frozenset(free - captured),
        writes=frozenset(scope.assigned_globals()),
        local=frozenset(scope.bound - scope.declared_global - scope.declared_nonlocal),
        captured=frozenset(captured),
        rebinds=frozenset(scope.declared_nonlocal & scope.bound),
        is_method=is_method,
    )


def _functions_in(body: list[ast.stmt]) -> list[ast.FunctionDef | ast.AsyncFunctionDef]:
    found: list[ast.FunctionDef | ast.AsyncFunctionDef] = []
    for node in body:
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            found.append(node)
        elif isinstance(node, ast.If | ast.Try | ast.With):
            found.extend(_functions_in(node.body))
    return found
