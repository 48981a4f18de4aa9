"""Code to the names that a loop in it learns: values that are set anew, again and again, from what they were before.

``theta = theta - rate * gradient(theta)`` learns, and so do two steps that need each other, as those of k-means do.
``total += x`` does not: how much is added does not depend on the total.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator, Mapping

from nb2prod.analysis.inference.expressions import loaded_names, root_name

Functions = Mapping[str, ast.FunctionDef]
Needs = dict[str, set[str]]
Loop = ast.For | ast.AsyncFor | ast.While
DEEPEST = 5


def learnt_in(node: ast.AST, functions: Functions) -> set[str]:
    """Return the names that loops directly below ``node`` learn; ``functions`` are the notebook's own."""
    found: set[str] = set()
    for loop in _outside_functions(node):
        if isinstance(loop, Loop):
            found |= _cyclic(_needs(loop, functions))
    return found


def learns(node: ast.AST, functions: Functions, depth: int = 0) -> bool:
    """Return whether code learns by a loop, in itself or in the functions of the notebook's that it calls."""
    if learnt_in(node, functions):
        return True
    called = (functions[name] for name in sorted(own_calls(node)) if name in functions)
    return depth < DEEPEST and any(learns(_body(each), functions, depth + 1) for each in called)


def own_calls(node: ast.AST) -> set[str]:
    """Return the plain names that are called outside nested functions."""
    calls = (each for each in _outside_functions(node) if isinstance(each, ast.Call))
    return {call.func.id for call in calls if isinstance(call.func, ast.Name)}


def _body(function: ast.FunctionDef) -> ast.Module:
    return ast.Module(function.body, [])


def _outside_functions(node: ast.AST) -> Iterator[ast.AST]:
    yield node
    for child in ast.iter_child_nodes(node):
        if not isinstance(child, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef | ast.Lambda):
            yield from _outside_functions(child)


def _needs(loop: Loop, functions: Functions) -> Needs:
    """Return, for each name that one turn of a loop sets, the names that its new value is made of."""
    needs: Needs = {}
    for part in [*loop.body, *loop.orelse]:
        for node in _outside_functions(part):
            for name, read in _set_by(node, functions):
                needs.setdefault(name, set()).update(read)
    return needs


def _set_by(node: ast.AST, functions: Functions) -> Iterator[tuple[str, set[str]]]:
    if isinstance(node, ast.Assign):
        for target in node.targets:
            yield from _assigned(target, node.value)
    elif isinstance(node, ast.AnnAssign) and node.value is not None:
        yield from _assigned(node.target, node.value)
    elif isinstance(node, ast.AugAssign):
        yield root_name(node.target), loaded_names(node.value)
    elif isinstance(node, ast.For | ast.AsyncFor):
        for target in _stored(node.target):
            yield root_name(target), loaded_names(node.iter)
    elif isinstance(node, ast.Expr) and isinstance(node.value, ast.Call) and isinstance(node.value.func, ast.Name):
        function = functions.get(node.value.func.id)
        if function is not None:
            given = set().union(*(loaded_names(each) for each in node.value.args))
            for name in changed_by(function, node.value):
                yield name, given | loaded_names(_body(function))


def _assigned(target: ast.expr, value: ast.expr) -> Iterator[tuple[str, set[str]]]:
    targets = list(_stored(target))
    if isinstance(value, ast.Tuple) and len(value.elts) == len(targets):
        for each, part in zip(targets, value.elts, strict=True):
            yield root_name(each), _needed_by(each, part)
        return
    for each in targets:
        yield root_name(each), _needed_by(each, value)


def _needed_by(target: ast.expr, value: ast.expr) -> set[str]:
    """Return what a new value is made of; what is only added to, or passed through a call, does not need itself."""
    name, read = root_name(target), loaded_names(value)
    if name not in read:
        return read
    if isinstance(value, ast.BinOp) and isinstance(value.op, ast.Add | ast.Sub) and not _joins(value):
        old = ast.unparse(target)
        rest = [part for part in (value.left, value.right) if ast.unparse(part) != old]
        return set().union(*(loaded_names(part) for part in rest))
    return read - {name}


def _joins(value: ast.BinOp) -> bool:
    """Return whether lists or texts are put together, as in ``window[1:] + [x]``."""
    parts = (value.left, value.right)
    texts = any(isinstance(p, ast.Constant) and isinstance(p.value, str) for p in parts)
    return texts or any(isinstance(p, ast.List | ast.Tuple | ast.JoinedStr) for p in parts)


def _stored(target: ast.expr) -> Iterator[ast.expr]:
    if isinstance(target, ast.Tuple | ast.List):
        for each in target.elts:
            yield from _stored(each)
    elif isinstance(target, ast.Name | ast.Subscript | ast.Attribute):
        yield target


def changed_by(function: ast.FunctionDef, call: ast.Call) -> set[str]:
    """Return the caller's names whose objects a function stores into: its arguments, and what it finds outside."""
    parameters = [each.arg for each in (*function.args.posonlyargs, *function.args.args)]
    declared = {n for each in ast.walk(function) if isinstance(each, ast.Global) for n in each.names}
    local = {n.id for n in ast.walk(function) if isinstance(n, ast.Name) and isinstance(n.ctx, ast.Store)} - declared
    loops = {
        target.id: root_name(each.iter)
        for each in ast.walk(function)
        if isinstance(each, ast.For) and isinstance(target := each.target, ast.Name)
    }
    given = dict(zip(parameters, call.args, strict=False))
    found: set[str] = set()
    for node in ast.walk(function):
        if not isinstance(node, ast.Assign | ast.AugAssign):
            continue
        for target in node.targets if isinstance(node, ast.Assign) else [node.target]:
            name = root_name(target)
            name = loops.get(name, name)
            if isinstance(target, ast.Name) and isinstance(node, ast.Assign) and name not in declared:
                continue
            if name in given:
                found |= loaded_names(given[name])
            elif name in declared or name not in {*local, *parameters}:
                found.add(name)
    return found - {""}


def _cyclic(needs: Needs) -> set[str]:
    """Return the names that need themselves, in one step or in several."""
    found: set[str] = set()
    for name in sorted(needs):
        pending, seen = sorted(needs[name]), set[str]()
        while pending and name not in seen:
            each = pending.pop()
            if each not in seen:
                seen.add(each)
                pending += sorted(needs.get(each, ()))
        if name in seen:
            found.add(name)
    return found
