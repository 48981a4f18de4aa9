"""Expressions that the notebook shows and nobody keeps: their values are noted while the cell runs."""

from __future__ import annotations

import ast
from typing import Any

PATH = "__import__('sys').modules[{!r}].session.note({!r}, 0)"


class Showing:
    """Stands among IPython's AST transformers, where each cell comes by before it runs.

    ``wanted`` has for a cell's index a list of ``{"statement": source, "expressions": [[name, source, report], ...]}``;
    ``report`` is the source of what gives a dict where the shown one is a text, else empty.
    """

    def __init__(self, wanted: dict[int, Any], package: str) -> None:
        self.package = package
        self.index: Any = None
        self.wanted = {index: [_parsed(item) for item in items] for index, items in wanted.items()}

    def visit(self, tree: Any) -> Any:
        """Return the cell's code with the wanted expressions handing their values to the session as well."""
        wanted = list(self.wanted.get(self.index, ()))
        for statement in getattr(tree, "body", ()):
            text = ast.dump(statement) if wanted and isinstance(statement, ast.Expr) else ""
            for item in wanted if text else ():
                if item[0] == text:
                    wanted.remove(item)
                    _Wrapping(item[1], self.package).visit(statement)
                    break
        return tree


class _Wrapping(ast.NodeTransformer):
    """Puts a call of the session around each expression of ``names`` (dump to name and report)."""

    def __init__(self, names: dict[str, tuple[str, str]], package: str) -> None:
        self.names = names
        self.package = package

    def visit(self, node: Any) -> Any:
        wanted = self.names.get(ast.dump(node)) if isinstance(node, ast.expr) else None
        if wanted is None:
            return self.generic_visit(node)
        name, report = wanted
        call: Any = ast.parse(PATH.format(self.package, name), mode="eval").body
        call.args[1] = node
        if report:
            call.args.append(ast.parse(f"lambda: {report}", mode="eval").body)
        return ast.copy_location(call, node)


def _parsed(item: dict[str, Any]) -> tuple[str, dict[str, tuple[str, str]]]:
    statement = ast.dump(ast.parse(item["statement"]).body[0])
    expressions = {ast.dump(ast.parse(e[1], mode="eval").body): (e[0], e[2]) for e in item["expressions"]}
    return statement, expressions
