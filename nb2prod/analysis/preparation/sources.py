"""Where rows like the request can be had: raw tables as they were read, and what the model was fitted to."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Mapping, Set
from dataclasses import dataclass

from nb2prod.analysis.inference.expressions import PREDICTING, SELECTING, root_name
from nb2prod.analysis.inference.model import Inference
from nb2prod.analysis.model import Dataflow, Kind, Statement
from nb2prod.analysis.preparation.inlining import Inlining
from nb2prod.analysis.preparation.values import Rows, Shape

FITTING = {"fit", "score", "evaluate"} | PREDICTING - {"transform", "inverse_transform"}
PLAIN = (ast.Name, ast.Subscript, ast.Attribute)
MOST_STEPS = 50
"""From a request back to the name that it comes from: names may go in circles."""


@dataclass(frozen=True)
class Place:
    """A value of the notebook at one place."""

    statement: int
    after: bool
    """Whether it is taken behind the statement and not before."""
    expression: str


def raw_tables(flow: Dataflow, inference: Inference) -> list[Place]:
    """Return the tables that the notebook reads before the request, as they were read, the last first."""
    walk = Inlining(flow)
    for statement in flow.statements[: inference.first]:
        walk.run(statement)
    found = [
        Place(statement, True, name)
        for (name, statement), held in walk.origins.items()
        if isinstance(held, Rows) and held.shape in {Shape.FRAME, Shape.ARRAY, Shape.UNKNOWN}
    ]
    return found[::-1]


def picked_from(inference: Inference) -> frozenset[str]:
    """Return the names of which the request is only picked rows: what they hold is as far on its way as the request."""
    setup = ast.parse(inference.setup)
    made: dict[str, ast.expr] = {}
    for node in ast.walk(setup):
        match node:
            case ast.Assign(targets=[ast.Name(id=name)], value=value) | ast.For(target=ast.Name(id=name), iter=value):
                made[name] = value
    found = (_picked(made[name], made) for name in inference.inputs if name in made)
    return frozenset(name for name in found if name)


def _picked(node: ast.expr, made: Mapping[str, ast.expr]) -> str:
    """Return the name that ``node`` picks rows of, empty where it does more than that."""
    for _ in range(MOST_STEPS):
        match node:
            case ast.Name(id=name) if name in made:
                node = made[name]
            case ast.Name(id=name):
                return name
            case ast.Call(func=ast.Name(id="next" | "iter"), args=[value, *_]):
                node = value
            case ast.Call(func=ast.Attribute(value=value, attr=method)) if method in SELECTING:
                node = value
            case ast.Attribute(value=value, attr=name) if name in SELECTING:
                node = value
            case ast.Subscript(value=value):
                node = value
            case _:
                return ""
    return ""


def fitted_rows(flow: Dataflow, inference: Inference) -> list[Place]:
    """Return what the models that answer were fitted to at the top level."""
    return rows_of_model(flow, inference, frozenset({"fit"}))


def rows_of_model(flow: Dataflow, inference: Inference, methods: Set[str] = FITTING) -> list[Place]:
    """Return what the models that answer were fitted to and asked about at the top level, before the request."""
    models = _models(flow, inference)
    found = []
    for statement in flow.statements:
        if statement.index in inference.body or statement.kind in {Kind.IMPORT, Kind.FUNCTION, Kind.CLASS}:
            continue
        for call in _simple_calls(statement, methods):
            assert isinstance(call.func, ast.Attribute)
            made = statement.facts.definitions if isinstance(call.func.value, ast.Call) else frozenset[str]()
            if models & {root_name(call.func), *made} and isinstance(call.args[0], PLAIN):
                found.append(Place(statement.index, False, ast.unparse(call.args[0])))
    return list(dict.fromkeys(found))


def _simple_calls(statement: Statement, methods: Set[str]) -> Iterator[ast.Call]:
    """Yield calls that fit or ask something, where they are sure to run just once."""
    if not isinstance(statement.node, ast.Assign | ast.Expr | ast.AnnAssign):
        return
    for node in ast.walk(statement.node):
        if isinstance(node, ast.Call) and node.args and getattr(node.func, "attr", "") in methods:
            yield node


def _models(flow: Dataflow, inference: Inference) -> set[str]:
    """Return the names that are asked for the answer, and those that they were taken from."""
    code = [ast.parse(inference.run)]
    called = {n.id for part in code for n in ast.walk(part) if isinstance(n, ast.Name)}
    functions = [s for s in flow.statements if s.kind in {Kind.FUNCTION, Kind.CLASS} and s.facts.definitions & called]
    asked = {
        root_name(node.func)
        for part in (*code, *(s.node for s in functions))
        for node in ast.walk(part)
        if isinstance(node, ast.Call) and _asks(node)
    }
    for statement in reversed(flow.statements):
        node = statement.node
        if isinstance(node, ast.Assign) and isinstance(node.value, PLAIN) and statement.facts.definitions & asked:
            asked.add(root_name(node.value))
    return asked - {""}


def _asks(node: ast.Call) -> bool:
    return isinstance(node.func, ast.Attribute) and node.func.attr in FITTING - {"fit"}
