"""Models that group the rows they are fitted on: the groups are what the model answers about these rows."""

from __future__ import annotations

import ast
import copy
from dataclasses import replace

from nb2prod.analysis.model import Dataflow
from nb2prod.analysis.suggest.answers.following import inserted, marked
from nb2prod.analysis.suggest.roles import Role
from nb2prod.analysis.suggest.values import Fit

GROUPS = "labels_"
"""The attribute that holds the groups of the rows that a model was fitted on."""


def asked_about_own_rows(flow: Dataflow, fit: Fit) -> tuple[Dataflow, frozenset[int]]:
    """Return the dataflow with ``model.predict(rows)`` in place of ``model.fit_predict(rows)`` and ``model.labels_``,
    and the statements that ask so; every statement keeps its index."""
    nothing = flow, frozenset[int]()
    name, rows = fit.name or fit.text, fit.data.text if fit.data is not None else ""
    if fit.model.role is not Role.MODEL or not name.isidentifier() or not rows or fit.through or fit.in_loop:
        return nothing
    changed: dict[int, ast.stmt] = {}
    for statement in flow.statements[fit.statement :]:
        same = flow.sources[statement.index].get(name) == flow.sources_after(fit.statement).get(name)
        if statement.index != fit.statement and not same:
            continue
        asking = _Asking(name, marked(ast.parse(rows, mode="eval").body, fit.statement))
        made = asking.visit(copy.deepcopy(statement.node))
        if asking.found:
            changed[statement.index] = made
    if not changed:
        return nothing
    statements = tuple(replace(s, node=changed.get(s.index, s.node)) for s in flow.statements)
    return replace(flow, statements=statements), frozenset(changed)


class _Asking(ast.NodeTransformer):
    """Asks a model about the rows that it was fitted on."""

    def __init__(self, name: str, rows: ast.expr) -> None:
        self.name, self.rows, self.found = name, rows, 0

    def visit_Call(self, node: ast.Call) -> ast.AST:
        found = self.generic_visit(node)
        match found:
            case ast.Call(func=ast.Attribute(value=ast.Name(id=name), attr="fit_predict")) if name == self.name:
                return self._asked(node.args[0] if node.args else self.rows)
        return found

    def visit_Attribute(self, node: ast.Attribute) -> ast.AST:
        found = self.generic_visit(node)
        match found:
            case ast.Attribute(value=ast.Name(id=name), attr=attribute) if (name, attribute) == (self.name, GROUPS):
                return self._asked(self.rows)
        return found

    def _asked(self, rows: ast.expr) -> ast.expr:
        self.found += 1
        return ast.Call(ast.Attribute(inserted(self.name), "predict", ast.Load()), [rows], [])
