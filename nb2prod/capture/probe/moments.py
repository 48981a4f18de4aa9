"""What to take beside which statement goes in; values are taken while the cells run, whose text stays as it is."""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterator
from typing import Any

from .taking import taken

MOST_CELLS = 20_000_000
"""How big a value may be that is only kept to draw rows from."""


def keep(moment: dict[str, Any], namespace: dict[str, Any]) -> None:
    """Keep the value of a moment in the namespace, unless it is huge or cannot be had."""
    try:
        if getattr(namespace.get(moment["expression"]), "size", 0) > MOST_CELLS:
            return
        value = taken(moment["expression"], namespace)
        if getattr(value, "size", 0) <= MOST_CELLS:
            namespace[moment["name"]] = value
    except Exception:
        return


class Moments:
    """An AST transformer of IPython's, which puts a call beside statements of the cell that is about to run.

    Statements are told by their syntax and not by their lines, so that magics around them do not matter.
    """

    def __init__(self, wanted: list[dict[str, Any]], current: Callable[[], Any], call: str) -> None:
        self.wanted = wanted
        self.current = current
        self.call = call
        """Source of the call, with a place for the moment's number."""

    def visit(self, tree: ast.AST) -> ast.AST:
        """Return the cell's syntax tree with the calls in it."""
        index = self.current()
        moments = [(number, moment) for number, moment in enumerate(self.wanted) if moment["cell"] == index]
        if moments:
            try:
                self._put(tree, moments)
            except Exception:
                return tree  # then the value is missing, and that is told where it is needed
        return tree

    def _put(self, tree: ast.AST, moments: list[tuple[int, dict[str, Any]]]) -> None:
        counts: dict[str, int] = {}
        for statements in list(_blocks(tree)):
            found: list[ast.stmt] = []
            for statement in statements:
                text = ast.dump(statement)
                earlier = counts.get(text, 0)
                counts[text] = earlier + 1
                here = [(n, m) for n, m in moments if m["earlier"] == earlier and _dump(m["statement"]) == text]
                found += [self._call(number, statement) for number, moment in here if not moment["after"]]
                found.append(statement)
                found += [self._call(number, statement) for number, moment in here if moment["after"]]
            statements[:] = found

    def _call(self, number: int, beside: ast.stmt) -> ast.stmt:
        call = ast.parse(self.call.format(number)).body[0]
        for node in ast.walk(call):
            ast.copy_location(node, beside)
        return call


def _dump(source: str) -> str:
    return ast.dump(ast.parse(source).body[0])


def _blocks(tree: ast.AST) -> Iterator[list[ast.stmt]]:
    """Yield the statements at the top level, and those that only stand below ``if __name__ == "__main__"``."""
    body = getattr(tree, "body", None)
    if isinstance(body, list):
        yield body
        for statement in list(body):
            if isinstance(statement, ast.If) and "__name__" in ast.dump(statement.test):
                yield statement.body
