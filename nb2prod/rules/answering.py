"""The inference section to what runs for each request: its statements, and those of the functions that it calls."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property

from nb2prod.analysis.children import walked
from nb2prod.analysis.inference.expressions import loaded_names, root_name
from nb2prod.analysis.inference.model import Inference
from nb2prod.analysis.model import Dataflow, Kind, Statement

FunctionNode = ast.FunctionDef | ast.AsyncFunctionDef


@dataclass(frozen=True)
class Step:
    """One statement, or the head of a compound one, that runs for each request."""

    node: ast.AST
    cell: int
    line: int
    asked: frozenset[str]
    """Names that hold what was asked there, or something made of it."""
    function: str = ""
    """Name of the notebook's function that it stands in, if in one."""

    def calls(self) -> Sequence[ast.Call]:
        """Return the calls in it, those in lambdas included."""
        return self._calls

    @cached_property
    def _calls(self) -> Sequence[ast.Call]:
        return [node for node in walked(self.node) if isinstance(node, ast.Call)]

    def is_asked(self, node: ast.AST) -> bool:
        """Say whether ``node`` reads something that was made of what was asked."""
        return not self.asked.isdisjoint(loaded_names(node))


@dataclass(frozen=True)
class Answering:
    """How a request becomes an answer."""

    inference: Inference
    steps: tuple[Step, ...]
    outside: frozenset[str]
    """Names of the notebook, no functions, that the steps read and that are not made of what was asked."""


def answering_of(flow: Dataflow, inference: Inference) -> Answering:
    """Return what runs for each request, in order; functions that call one another are looked into once."""
    walk = _Walk(_functions(flow), frozenset(inference.inputs))
    for index in inference.body:
        statement = flow.statements[index]
        text = inference.run if inference.function else inference.rewritten.get(index)
        if text is None:
            walk.through([statement.node], statement.cell)
        else:  # written for the request: its lines are none of the notebook's
            walk.through(ast.parse(text).body, statement.cell, statement.line)
    read = {name for step in walk.steps if not step.function for name in loaded_names(step.node)}
    read |= {name for statement in walk.entered for name in statement.facts.deferred}
    defined = {name for index in inference.body for name in flow.statements[index].facts.definitions}
    known = {name for statement in flow.statements if _is_value(statement) for name in statement.facts.definitions}
    outside = (read & known) - defined - set(inference.inputs)
    return Answering(inference, tuple(walk.steps), frozenset(outside))


def _functions(flow: Dataflow) -> dict[str, Statement]:
    return {s.node.name: s for s in flow.statements if isinstance(s.node, FunctionNode)}


def _is_value(statement: Statement) -> bool:
    return statement.kind in {Kind.OTHER, Kind.CONSTANT}


@dataclass
class _Walk:
    """What was met so far."""

    functions: Mapping[str, Statement]
    asked: frozenset[str]
    steps: list[Step] = field(default_factory=list)
    entered: list[Statement] = field(default_factory=list)
    seen: set[tuple[str, frozenset[str]]] = field(default_factory=set)
    _function: str = ""

    def through(self, body: Sequence[ast.stmt], cell: int, line: int = 0) -> None:
        """Take the statements of a body in turn; ``line`` is said of all of them where it is given."""
        for node in body:
            if isinstance(node, FunctionNode | ast.ClassDef):
                continue
            blocks = [
                block for name in ("body", "orelse", "finalbody") for block in (getattr(node, name, None),) if block
            ]
            heads: Sequence[ast.AST] = list(_heads(node)) if blocks else [node]
            for head in heads:
                self._step(head, cell, line or node.lineno)
            self._bind(node)
            for block in blocks:
                self.through(block, cell, line)
            for handler in getattr(node, "handlers", ()):
                self.through(handler.body, cell, line)

    def _step(self, node: ast.AST, cell: int, line: int) -> None:
        step = Step(node, cell, line, self.asked, self._function)
        self.steps.append(step)
        for call in step.calls():
            if isinstance(call.func, ast.Name) and call.func.id in self.functions:
                self._enter(call, self.functions[call.func.id], step)

    def _enter(self, call: ast.Call, statement: Statement, step: Step) -> None:
        function = statement.node
        assert isinstance(function, FunctionNode)
        asked = frozenset(_parameters_asked(function, call, step))
        if (function.name, asked) in self.seen:
            return
        self.seen.add((function.name, asked))
        self.entered.append(statement)
        before = self.asked, self._function
        self.asked, self._function = asked, function.name
        self.through(function.body, statement.cell)
        self.asked, self._function = before

    def _bind(self, node: ast.stmt) -> None:
        """Follow what was asked into the names that a statement gives values."""
        value, targets = _bound(node)
        if value is None:
            return
        if not self.asked.isdisjoint(loaded_names(value)):
            self.asked |= {name for target in targets for name in _stored(target)}
        elif not isinstance(node, ast.AugAssign | ast.For | ast.AsyncFor):
            self.asked -= {target.id for target in targets if isinstance(target, ast.Name)}


def _heads(node: ast.stmt) -> Iterator[ast.AST]:
    """Yield the expressions of a compound statement that are not in its blocks."""
    for name, value in ast.iter_fields(node):
        if name not in {"body", "orelse", "finalbody", "handlers"}:
            yield from (each for each in (value if isinstance(value, list) else [value]) if isinstance(each, ast.AST))


def _bound(node: ast.stmt) -> tuple[ast.expr | None, list[ast.expr]]:
    match node:
        case ast.Assign(targets=targets, value=value):
            return value, targets
        case ast.AnnAssign(target=target, value=value) | ast.AugAssign(target=target, value=value):
            return value, [target]
        case ast.For(target=target, iter=value) | ast.AsyncFor(target=target, iter=value):
            return value, [target]
        case ast.With(items=items):
            named = [item.optional_vars for item in items if item.optional_vars is not None]
            return (items[0].context_expr, named) if named else (None, [])
    return None, []


def _stored(target: ast.expr) -> Iterator[str]:
    """Yield the names whose values a target changes: ``df`` of ``df["a"]``."""
    match target:
        case ast.Tuple(elts=elements) | ast.List(elts=elements):
            for element in elements:
                yield from _stored(element)
        case ast.Starred(value=value):
            yield from _stored(value)
        case _:
            name = root_name(target)
            if name:
                yield name


def _parameters_asked(function: FunctionNode, call: ast.Call, step: Step) -> Iterator[str]:
    """Yield the parameters that are given something made of what was asked."""
    positional = [each.arg for each in (*function.args.posonlyargs, *function.args.args)]
    for place, argument in enumerate(call.args):
        if step.is_asked(argument):
            if isinstance(argument, ast.Starred):
                yield from positional[place:]
            elif place < len(positional):
                yield positional[place]
    for keyword in call.keywords:
        if step.is_asked(keyword.value):
            yield keyword.arg or (function.args.kwarg.arg if function.args.kwarg else "")
