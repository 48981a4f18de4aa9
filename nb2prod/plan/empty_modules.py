"""The statements that make a PyTorch module before its state is loaded, and what they need."""

from __future__ import annotations

import ast
from collections.abc import Collection

from nb2prod.analysis.model import Kind
from nb2prod.capture.model import Evidence
from nb2prod.errors import Problem
from nb2prod.plan.graph import Graph

VALUES = frozenset({"json", "numpy", "tensor"})
"""Kinds of what a module is made with that are saved beside its state, and not made again."""

LIGHT = frozenset({"torch", "tensor", "json", "callable", "module", "object"})
"""Kinds of what may be made again on the way to an empty module."""

TRAINING = frozenset({"backward", "step", "fit", "zero_grad"})
"""Methods that PyTorch's models are trained by."""

SAME = frozenset({"eval", "train", "to", "cpu", "cuda", "float", "double"})
"""Methods of PyTorch's modules that give the module itself."""


def build(
    graph: Graph, name: str, sources: frozenset[int], evidence: Evidence
) -> tuple[tuple[int, ...], dict[str, frozenset[int]], list[Problem]]:
    """Return the statements that make the empty object, and the values they need (name to statements)."""
    definition = _definition(graph, name, sources)
    if definition is None:
        problem = Problem(f"the statement that makes `{name}` was not found", graph.place(max(sources)), "name it once")
        return (), {}, [problem]
    statements: set[int] = set()
    needs: dict[str, frozenset[int]] = {}
    waiting = [definition]
    while waiting:
        index = waiting.pop()
        if index in statements:
            continue
        statements.add(index)
        for need, makers in graph.needs(index).items():
            if need.startswith("<"):
                continue
            rest = frozenset(m for m in makers if not graph.is_import(m) and m not in graph.lifted)
            info = evidence.values.get(need)
            if not rest:
                continue
            if rest <= set(graph.parameters.values()) or (info is not None and info.kind in VALUES):
                needs[need] = rest
            else:
                waiting += rest
    return tuple(sorted(statements)), needs, []


def only_makes(graph: Graph, statements: Collection[int], evidence: Evidence) -> bool:
    """Return whether statements make a module and no more: none trains it, or prepares tables for its size."""
    for index in statements:
        statement = graph.flow.statements[index]
        if not isinstance(statement.node, ast.Assign | ast.AnnAssign) or _trains(graph, index):
            return False
        made = (evidence.values.get(name) for name in statement.facts.definitions)
        if any(info is not None and info.kind not in LIGHT for info in made):
            return False
    return bool(statements)


def _trains(graph: Graph, index: int) -> bool:
    """Return whether a statement calls, in its own text or in that of the notebook's functions, what trains."""
    waiting, seen = [index], set[int]()
    while waiting:
        current = waiting.pop()
        if current in seen:
            continue
        seen.add(current)
        statement = graph.flow.statements[current]
        calls = (n.func for n in ast.walk(statement.node) if isinstance(n, ast.Call))
        if any(isinstance(called, ast.Attribute) and called.attr in TRAINING for called in calls):
            return True
        read = statement.facts.references | statement.facts.deferred
        definers = (i for name in read for i in graph.definers.get(name, ()))
        waiting += [i for i in definers if graph.flow.statements[i].kind is Kind.FUNCTION]
    return False


def _only_trains(graph: Graph, name: str, index: int) -> bool:
    """Return whether a statement hands an object to a function of the notebook's that gives the same object back, as in
    ``model = train(model, loader)``: it makes no new one."""
    value = getattr(graph.flow.statements[index].node, "value", None)
    if not isinstance(value, ast.Call) or not isinstance(value.func, ast.Name):
        return False
    for source in sorted(graph.flow.sources[index].get(value.func.id, ())):
        function = graph.flow.statements[source].node
        if isinstance(function, ast.FunctionDef):
            names = [each.arg for each in (*function.args.posonlyargs, *function.args.args)]
            given = [*zip(names, value.args, strict=False), *((k.arg, k.value) for k in value.keywords)]
            handed = {parameter for parameter, each in given if isinstance(each, ast.Name) and each.id == name}
            return bool(handed) and _gives_back(function, handed)
    return False


def _gives_back(function: ast.FunctionDef, parameters: Collection[str | None]) -> bool:
    """Return whether a function always returns one of its parameters, and never puts something else in its place."""
    nodes = list(ast.walk(function))
    anew = {n.id for n in nodes if isinstance(n, ast.Name) and isinstance(n.ctx, ast.Store)} & set(parameters)
    returned = [n.value for n in nodes if isinstance(n, ast.Return)]
    parts = [each.elts if isinstance(each, ast.Tuple) else [each] for each in returned]
    same = [any(_same_object(each) in parameters for each in part) for part in parts]
    return not anew and bool(same) and all(same)


def _same_object(node: ast.expr | None) -> str:
    """Return the name of the object that an expression is: ``model``, ``model.eval()``; empty where it is another."""
    if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr in SAME:
        node = node.func.value
    return node.id if isinstance(node, ast.Name) else ""


def _definition(graph: Graph, name: str, sources: frozenset[int]) -> int | None:
    """Return the statement that bound ``name``, looking through the ones that only changed it."""
    seen: set[int] = set()
    waiting = sorted(sources)
    while waiting:
        index = waiting.pop()
        if index in seen:
            continue
        seen.add(index)
        if name in graph.flow.statements[index].facts.definitions and not _only_trains(graph, name, index):
            return index
        waiting += sorted(graph.needs(index).get(name, frozenset()))
    return None
