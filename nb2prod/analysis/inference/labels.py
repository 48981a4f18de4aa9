"""True answers: what models are fitted or scored against, by name and by column."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import dataclass

from nb2prod.analysis.children import walked
from nb2prod.analysis.model import Dataflow, may_name

LEARNING = ("fit", "partial_fit", "score")
"""Methods whose second argument is the truth."""


@dataclass(frozen=True)
class Labels:
    """How a notebook calls its true answers."""

    names: frozenset[str]
    columns: frozenset[str]
    """Columns of tables, such as ``df["price"]``, as ``ast.dump`` gives them."""

    def read_in(self, node: ast.AST) -> bool:
        """Return whether something below ``node`` reads true answers."""
        return any(
            (isinstance(child, ast.Name) and child.id in self.names) or ast.dump(child) in self.columns
            for child in ast.walk(node)
            if isinstance(child, ast.Name | ast.Subscript | ast.Attribute)
        )


@dataclass(frozen=True)
class _Split:
    """Two parts that a call such as ``train_test_split(X, y)`` makes of one whole."""

    parts: frozenset[str]
    whole: ast.expr
    statement: int


def find_labels(flow: Dataflow) -> Labels:
    """Return the true answers of a notebook, those that were split off together with what models learn from too."""
    names: set[str] = set()
    columns: set[str] = set()
    for label, index in _learnt(flow):
        columns |= {ast.dump(column) for column in _columns(flow, label, index)}
        if isinstance(label, ast.Name):
            names |= {label.id}.union(*(split.parts for split in _splits(flow, label.id, index)))
    return Labels(frozenset(names), frozenset(columns))


def _learnt(flow: Dataflow) -> Iterator[tuple[ast.expr, int]]:
    for statement in flow.statements:
        if not may_name(statement, *LEARNING):
            continue
        for child in walked(statement.node):
            if isinstance(child, ast.Call) and isinstance(child.func, ast.Attribute) and child.func.attr in LEARNING:
                for label in child.args[1:2]:
                    yield label, statement.index


def _columns(flow: Dataflow, label: ast.expr, index: int) -> Iterator[ast.expr]:
    if isinstance(label, ast.Subscript | ast.Attribute):
        yield label
    elif isinstance(label, ast.Name):
        for source in flow.sources[index].get(label.id, ()):
            value = getattr(flow.statements[source].node, "value", None)
            if isinstance(value, ast.Subscript) and isinstance(value.slice, ast.Constant):
                yield value
        for split in _splits(flow, label.id, index):
            if split.statement < index:
                yield from _columns(flow, split.whole, split.statement)


def _splits(flow: Dataflow, name: str, index: int) -> Iterator[_Split]:
    """Yield the calls that ``name`` comes from and that give two parts for each of their arguments."""
    for source in flow.sources[index].get(name, ()):
        match flow.statements[source].node:
            case ast.Assign(targets=[ast.Tuple(elts=targets)], value=ast.Call(args=args)) if len(targets) == 2 * len(
                args
            ):
                parts = [getattr(target, "id", "") for target in targets]
                if name in parts:
                    place = parts.index(name) // 2
                    yield _Split(frozenset(parts[2 * place : 2 * place + 2]), args[place], source)
