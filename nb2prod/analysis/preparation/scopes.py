"""Names replaced in syntax, but for those that a lambda, a comprehension or a function there has of its own."""

from __future__ import annotations

import ast
from collections.abc import Mapping, Sequence

from nb2prod.analysis.preparation.values import Stuck

Comprehension = ast.ListComp | ast.SetComp | ast.DictComp | ast.GeneratorExp


class Scoped(ast.NodeTransformer):
    """Replaces names by expressions where they are read; raises ``Stuck`` where a name in such an expression would
    come to mean what is bound around it."""

    def __init__(self, parts: Mapping[str, ast.expr]) -> None:
        self.parts = parts
        self.own: frozenset[str] = frozenset()
        """What the lambdas and comprehensions around bind."""

    def visit_Name(self, node: ast.Name) -> ast.AST:
        """Replace a name that is not bound around it."""
        found = self.parts.get(node.id)
        if found is None or node.id in self.own or not isinstance(node.ctx, ast.Load):
            return node
        return self.put(found)

    def put(self, found: ast.expr) -> ast.AST:
        """Return what stands in the place of a name."""
        taken = self.own and {n.id for n in ast.walk(found) if isinstance(n, ast.Name)} & self.own
        if taken:
            why = f"`{min(taken)}` is the name of a table or a value, and of a parameter inside of an expression"
            raise Stuck(why, f"give `{min(taken)}` another name in one of the two places")
        return found

    def visit_Lambda(self, node: ast.Lambda) -> ast.AST:
        """Leave the parameters alone."""
        self._arguments(node.args)
        node.body = self._inside([node.body], arguments(node))[0]  # type: ignore[assignment]
        return node

    def visit_FunctionDef(self, node: ast.FunctionDef) -> ast.AST:
        """Leave the parameters and what is assigned inside alone."""
        self._arguments(node.args)
        made = {
            n.id for s in node.body for n in ast.walk(s) if isinstance(n, ast.Name) and isinstance(n.ctx, ast.Store)
        }
        node.body = self._inside(node.body, arguments(node) | made)  # type: ignore[assignment]
        return node

    def visit_ListComp(self, node: ast.ListComp) -> ast.AST:
        """Leave the variables alone."""
        return self._comprehension(node)

    def visit_SetComp(self, node: ast.SetComp) -> ast.AST:
        """Leave the variables alone."""
        return self._comprehension(node)

    def visit_GeneratorExp(self, node: ast.GeneratorExp) -> ast.AST:
        """Leave the variables alone."""
        return self._comprehension(node)

    def visit_DictComp(self, node: ast.DictComp) -> ast.AST:
        """Leave the variables alone."""
        return self._comprehension(node)

    def _comprehension(self, node: Comprehension) -> ast.AST:
        first, *others = node.generators
        first.iter = self.visit(first.iter)  # which is outside of what it binds
        outer, self.own = self.own, self.own | variables(node)
        try:
            first.target, first.ifs = self.visit(first.target), [self.visit(each) for each in first.ifs]
            node.generators = [first, *(self.visit(each) for each in others)]
            if isinstance(node, ast.DictComp):
                node.key, node.value = self.visit(node.key), self.visit(node.value)
            else:
                node.elt = self.visit(node.elt)
        finally:
            self.own = outer
        return node

    def _arguments(self, node: ast.arguments) -> None:
        node.defaults = [self.visit(each) for each in node.defaults]
        node.kw_defaults = [each if each is None else self.visit(each) for each in node.kw_defaults]

    def _inside(self, nodes: Sequence[ast.AST], own: set[str]) -> list[ast.AST]:
        outer, self.own = self.own, self.own | own
        try:
            return [self.visit(each) for each in nodes]
        finally:
            self.own = outer


def arguments(node: ast.Lambda | ast.FunctionDef) -> set[str]:
    """Return names of the parameters."""
    return {n.arg for n in ast.walk(node.args) if isinstance(n, ast.arg)}


def variables(node: Comprehension) -> set[str]:
    """Return the variables of a comprehension."""
    targets = (n for part in node.generators for n in ast.walk(part.target))
    return {n.id for n in targets if isinstance(n, ast.Name) and isinstance(n.ctx, ast.Store)}
